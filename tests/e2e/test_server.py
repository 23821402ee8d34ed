"""The real server process.

1. It says its address at start and answers questions over the network.
2. A generation published while it runs is served by every worker, without a failed request.
3. A taken port, a missing index and a bad port end in one clear line and exit code 1 or 2.
"""

import json
import subprocess
import time
import urllib.parse
import urllib.request

from tests.e2e.conftest import command, free_port
from tests.generations import publish_copy


def get_json(server, path, **parameters):
    url = f"{server.url}{path}?{urllib.parse.urlencode(parameters)}"
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)


def test_it_answers_a_question(server):
    answer = get_json(server, "/api/v1/search", q="养犬", township="庙尔沟乡")
    assert answer["results"][0]["id"] == "changji-miaoergou-cooperative-19"


def test_a_published_generation_is_served_without_a_failed_request(server):
    name = publish_copy(server.index)
    seen = []
    deadline = time.monotonic() + 15
    while seen[-20:] != [name] * 20 and time.monotonic() < deadline:
        assert get_json(server, "/api/v1/search", q="养犬")["total"] == 9
        seen.append(get_json(server, "/readyz")["generation"])
    assert seen[-20:] == [name] * 20


def run(*arguments):
    return subprocess.run(
        [command("duty-search"), *arguments], capture_output=True, text=True, timeout=30, check=False
    )


def test_a_taken_port_is_one_clear_line(server):
    port = server.url.rsplit(":", 1)[1]
    ended = run("serve", "--index", str(server.index), "--port", port)
    assert ended.returncode == 1
    assert ended.stderr.strip() == f"Error: can't listen on 127.0.0.1:{port}: Address already in use"


def test_a_missing_index_names_the_remedy(tmp_path):
    ended = run("serve", "--index", str(tmp_path / "none"), "--port", str(free_port()))
    assert ended.returncode == 1
    assert "duty-index build" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_bad_port_is_a_wrong_call():
    assert run("serve", "--port", "99999").returncode == 2


def test_the_terminal_gives_the_same_answer(server):
    ended = run("query", "养犬", "--index", str(server.index), "--township", "庙尔沟乡", "--format", "json")
    assert ended.returncode == 0
    on_terminal = json.loads(ended.stdout)
    over_http = get_json(server, "/api/v1/search", q="养犬", township="庙尔沟乡", per_page=5)
    del on_terminal["took_ms"], over_http["took_ms"]
    assert on_terminal == over_http


def test_the_terminal_prints_who_and_where(server):
    text = run("query", "养犬", "--index", str(server.index), "--township", "庙尔沟乡").stdout
    assert "文明养犬管理工作" in text
    assert "昌吉市公安局" in text
    nothing = run("query", "犇麤", "--index", str(server.index))
    assert nothing.returncode == 1
    assert "没有找到" in nothing.stdout
    wrong = run("query", "养犬", "--index", str(server.index), "--township", "没有乡")
    assert wrong.returncode == 2
    assert "庙尔沟乡" in wrong.stderr
