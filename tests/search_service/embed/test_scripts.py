"""The scripts that other sites load.

1. /embed.js is the newest script, kept shortly and asked for again by its ETag.
2. /embed/v1.js and /embed/v1-frame.js are kept for good; no other name is a script.
3. All of them may be loaded, and read for the sake of their digest, by pages of any site and any encoding.
4. A script of 15 kB, compressed; the one for frames of 1 kB. A released one never changes.
   The newest is what its readable source becomes without comments and blanks, but for one line at the top.
5. The element names confidence, roles and lists as the pages do, knows every filter, and never has texts parsed
   as HTML.
"""

import gzip
import hashlib
import re

import pytest

from indexer.duty import ListType
from indexer.facets import FACETS
from scripts.write_element import SERVED, SOURCE, minified
from search_service.core.answers.result import TownshipRole
from search_service.embed.released import NEWEST, NEWEST_FRAME, SCRIPTS, integrity
from search_service.pages import answer_card

PATHS = ["/embed.js", "/embed/v1.js", "/embed/v1-frame.js"]
FOR_GOOD = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=300, must-revalidate"

RELEASED = {
    "v1.js": "5023a55408099d4e97d8c2489cd5d0088da7a1c7c7e3e5ae3487f0aaf1f039f9",
    "v1-frame.js": "31eaf64b274945ee73b3539b436882e7842ecf462deaa4caa7cd63bed52741f9",
}
"""SHA-256 of each script."""

REMEDY = """
Browsers keep /embed/v1.js for a year, and sites insist on its digest. Once a version is out: put the changed
script beside it under the next number and make that the newest (embed/released.py). Before it is out: write the
new digest into this test.
"""

WRITE_ANEW = "run: .venv/bin/python scripts/write_element.py"


@pytest.fixture(scope="module")
def element():
    return SOURCE.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PATHS)
def test_any_site_may_load_it(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(("path", "caching"), [*zip(PATHS, [SHORTLY, FOR_GOOD, FOR_GOOD], strict=True)])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_how_long_it_is_kept(client, path, caching, encoding):
    headers = {"Accept-Encoding": encoding}
    response = client.get(path, headers=headers)
    assert response.headers["Cache-Control"] == caching
    again = client.get(path, headers={**headers, "If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == caching
    assert again.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get(path, headers={**headers, "If-None-Match": '"another"'}).status_code == 200


def test_the_short_address_is_the_newest_script(client):
    assert client.get("/embed.js").data == client.get(f"/embed/{NEWEST}").data == SCRIPTS[NEWEST]


@pytest.mark.parametrize(
    "path", ["/embed/v0.js", "/embed/v1.JS", "/embed/..%2Fviews.js", "/embed/v1", "/embed/.js"]
)
def test_no_other_name_is_a_script(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "Cross-Origin-Resource-Policy" not in response.headers


@pytest.mark.parametrize(("name", "most"), [(NEWEST, 15_000), (NEWEST_FRAME, 1_000)])
def test_it_is_small(name, most):
    assert len(gzip.compress(SCRIPTS[name], 6)) < most


def test_what_is_released_never_changes():
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in SCRIPTS.items()}
    assert digests == RELEASED, REMEDY


def test_the_newest_is_what_its_source_becomes(element):
    assert SERVED.name == NEWEST
    served = SCRIPTS[NEWEST].decode()
    assert served == minified(element), WRITE_ANEW
    banner, script = served.splitlines()[:2]
    assert banner.startswith("/*! <duty-search>, version 1:")
    assert script.startswith('(()=>{"use strict";')
    assert "──" not in served


@pytest.mark.parametrize(
    ("source", "served"),
    [
        ("/*! who */\n\n/* how */\nlet a = 1; // one\n", "/*! who */\nlet a=1;\n"),
        ("say(`a  b ${c(1, 2)} 秒`);", "say(`a  b ${c(1, 2)} 秒`);\n"),
        ("const x = /[,，]  \\/\\*/;  f(x);", "const x=/[,，]  \\/\\*/;f(x);\n"),
        (
            "  const CSS = `\n    a { b: c; }\n    d { e: f; }\n  `;",
            "const CSS=`a { b: c; } d { e: f; }\n  `;\n",
        ),
    ],
)
def test_only_comments_and_blanks_are_left_out(source, served):
    assert minified(source) == served


def test_the_digest_is_that_of_what_is_sent(client):
    sent = hashlib.sha384(client.get("/embed/v1.js").data).hexdigest()
    assert re.fullmatch(r"sha384-[\w+/]{64}", integrity("v1.js"))
    assert hashlib.sha384(SCRIPTS["v1.js"]).hexdigest() == sent


def test_its_words_are_those_of_the_pages(element):
    for one in answer_card._CONFIDENCE:
        assert f'{{ least: {one.least:g}, level: "{one.level}", words: "{one.words}" }}' in element
    for role in TownshipRole:
        assert f'{role.value}: "{role.label}"' in element
    for list_type in ListType:
        assert f'{list_type.value}: "{list_type.label}"' in element
    for facet in FACETS:
        assert f'{facet.name}: "{facet.title}"' in element
        assert f'"{facet.name.replace("_", "-")}"' in element


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_no_text_is_parsed_as_html(name):
    script = SCRIPTS[name].decode()
    for sink in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "DOMParser",
    ):
        assert sink not in script
    assert "import" not in script
