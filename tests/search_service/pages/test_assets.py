"""Static files and how long browsers keep them.

1. Pages name every static file with a digest of its content.
2. Under the current digest a file may be kept for good; without a digest, or with another, only shortly, and it
   is asked for again by its ETag.
3. A file that changes gets another address at once, and is never kept for good under the old one.
4. Files that aren't there, and addresses that lead out of the folder, get no digest and are not kept.
5. Pages and error pages are asked for anew each time, unless a view says otherwise. (What the interface says is
   proven in tests/search_service/http.)
"""

import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask, url_for

from search_service.app import create_app
from search_service.pages.assets import init_assets

FOR_GOOD = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=60, must-revalidate"
STATIC = Path(__file__).parents[3] / "search_service" / "pages" / "static"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "one.js").write_text("1;")
    return tmp_path


@pytest.fixture
def small_app(folder):
    app = Flask(__name__, static_folder=str(folder), static_url_path="/static")
    init_assets(app)
    return app


def get(client, path, **options):
    """Return a whole response, its file closed."""
    return client.get(path, buffered=True, **options)


def address(app, filename, **values):
    with app.test_request_context():
        return url_for("static", filename=filename, **values)


@pytest.mark.parametrize("path", ["/", "/search?q=养犬", "/api/docs", "/nothing"])
def test_pages_name_files_with_their_digests(client, path):
    found = re.findall(r'"/static/([^"?]+)\?v=([^"]+)"', get(client, path).text)
    assert "style.css" in dict(found)
    assert len(found) == get(client, path).text.count('"/static/')
    for name, digest in found:
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest().startswith(digest)
        assert len(digest) == 16


def test_the_current_content_is_kept_for_good(client, app):
    response = get(client, address(app, "style.css"))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == FOR_GOOD
    again = get(client, address(app, "style.css"), headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == FOR_GOOD


@pytest.mark.parametrize("query", ["", "?v=", "?v=0000000000000000", "?w=1"])
def test_any_other_address_is_kept_shortly(client, query):
    response = get(client, f"/static/style.css{query}")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == SHORTLY
    again = get(client, f"/static/style.css{query}", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == SHORTLY


def test_a_changed_file_has_another_address(small_app, folder):
    client = small_app.test_client()
    old = address(small_app, "js/one.js")
    assert get(client, old).headers["Cache-Control"] == FOR_GOOD
    (folder / "js" / "one.js").write_text("1; 2;")
    new = address(small_app, "js/one.js")
    assert new != old
    assert get(client, new).headers["Cache-Control"] == FOR_GOOD
    response = get(client, old)
    assert response.text == "1; 2;"
    assert response.headers["Cache-Control"] == SHORTLY


def test_a_file_is_read_once(small_app, folder, monkeypatch):
    first = address(small_app, "js/one.js")
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} is read again"))
    assert address(small_app, "js/one.js") == first


@pytest.mark.parametrize("name", ["js/two.js", "js", "../secret.txt", "/etc/passwd", ""])
def test_what_is_not_there_has_no_digest(small_app, folder, name):
    (folder.parent / "secret.txt").write_text("secret")
    assert "?" not in address(small_app, name)


def test_a_given_digest_stays(small_app):
    assert address(small_app, "js/one.js", v="mine") == "/static/js/one.js?v=mine"


def test_what_is_not_there_is_not_kept(client):
    response = get(client, "/static/nothing.css?v=0000000000000000")
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", ["/", "/search?q=养犬", "/nothing", "/search?page=0"])
def test_pages_are_asked_for_anew(client, path):
    assert get(client, path).headers["Cache-Control"] == "private, no-cache"


def test_a_view_may_say_otherwise(search):
    app = create_app(search)
    app.add_url_rule("/kept", view_func=lambda: ("kept", {"Cache-Control": "max-age=5"}))
    assert app.test_client().get("/kept").headers["Cache-Control"] == "max-age=5"
