"""“答得不对” on the answer card, without JavaScript.

1. It is there where an answer is and where feedback is kept, and nowhere else; it sends question, places and duty.
2. Sent, it is kept, and leads back (303) to the search it came from, as it was, where thanks are said in place of the
   button. Thanks are only said of the duty that was called wrong.
3. Other sites' pages can't send it.
4. What is wrong with it is a Chinese page with 422, and nothing is kept.
5. What comes from a question is escaped.
"""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from search_service.app import create_app
from search_service.settings import Settings

SEARCH = "/search?q=狗咬人&township=庙尔沟乡"
DUTY = "changji-miaoergou-cooperative-19"
SENT = {"q": "狗咬人", "township": "庙尔沟乡", "duty_id": DUTY}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "report.jsonl"


@pytest.fixture
def client(search, path):
    settings = Settings(report=path, rate_limit=None, page_rate_limit=None)
    return create_app(search, settings).test_client()


def form_of(tree):
    return tree.select_one("#answer form.feedback")


def sent_by(form):
    return [(one["name"], one["value"]) for one in form.select("input")]


def test_it_sends_question_places_and_duty(read):
    form = form_of(read(f"{SEARCH}&county=昌吉市"))
    assert (form["method"], form["action"]) == ("post", "/feedback")
    assert sorted(sent_by(form)) == sorted([*SENT.items(), ("county", "昌吉市")])
    button = form.select_one("button")
    assert (button.text, button.has_attr("hidden")) == ("答得不对", False)
    assert form.select_one("[role=status]").text == ""


def test_it_is_there_where_places_differ(read):
    assert form_of(read("/search?q=森林防火"))


@pytest.mark.parametrize(
    "path_",
    ["/search?q=护照到期了在哪换", "/search?q=犇麤", "/search", "/", "/search?q=狗咬人&list_type=配合"],
)
def test_it_is_not_there_without_an_answer(read, path_):
    assert not read(path_).select("form.feedback")


def test_it_is_not_there_where_nothing_is_kept(app, read):
    page = read(SEARCH, via=app.test_client())
    assert page.select_one("#answer p.body")
    assert not page.select("form.feedback")


def test_it_is_kept_and_leads_back(client, read, path):
    referrer = "http://localhost/search?q=%E7%8B%97%E5%92%AC%E4%BA%BA&township=%E5%BA%99%E5%B0%94%E6%B2%9F%E4%B9%A1&sort=list"
    response = client.post("/feedback", data=SENT, headers={"Referer": referrer}, buffered=True)
    assert response.status_code == 303
    parts = urlsplit(response.location)
    assert (parts.path, parts.fragment, parts.netloc) == ("/search", "answer", "")
    expected = {"q": ["狗咬人"], "township": ["庙尔沟乡"], "sort": ["list"], "noted": [DUTY]}
    assert parse_qs(parts.query) == expected
    [line] = path.read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert (kept["kind"], kept["question"], kept["townships"]) == ("wrong_answer", "狗咬人", ["庙尔沟乡"])
    assert (kept["duty_id"], kept["department"]) == (DUTY, "公安局")
    form = form_of(read(response.location))
    assert form.select_one("[role=status]").text == "已记下，谢谢"
    assert form.select_one("button").has_attr("hidden")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    "referrer", [None, "https://evil.example/search?q=狗咬人", "http://localhost/x", "http://["]
)
def test_without_the_search_it_came_from_it_leads_to_the_same_question(client, referrer):
    headers = {"Referer": referrer} if referrer else {}
    response = client.post("/feedback", data=SENT, headers=headers, buffered=True)
    parts = urlsplit(response.location)
    assert (response.status_code, parts.path, parts.netloc) == (303, "/search", "")
    assert parse_qs(parts.query) == {"q": ["狗咬人"], "township": ["庙尔沟乡"], "noted": [DUTY]}


def test_thanks_are_said_of_that_duty_alone(read):
    form = form_of(read(f"{SEARCH}&noted=changji-miaoergou-basic-1"))
    assert form.select_one("[role=status]").text == ""
    assert not form.select_one("button").has_attr("hidden")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_other_sites_do_not_send_it(client, path, headers, status):
    response = client.post("/feedback", data=SENT, headers=headers, buffered=True)
    assert response.status_code == status
    assert path.exists() == (status == 303)


@pytest.mark.parametrize(
    "change",
    [
        {"q": ""},
        {"q": "狗" * 501},
        {"duty_id": "没有"},
        {"duty_id": ""},
        {"duty_id": "x" * 101},
        {"township": "没有乡"},
        {"duty_id": [DUTY, DUTY]},
    ],
)
def test_what_is_wrong_is_not_kept(client, path, change):
    response = client.post("/feedback", data={**SENT, **change}, buffered=True)
    assert (response.status_code, response.mimetype) == (422, "text/html")
    assert "查找的条件有误" in response.text
    assert not path.exists()


def test_limits_hold(search, path):
    client = create_app(search, Settings(report=path, page_rate_limit="2 per hour")).test_client()
    codes = [client.post("/feedback", data=SENT, buffered=True).status_code for _ in range(3)]
    assert codes == [303, 303, 429]


def test_a_question_is_escaped(client):
    html = client.get("/search", query_string={"q": '狗咬人"><script>alert(1)</script>'}).text
    assert "<script>alert" not in html
    assert form_of(BeautifulSoup(html, "html.parser"))
