"""The documentation says what the code does.

1. Every relative link of every document leads to a file.
2. Every command of both command lines, and each of its sub-commands, has a row in the README of each language.
3. Every operation of the OpenAPI document has a heading in docs/api.md; every facet stands there as well.
4. Every other address of the service has a heading or a row of a table, with the exact path, in one of the documents.
5. Every setting that the code reads has a row in docs/deployment.md.
6. Every page of docs/ is linked from the README.
7. Every attribute, method, event, custom property and part of the element for other sites, and every parameter of the
   frame, has a heading or a row in docs/embedding.md.
8. docs/api.md starts with addresses to try, a dozen or more and each with a line that says what it shows; they work.
"""

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from indexer.cli import main as indexer_cli
from indexer.facets import FACETS
from search_service.app import create_app
from search_service.cli import main as search_cli
from search_service.core.search import Search
from search_service.embed.options import EmbedOptions, Mode, Theme
from search_service.embed.parameters import FrameParametersSchema
from search_service.settings import Settings

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8")


def headings(text):
    """Return what stands as code in the headings of a document."""
    return [code for line in re.findall(r"^#+ .*$", text, re.MULTILINE) for code in codes(line)]


def rows(text):
    """Return what stands as code in the first cells of the tables of a document."""
    first_cells = re.findall(r"^\| ((?:\\\||[^|])*) \|", text, re.MULTILINE)
    return [code for cell in first_cells for code in codes(cell.replace("\\|", "|"))]


def codes(text):
    return re.findall(r"`([^`]+)`", text)


def commands(name, command):
    """Yield the words of a command and of all its sub-commands."""
    found = getattr(command, "commands", {})
    if not found:
        yield name.split()
    for sub_name, sub_command in found.items():
        yield from commands(f"{name} {sub_name}", sub_command)


COMMANDS = [*commands("duty-index", indexer_cli), *commands("duty-search", search_cli)]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_command_has_a_row_in_the_readme(readme):
    documented = [[word.split("|") for word in row.split()] for row in rows(text_of(readme))]
    for words in COMMANDS:
        assert any(
            len(words) <= len(row) and all(word in row[place] for place, word in enumerate(words))
            for row in documented
        ), " ".join(words)


def test_sub_commands_are_looked_at():
    assert ["duty-search", "keys", "revoke"] in COMMANDS
    assert len(COMMANDS) > 12


def same_names(address):
    """Return an address with the names of its variables left out: they differ from document to code."""
    return re.sub(r"\{[^}]*\}|<[^>]*>", "<>", address)


def test_every_operation_has_a_heading_in_the_api_page():
    text = text_of("docs/api.md")
    documented = {same_names(heading) for heading in headings(text)}
    paths = json.loads(text_of("docs/openapi.json"))["paths"]
    operations = {
        f"{method.upper()} {same_names(path)}"
        for path, operations in paths.items()
        for method in operations
        if method != "parameters"
    }
    assert operations - documented == set()
    assert all(f"`{facet.name}`" in text for facet in FACETS)


def addresses_of(app):
    """Yield the addresses of the service, static files aside; operations of the interface are looked at above."""
    for rule in map(str, app.url_map.iter_rules()):
        if rule.startswith("/api/v1/") or rule.endswith("<path:filename>"):
            continue
        choices = re.search(r"<any\(([^)]*)\):\w+>", rule)
        for choice in choices[1].split(", ") if choices else [""]:
            yield same_names(rule.replace(choices[0], choice) if choices else rule)


def test_every_address_has_a_heading_or_a_row():
    documented = {
        same_names(code.removeprefix("GET "))
        for document in DOCUMENTS
        for text in [document.read_text(encoding="utf-8")]
        for code in [*rows(text), *headings(text)]
    }
    found = set(addresses_of(create_app(Search.open(ROOT / "unused"))))
    assert {"/", "/duties/<>", "/search.xlsx", "/suggest", "/embed/<>.js"} <= found
    assert found - documented == set()


def embedding():
    """Return what stands as code in headings and rows of docs/embedding.md."""
    text = text_of("docs/embedding.md")
    return {*headings(text), *rows(text)}


def element():
    return text_of("search_service/embed/source/duty-search.js")


def test_every_attribute_is_documented():
    attributes = EmbedOptions(
        {facet.name: ("x",) for facet in FACETS}, Mode.SEARCH, Theme.DARK, "x", 1, "#b3261e"
    ).attributes
    assert {"county", "list-type", "per-page", "accent"} <= set(attributes)
    assert {*attributes, "endpoint"} - embedding() == set()
    parameters = {name.replace("_", "-") for name in FrameParametersSchema().load_fields}
    assert parameters - embedding() == set()


def test_everything_else_of_the_element_is_documented():
    source = element()
    methods = set(
        re.findall(r"^    (?:get )?([a-z]\w+)\((\w*)\) \{$", source.partition("class DutySearch")[2], re.M)
    )
    public = {f"{name}({given})" if name != "query" else name for name, given in methods}
    of_the_browser = {
        "constructor()",
        "connectedCallback()",
        "disconnectedCallback()",
        "attributeChangedCallback()",
    }
    shown = {"focus(options)": "focus()"}
    assert {"search(text)", "query", "focus(options)"} <= public
    assert {shown.get(one, one) for one in public - of_the_browser} - embedding() == set()
    events = {f"duty-search:{name}" for name in re.findall(r'#tell\("(\w+)"', source)}
    assert len(events) == 3
    assert events - embedding() == set()


def test_every_custom_property_is_documented():
    source = element()
    colours = re.search(r"const COLOURS = \{(.*?)\n  \};", source, re.DOTALL)[1]
    names = {*re.findall(r'^\s*"?([a-z-]+)"?: \[|\], "?([a-z-]+)"?: \[', colours, re.M)}
    names = {f"--duty-search-{one or other}" for one, other in names}
    names |= {f"--duty-search-{name}" for name in re.findall(r"--\$\{NAME\}-([a-z-]+)", source)} - {
        "--duty-search-"
    }
    lists = {
        "cooperative",
        "reclaimed",
    }  # in one row: `--duty-search-basic`, `…-cooperative`, `…-reclaimed`, each with …
    short = {f"--duty-search-{name}": f"…-{name}" for name in lists}
    names = {
        short.get(name, name)
        for name in names
        if not name.endswith("-background") or name == "--duty-search-background"
    }
    assert {"--duty-search-accent", "--duty-search-mark-ink", "--duty-search-low", "…-reclaimed"} <= names
    assert names - embedding() == set()


def test_every_part_is_documented():
    source = element()
    parts = {*re.findall(r'part: "([\w-]+)"', source), *re.findall(r'\bp\("([\w-]+)"', source)}
    assert {"form", "body", "elsewhere", "prompt", "page-button"} <= parts
    assert parts - embedding() == set()


def addresses_to_try():
    """Yield the addresses at the top of the API page, each with what is said of it."""
    top = text_of("docs/api.md").partition("\n## ")[0]
    for line in re.findall(r"^- .*$", top, re.MULTILINE):
        match = re.fullmatch(r"- http://127\.0\.0\.1:8000(\S+) — (.+)", line)
        assert match, line
        yield match[1], match[2]


def test_there_are_enough_addresses_to_try():
    found = dict(addresses_to_try())
    assert len(found) >= 12
    assert len(set(found.values())) == len(found)
    paths = {path.partition("?")[0] for path in found}
    assert {"/api/v1/search", "/api/v1/answer", "/api/docs", "/readyz"} <= paths
    assert any("%E" in path for path in paths)


@pytest.fixture(scope="module")
def browser(search):
    """Return a client that writes addresses as browsers do."""
    client = create_app(search, Settings(rate_limit=None, page_rate_limit=None)).test_client()
    return lambda path: client.get(quote(path, safe="/?&=%,"), buffered=True)


@pytest.mark.parametrize("path", [path for path, _ in addresses_to_try()])
def test_addresses_to_try_work(browser, path):
    response = browser(path)
    assert response.status_code == 200
    assert len(response.data) > 2


def test_every_setting_has_a_row_in_the_deployment_page():
    documented = rows(text_of("docs/deployment.md"))
    sources = [
        path.read_text(encoding="utf-8")
        for top in ("indexer", "search_service")
        for path in (ROOT / top).rglob("*.py")
    ]
    settings = {
        name
        for source in sources
        for name in re.findall(r"DUTY_SEARCH_[A-Z_]+|envvar=\"(?:[A-Z_]+)\"", source)
    }
    assert len(settings) > 3
    for setting in settings:
        assert re.sub(r'envvar="|"', "", setting) in documented


def test_every_page_is_linked_from_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert f"docs/{page.name}" in text
