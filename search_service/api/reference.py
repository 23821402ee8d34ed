"""The OpenAPI document as a page to read: plain HTML, no script, nothing from another host."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

from flask import Blueprint, render_template

if TYPE_CHECKING:
    from flask_smorest import Api

    Json = dict[str, Any]

_METHODS = ("get", "post")


@dataclass(frozen=True, slots=True)
class Type:
    """What a value is: its name, and the schema to look it up in, "" for plain ones."""

    name: str
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a property of a schema; `place` says where a parameter goes."""

    name: str
    type: Type
    description: str
    is_required: bool
    default: str
    choices: tuple[str, ...]
    example: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with what it means and what comes with it: types of content, each with its type."""

    code: str
    description: str
    contents: tuple[tuple[str, Type], ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `try_url` is an address that shows it at work, "" where there is none."""

    id: str
    tag: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    body: Type | None
    body_example: str
    answers: tuple[Answer, ...]
    try_url: str

    @property
    def try_text(self) -> str:
        """Return the address as people read it."""
        return unquote(self.try_url)


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema of the document with its properties."""

    name: str
    description: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything the template prints."""

    title: str
    version: str
    openapi: str
    tags: tuple[tuple[str, tuple[Operation, ...]], ...]
    schemas: tuple[Schema, ...]


def reference_blueprint(api: Api) -> Blueprint:
    """Return the blueprint that serves /api/docs from the document of `api`."""
    blueprint = Blueprint("reference", __name__)

    @blueprint.get("/api/docs")
    def reference() -> str:
        return render_template("reference.html", reference=reference_of(api.spec.to_dict()))

    return blueprint


def reference_of(document: Json) -> Reference:
    """Return what a page shows of an OpenAPI document."""
    operations = [
        _operation(path, method, operations, document)
        for path, operations in document["paths"].items()
        for method in _METHODS
        if method in operations
    ]
    named = {type_.schema for one in operations for type_ in _types_of(one) if type_.schema}
    reachable = _reachable(named, document)
    return Reference(
        title=document["info"]["title"],
        version=document["info"]["version"],
        openapi=document["openapi"],
        tags=tuple(
            (tag["description"], tuple(one for one in operations if one.tag == tag["name"]))
            for tag in document["tags"]
        ),
        schemas=tuple(
            _schema(name, schema)
            for name, schema in sorted(document["components"]["schemas"].items())
            if name in reachable
        ),
    )


def _operation(path: str, method: str, operations: Json, document: Json) -> Operation:
    operation = operations[method]
    parameters = [*operations.get("parameters", ()), *operation.get("parameters", ())]
    body: Json = next(iter(operation.get("requestBody", {}).get("content", {}).values()), {})
    return Operation(
        id=operation["operationId"],
        tag=operation["tags"][0],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=tuple(
            _field(one["name"], {**one, **one["schema"]}, one.get("required", False), one["in"])
            for one in parameters
        ),
        body=_type(body["schema"]) if body else None,
        body_example=_written(body["example"]) if "example" in body else "",
        answers=tuple(_answer(code, one, document) for code, one in operation["responses"].items()),
        try_url=_try_url(path, parameters) if method == "get" else "",
    )


def _answer(code: str, response: Json, document: Json) -> Answer:
    if "$ref" in response:
        response = document["components"]["responses"][_name_of(response["$ref"])]
    contents = response.get("content", {})
    return Answer(
        code,
        response["description"],
        tuple((mimetype, _type(content["schema"])) for mimetype, content in contents.items()),
    )


def _try_url(path: str, parameters: list[Json]) -> str:
    """Return the address with the examples of what must be given, and of the question."""
    for one in parameters:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", quote(str(one["example"]), safe=""))
    question = [(one["name"], one["example"]) for one in parameters if one["name"] == "q"]
    return f"{path}?{urlencode(question)}" if question else path


def _schema(name: str, schema: Json) -> Schema:
    required = schema.get("required", ())
    return Schema(
        name,
        schema.get("description", ""),
        tuple(_field(key, one, key in required) for key, one in schema.get("properties", {}).items()),
    )


def _field(name: str, schema: Json, is_required: bool, place: str = "") -> Field:
    examples = [schema["example"]] if "example" in schema else schema.get("examples", [])
    default = schema.get("default")
    return Field(
        name=name,
        type=_type(schema),
        description=schema.get("description", ""),
        is_required=is_required,
        default="" if default in (None, "") else _plain(default),
        choices=tuple(map(str, schema.get("enum", schema.get("items", {}).get("enum", ())))),
        example=_plain(examples[0]) if examples else "",
        place=place,
    )


def _type(schema: Json) -> Type:
    """Return the type of a schema in a few words; one that may be null says so."""
    if "$ref" in schema:
        name = _name_of(schema["$ref"])
        return Type(name, name)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            types = [_type(one) for one in schema[keyword]]
            linked = next((one.schema for one in types if one.schema), "")
            return Type(" | ".join(one.name for one in types), linked)
    found = schema.get("type", "any")
    if found == "array":
        item = _type(schema.get("items", {}))
        return Type(f"array of {item.name}", item.schema)
    return Type(" | ".join(found) if isinstance(found, list) else found)


def _types_of(operation: Operation) -> list[Type]:
    types = [type_ for answer in operation.answers for _, type_ in answer.contents]
    return [*types, operation.body] if operation.body else types


def _reachable(names: set[str], document: Json) -> set[str]:
    """Return the schemas named and all that they are made of, of any depth."""
    found: set[str] = set()
    open_ends = list(names)
    while open_ends:
        name = open_ends.pop()
        if name not in found:
            found.add(name)
            properties = document["components"]["schemas"][name].get("properties", {})
            open_ends += [type_.schema for type_ in map(_type, properties.values()) if type_.schema]
    return found


def _name_of(reference: str) -> str:
    return reference.rsplit("/", 1)[1]


def _plain(value: Any) -> str:
    """Return an example as it is typed into an address: several values with commas."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    return value if isinstance(value, str) else _written(value)


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
