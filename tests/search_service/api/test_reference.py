"""The page /api/docs: the OpenAPI document, to read.

1. Every operation stands there with its summary, its parameters and its statuses, under an anchor that the contents
   link to; nothing of the page comes from another host.
2. Every schema that an answer is made of stands there with its fields; every link to one leads to it.
3. Examples to try are addresses that work.
4. Of a schema are told: its type in words, what it may be, its default, its example, that it may be null or left out.
"""

from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from search_service.api.reference import Type, reference_of


@pytest.fixture(scope="module")
def document(app):
    return app.test_client().get("/api/openapi.json").get_json()


@pytest.fixture(scope="module")
def tree(app):
    return BeautifulSoup(app.test_client().get("/api/docs").text, "html.parser")


def operations_of(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method != "parameters":
                yield path, method, operation, operations.get("parameters", [])


def test_every_operation_stands_there(document, tree):
    links = {link["href"] for link in tree.select("nav[aria-label=全部接口] a")}
    found = list(operations_of(document))
    assert links == {f"#{operation['operationId']}" for _, _, operation, _ in found}
    for path, method, operation, shared in found:
        heading = tree.find(id=operation["operationId"])
        assert heading.get_text() == f"{method.upper()} {path}"
        text = heading.parent.get_text()
        assert operation["summary"] in text
        for parameter in [*shared, *operation.get("parameters", [])]:
            assert parameter["name"] in [cell.get_text() for cell in heading.parent.select("th code")]
        codes = [item.b.get_text() for item in heading.parent.select(".answers li")]
        assert codes == list(operation["responses"])


def test_nothing_comes_from_another_host(tree):
    for tag in tree.find_all(["script", "link", "img", "iframe"]):
        address = tag.get("src") or tag.get("href")
        assert address.startswith(("/", "#", "http://localhost/"))


def test_every_link_to_a_schema_leads_to_it(document, tree):
    links = {link["href"][1:] for link in tree.select('a[href^="#schema-"]')}
    headings = {heading["id"] for heading in tree.select('h3[id^="schema-"]')}
    assert links == headings
    assert {"schema-SearchResponse", "schema-Step", "schema-Question", "schema-Error"} <= headings
    for heading in headings:
        fields = document["components"]["schemas"][heading.removeprefix("schema-")]["properties"]
        table = tree.find(id=heading).find_next("table")
        assert [cell.get_text() for cell in table.select("th code")] == list(fields)


def test_examples_to_try_work(client, tree):
    tries = tree.select(".try a")
    assert len(tries) == 12
    for link in tries:
        assert client.get(link["href"]).status_code == 200
        assert link.get_text() == unquote(link["href"])
    assert "/api/v1/answer?q=狗咬人了找谁" in [link.get_text() for link in tries]


def field_of(schema):
    """Return how a property with this schema is shown."""
    document = {
        "info": {"title": "接口", "version": "v1"},
        "openapi": "3.1.0",
        "tags": [{"name": "one", "description": "一"}],
        "paths": {
            "/one": {
                "get": {
                    "operationId": "one",
                    "tags": ["one"],
                    "summary": "One.",
                    "responses": {
                        "200": {
                            "description": "OK",
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/One"}}},
                        }
                    },
                }
            }
        },
        "components": {
            "schemas": {
                "One": {"type": "object", "properties": {"它": schema}, "required": ["它"]},
                "Two": {"type": "object"},
                "Unused": {"type": "object"},
            }
        },
    }
    reference = reference_of(document)
    assert "Unused" not in {one.name for one in reference.schemas}
    return reference.schemas[0].fields[0]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, Type("string")),
        ({"type": ["string", "null"]}, Type("string | null")),
        ({"$ref": "#/components/schemas/Two"}, Type("Two", "Two")),
        ({"anyOf": [{"$ref": "#/components/schemas/Two"}, {"type": "null"}]}, Type("Two | null", "Two")),
        (
            {"type": "array", "items": {"$ref": "#/components/schemas/Two"}},
            Type("array of Two", "Two"),
        ),
        ({}, Type("any")),
    ],
)
def test_types_in_words(schema, expected):
    assert field_of(schema).type == expected


def test_what_is_told_of_a_field():
    field = field_of({"type": "string", "enum": ["甲", "乙"], "default": "甲", "examples": ["乙"]})
    assert (field.choices, field.default, field.example, field.is_required) == (
        ("甲", "乙"),
        "甲",
        "乙",
        True,
    )
    assert field_of({"type": "array", "examples": [["甲", "乙"]]}).example == "甲,乙"
    assert field_of({"type": "boolean", "default": False, "examples": [True]}).default == "false"
