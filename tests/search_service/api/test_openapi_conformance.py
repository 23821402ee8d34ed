"""The interface answers as its OpenAPI document says: schemathesis asks what nobody thought of.

1. The document is valid OpenAPI 3.1.
2. Every operation has an id of its own, a tag that is described and a summary; every parameter has a description and
   an example.
3. Every example works, each alone and all of an operation together, and finds something.
4. Every success documents its content, every error the one shape of errors.
5. What is documented as 304, 401, 403, 404, 422, 429 and 503 really happens, and 403 and 404 nowhere else.
6. Whatever else is sent, no answer is a 5xx, and status, content type, headers and body are as documented: what the
   document allows is accepted, what it doesn't allow is refused. The requests are the same in every run.
"""

import json
from copy import deepcopy
from itertools import islice
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.generation import GenerationMode

from search_service.app import create_app
from search_service.core.search import Search
from search_service.keys.key_file import add_key
from search_service.keys.portal_key import PortalKey, digest_of
from search_service.settings import Settings

COMMITTED = json.loads((Path(__file__).parents[3] / "docs" / "openapi.json").read_text(encoding="utf-8"))
"""What parametrizes the tests; test_search_api.py says that it is current."""

OPERATIONS = {
    operation["operationId"]: (path, method, operation)
    for path, operations in COMMITTED["paths"].items()
    for method, operation in operations.items()
    if method != "parameters"
}
OF_API = [name for name, (path, _, _) in OPERATIONS.items() if path.startswith("/api/v1/")]

SWITCHED_ON = "sendFeedback"
"""The operation that an operator may switch on."""

ANYTHING_GOES = ("getDuty", "listPlaces", "isAlive", "isReady")
"""Operations to which nothing can be sent that their document doesn't allow."""

REQUESTS = 20
"""Requests asked of each operation in each of the two ways."""
SLOW = {"exportSpreadsheet": 4, "answerMany": 10}

TOWNSHIP = "三台镇"
TOKEN = "duty_of-santai"  # noqa: S105
"""A key that is for one township; the examples are of another one."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Return the settings of a service that takes feedback down; without them there is no place for it."""
    return {"report": tmp_path_factory.mktemp("kept") / "report.jsonl", "page_rate_limit": None}


@pytest.fixture(scope="module")
def app(search, kept):
    """Return the application whose document is whole: nothing is switched off."""
    return create_app(search, Settings(rate_limit=None, **kept))


@pytest.fixture(scope="module")
def document(app):
    return app.test_client().get("/api/openapi.json").get_json()


@pytest.fixture
def held(search, tmp_path, kept):
    """Return a client of an application, and the headers of a key that is held to one township."""
    file = tmp_path / "keys.json"
    add_key(
        file, PortalKey("1", "三台镇网站", digest_of(TOKEN), "2026-01-01", None, {"township": (TOWNSHIP,)})
    )
    app = create_app(search, Settings(api_keys=file, rate_limit=None, **kept))
    return app.test_client(), {"X-API-Key": TOKEN}


def parameters_of(name):
    """Return all parameters of an operation, its path's included."""
    path, _, operation = OPERATIONS[name]
    return [*COMMITTED["paths"][path].get("parameters", []), *operation.get("parameters", [])]


def examples_of(name):
    return {(one["in"], one["name"]): one["example"] for one in parameters_of(name)}


def ask(client, name, chosen, **others):
    """Ask an operation with some of the examples of its parameters, and the one of its body."""
    path, method, operation = OPERATIONS[name]
    of_path = {key: value for (place, key), value in examples_of(name).items() if place == "path"}
    query = {key: value for (place, key), value in chosen.items() if place == "query"}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    return client.open(path.format(**of_path), method=method, query_string=query, json=body, **others)


def some_of(name):
    """Return the examples without which an operation refuses to work, or finds nothing."""
    needed = {"q", *(one["name"] for one in parameters_of(name) if one.get("required"))}
    return {key: value for key, value in examples_of(name).items() if key[1] in needed}


def found_something(response):
    if not response.is_json:
        return len(response.data) > 0
    answer = response.get_json()
    sizes = [answer[key] for key in ("total", "suggestions", "answer", "duty") if key in answer]
    return all(sizes)


def test_the_document_is_valid(document):
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_says_what_it_is(document, name):
    operation = OPERATIONS[name][2]
    assert operation["summary"].endswith(".")
    assert operation["tags"][0] in {tag["name"] for tag in document["tags"] if tag["description"]}
    for parameter in parameters_of(name):
        assert parameter["description"], parameter["name"]
        assert parameter["example"] not in (None, ""), parameter["name"]


def test_operations_have_names_of_their_own(document):
    ids = [
        operation["operationId"]
        for operations in document["paths"].values()
        for method, operation in operations.items()
        if method != "parameters"
    ]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_example_works(client, name):
    examples = examples_of(name)
    for key, value in examples.items():
        response = ask(client, name, {**some_of(name), key: value})
        assert response.status_code == 200, (key, response.text)
        assert found_something(response), (key, response.text)
    together = ask(client, name, examples)
    assert together.status_code == 200
    assert found_something(together)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_response_documents_its_content(document, name):
    path, method, _ = OPERATIONS[name]
    for code, declared in document["paths"][path][method]["responses"].items():
        shared = declared.get("$ref", "").rsplit("/", 1)[-1]
        response = document["components"]["responses"][shared] if shared else declared
        assert response["description"]
        schemas = [content["schema"] for content in response.get("content", {}).values()]
        if code == "304":
            assert schemas == []
        elif code == "200":
            assert len(schemas) == 1
        else:
            assert schemas == [{"$ref": "#/components/schemas/Error"}]


def documents(name, code):
    return str(code) in OPERATIONS[name][2]["responses"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_304_happens_where_it_is_documented(client, name):
    first = ask(client, name, some_of(name))
    assert documents(name, 304) == ("ETag" in first.headers)
    if documents(name, 304):
        again = ask(client, name, some_of(name), headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_401_happens_where_it_is_documented(client, name):
    response = ask(client, name, some_of(name), headers={"Authorization": "Bearer of-nobody"})
    assert response.status_code == (401 if documents(name, 401) else 200)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_403_happens_where_it_is_documented(held, name):
    client, headers = held
    response = ask(client, name, examples_of(name), headers=headers)
    assert response.status_code == (403 if documents(name, 403) else 200), response.text


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_404_happens_where_it_is_documented(client, search, name):
    path = OPERATIONS[name][0]
    assert documents(name, 404) == ("{" in path or name == SWITCHED_ON)
    if "{" in path:
        response = client.get(path.split("{", 1)[0] + "没有")
        assert (response.status_code, response.get_json()["code"]) == (404, 404)
    if name == SWITCHED_ON:
        off = create_app(search, Settings(rate_limit=None)).test_client()
        assert ask(off, name, {}).status_code == 404


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_422_happens_where_it_is_documented(client, name):
    path, method, operation = OPERATIONS[name]
    body = [{"q": "　"}] if "requestBody" in operation else None
    of_path = {key: value for (place, key), value in examples_of(name).items() if place == "path"}
    response = client.open(path.format(**of_path), method=method, query_string={"没有": "1"}, json=body)
    assert response.status_code == (422 if documents(name, 422) else 200)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_429_happens_where_it_is_documented(search, kept, name):
    settings = Settings(**{**kept, "rate_limit": "1 per hour", "page_rate_limit": "1 per hour"})
    client = create_app(search, settings).test_client()
    ask(client, name, some_of(name))
    response = ask(client, name, some_of(name))
    assert response.status_code == (429 if documents(name, 429) else 200)
    assert ("Retry-After" in response.headers) == documents(name, 429)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_503_happens_where_it_is_documented(tmp_path, kept, name):
    client = create_app(Search.open(tmp_path), Settings(**kept)).test_client()
    response = ask(client, name, examples_of(name))
    assert response.status_code == (503 if documents(name, 503) else 200)
    assert ("Retry-After" in response.headers) == documents(name, 503)


def strict(document):
    """Return the document without its way out, the response that stands for all others."""
    document = deepcopy(document)
    for operations in document["paths"].values():
        for method, operation in operations.items():
            if method != "parameters":
                del operation["responses"]["default"]
    return document


def filters_of(document):
    """Yield the schemas of all filters: those of query strings, and those of questions."""
    for operations in document["paths"].values():
        for method, operation in operations.items():
            if method != "parameters":
                for one in operation.get("parameters", []):
                    yield one["name"], one["schema"]
    for posted in ("Question", "Feedback"):
        yield from document["components"]["schemas"][posted]["properties"].items()


def with_values_of(document, engine):
    """Return the document with filters that allow what duties have: an unknown township is refused."""
    for name, schema in filters_of(document):
        if "items" in schema:
            schema |= {"type": "array", "items": {"type": "string", "enum": engine.facet_values(name)}}
    feedback = document["components"]["schemas"]["Feedback"]["properties"]
    feedback["duty_id"]["enum"] = [duty.id for duty in islice(engine.duties({}), 50)]
    feedback["department"]["enum"] = [None, *engine.facet_values("department")]
    return document


def with_nothing_allowed(document):
    """Return the document with filters that may be empty texts, which count as not given."""
    for _, schema in filters_of(document):
        if "enum" in schema.get("items", {}):
            schema["items"]["enum"].append("")
    return document


def without_compression(app):
    """Return an application to which nobody says that they understand gzip: schemathesis does, and doesn't."""

    def plain(environ, start_response):
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        return app(environ, start_response)

    return plain


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_the_document_allows_is_accepted(app, document, search, name):
    asked = with_values_of(strict(document), search.index.generation.engine)
    ask_whatever(app, asked, name, GenerationMode.POSITIVE)


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name not in ANYTHING_GOES])
def test_what_the_document_does_not_allow_is_refused(app, document, name):
    ask_whatever(app, with_nothing_allowed(strict(document)), name, GenerationMode.NEGATIVE)


def ask_whatever(app, document, name, mode):
    """Ask an operation what a document allows, or what it doesn't, and compare each answer with it."""
    # A NUL is no text: PostgreSQL, C and our interface agree on that, JSON Schema has no word for it.
    generation = GenerationConfig(allow_x00=False)
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.app = without_compression(app)
    operation = schema.find_operation_by_id(name)

    @settings(
        max_examples=SLOW.get(name, REQUESTS),
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(mode))
    def every_answer(case):
        case.call_and_validate()

    every_answer()
