"""A parameter that an endpoint doesn't know is a 422: it must not be a filter that was never applied.

1. Every endpoint under /api/v1 refuses one, names it, and says what is allowed.
2. Beside posted questions even a filter is one: it says where places belong.
"""

import pytest

from search_service.app import create_app
from search_service.core.search import Search
from search_service.settings import Settings

DUTY = "changji-miaoergou-cooperative-19"
BODIES = {
    "/api/v1/answers": [{"q": "狗咬人"}],
    "/api/v1/feedback": {"q": "狗咬人", "duty_id": DUTY, "verdict": "wrong"},
}
VALUES = {"duty_id": DUTY, "canonical": "公安局"}


def endpoints(folder):
    """Yield the methods and addresses of the interface."""
    for rule in create_app(Search.open(folder)).url_map.iter_rules():
        if str(rule).startswith("/api/v1/"):
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                path = str(rule)
                for name, value in VALUES.items():
                    path = path.replace(f"<string:{name}>", value).replace(f"<path:{name}>", value)
                yield method, path


def test_every_endpoint_refuses_one(search, tmp_path):
    settings = Settings(report=tmp_path / "report.jsonl", rate_limit=None)
    client = create_app(search, settings).test_client()
    found = set(endpoints(tmp_path))
    assert len(found) >= 11
    for method, path in found:
        asked = {"q": "狗咬人"} if path == "/api/v1/answer" else {}
        body = {"json": BODIES[path]} if method == "POST" else {}
        good = client.open(path, method=method, query_string=asked, buffered=True, **body)
        assert good.status_code == 200, path
        refused = client.open(path, method=method, query_string={**asked, "twonship": "x"}, **body)
        assert refused.status_code == 422, path
        (message,) = refused.get_json()["errors"]["query"]["twonship"]
        assert message.startswith("unknown parameter; allowed: ")


@pytest.mark.parametrize("name", ["county", "township", "q"])
def test_beside_posted_questions_there_is_none(client, name):
    response = client.post("/api/v1/answers", query_string={name: "昌吉市"}, json=[{"q": "狗咬人"}])
    assert response.status_code == 422
    (message,) = response.get_json()["errors"]["query"][name]
    assert "Places stand in the body" in message
