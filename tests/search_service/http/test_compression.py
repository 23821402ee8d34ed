"""Texts are sent compressed.

1. JSON, pages, style sheets, scripts, drawings and tables come as gzip to whoever takes it, and are the same.
2. Whoever doesn't take it, short texts, spreadsheets and parts of files stay as they are.
3. Caches are told, and a validator is good for both forms.
4. An export is compressed while it is sent, and files are closed.
"""

import gzip

import pytest
from werkzeug.wsgi import FileWrapper

GZIP = {"Accept-Encoding": "gzip, deflate, br, zstd"}
LONG = [
    ("/api/v1/search?q=养犬", "application/json"),
    ("/api/openapi.json", "application/json"),
    ("/search?q=养犬", "text/html"),
    ("/township", "text/html"),
    ("/static/style.css", "text/css"),
    ("/static/js/suggestions.js", "text/javascript"),
    ("/search.csv?q=养犬", "text/csv"),
    ("/api/v1/export.csv?township=庙尔沟乡", "text/csv"),
    ("/api/v1/export.jsonl?township=庙尔沟乡", "application/jsonl"),
]


def get(client, path, **headers):
    return client.get(path, headers=headers, buffered=True)


@pytest.mark.parametrize(("path", "mimetype"), LONG)
def test_texts_are_compressed_and_the_same(client, path, mimetype):
    plain, small = get(client, path), get(client, path, **GZIP)
    assert small.mimetype == mimetype
    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.data) < 0.6 * len(plain.data)
    text = gzip.decompress(small.data)
    if "took_ms" not in plain.text:
        assert text == plain.data
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert int(small.headers.get("Content-Length", len(small.data))) == len(small.data)


def test_a_drawing_is_compressed_where_it_is_long(client, app):
    response = get(client, "/static/icon.svg", **GZIP)
    assert response.mimetype == "image/svg+xml"
    assert ("Content-Encoding" in response.headers) == (len(get(client, "/static/icon.svg").data) >= 500)


@pytest.mark.parametrize(
    "accepted", [None, "", "identity", "br", "gzip;q=0", "*;q=0", "identity, gzip;q=0.5"]
)
def test_whoever_does_not_take_it_gets_it_plain(client, accepted):
    headers = {} if accepted is None else {"Accept-Encoding": accepted}
    response = get(client, "/api/v1/places", **headers)
    assert "Content-Encoding" not in response.headers
    assert response.get_json()["total"] == 5


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/search?page=0", "/search.xlsx?q=养犬"])
def test_what_would_not_shrink_stays(client, path):
    assert "Content-Encoding" not in get(client, path, **GZIP).headers


def test_a_part_of_a_file_is_a_part_of_the_file(client):
    response = get(client, "/static/style.css", Range="bytes=0-599", **GZIP)
    assert response.status_code == 206
    assert "Content-Encoding" not in response.headers
    assert response.data == get(client, "/static/style.css").data[:600]


def test_a_validator_is_good_for_both_forms(client):
    path = "/api/v1/search?q=养犬"
    plain, small = get(client, path), get(client, path, **GZIP)
    assert plain.headers["ETag"] == small.headers["ETag"]
    for headers in ({}, GZIP):
        again = get(client, path, **headers, **{"If-None-Match": plain.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert "Content-Encoding" not in again.headers
        assert "Accept-Encoding" in again.headers["Vary"]


def test_files_are_asked_for_again_in_both_forms(client):
    for headers in ({}, GZIP):
        etag = get(client, "/static/style.css", **headers).headers["ETag"]
        assert get(client, "/static/style.css", **headers, **{"If-None-Match": etag}).status_code == 304


def test_an_export_is_compressed_while_it_is_sent(client):
    response = client.get("/api/v1/export.jsonl", headers=GZIP)
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.is_streamed
    lines = gzip.decompress(response.data).decode("utf-8").splitlines()
    assert len(lines) == 1243
    response.close()


def test_files_are_closed(client, monkeypatch):
    opened = []
    wrap = FileWrapper.__init__

    def note(self, file, *args):
        opened.append(file)
        wrap(self, file, *args)

    monkeypatch.setattr(FileWrapper, "__init__", note)
    response = client.get("/static/style.css", headers=GZIP)
    assert gzip.decompress(response.data)
    response.close()
    assert [file.closed for file in opened] == [True]
