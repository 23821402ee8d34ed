"""The programs of `examples/`, run against a real server.

1. The curl example prints an answer and results, and its repeated request costs a 304.
2. The Python example answers a row of questions; the JavaScript one answers in a browser on a page of another origin.
3. The webhook takes a ticket and gives the body and the sentence, sends an unsure one to a person, and names what is
   wrong with a bad one.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.conftest import free_port

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(server, *command):
    """Return what an example prints."""
    environment = {**os.environ, "DUTY_SEARCH_URL": server.url}
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False, cwd=EXAMPLES
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_with_curl(server):
    lines = run(server, "bash", "ask.sh").splitlines()
    assert "昌吉市公安局" in lines[1]
    assert any("高龄" in line for line in lines[3:6])
    assert lines[-1] == "304"


def test_with_python(server):
    lines = run(server, sys.executable, "ask.py", "庙尔沟乡", "狗咬人了找谁", "护照到期换新").splitlines()
    assert lines[0].startswith("狗咬人了找谁：这件事归昌吉市公安局")
    assert "出入境" in lines[1]


def test_in_a_browser(browser, server):
    page = browser.new_page()
    try:
        found = page.evaluate(
            """async ([code, base]) => {
                 const file = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
                 const { whoHandles } = await import(file);
                 return whoHandles("狗咬人了找谁", { base, township: "庙尔沟乡" });
               }""",
            [(EXAMPLES / "ask.js").read_text(encoding="utf-8"), server.url],
        )
    finally:
        page.close()
    assert found["bodies"] == ["昌吉市公安局"]
    assert found["link"] == f"{server.url}/duties/changji-miaoergou-cooperative-19"


@pytest.fixture(scope="module")
def webhook(server):
    """Start the webhook; give a function that posts a ticket to it and returns status and answer."""
    port = free_port()
    environment = {**os.environ, "DUTY_SEARCH_URL": server.url}
    process = subprocess.Popen(
        [sys.executable, str(EXAMPLES / "webhook.py"), str(port)], env=environment, stderr=subprocess.DEVNULL
    )

    def post(ticket):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", data=json.dumps(ticket).encode())
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    for _ in range(100):
        try:
            post({})
            break
        except urllib.error.URLError:
            time.sleep(0.1)
    yield post
    process.terminate()
    process.wait(timeout=10)


def test_a_ticket_gets_its_body(webhook):
    status, found = webhook({"id": "T-1", "text": "邻居家的狗咬人了", "township": "庙尔沟乡"})
    assert status == 200
    assert found["assign_to"] == "昌吉市公安局"
    assert "依据：庙尔沟乡配合履职事项清单第19项" in found["note"]


@pytest.mark.parametrize(
    ("ticket", "status"),
    [
        ({"id": "T-2", "text": "护照到期换新"}, 200),
        ({"id": "T-3"}, 400),
        ({"id": "T-4", "text": "养犬", "township": "没有乡"}, 502),
    ],
)
def test_others_go_to_a_person_or_back(webhook, ticket, status):
    code, found = webhook(ticket)
    assert code == status
    assert found.get("review", True)
    assert not found.get("assign_to")
