"""The query strings of the frame and of the builder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marshmallow import fields, post_load, validate

from indexer.facets import FACETS
from search_service.api.schemas import QueryParameters, filter_field
from search_service.core.request import MAX_PER_PAGE
from search_service.embed.options import DEFAULT_PER_PAGE, EmbedOptions, Mode, Theme

MAX_PLACEHOLDER = 60
"""Characters; more don't fit into the field on a phone."""

_COLOUR = re.compile(r"(?:#[0-9A-Fa-f]{6})?\Z")
_ORIGIN = re.compile(r"(?:https?://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?/?)?\Z")
"""A site as browsers name it: scheme, host and port, nothing behind them."""


class Kind(StrEnum):
    """How a portal takes the search in."""

    SCRIPT = "script"
    FRAME = "iframe"

    @property
    def label(self) -> str:
        """Return the choice in Chinese."""
        return {Kind.SCRIPT: "网页元素（推荐）", Kind.FRAME: "框架（iframe）"}[self]


@dataclass(frozen=True, slots=True)
class FrameRequest:
    """What a frame shows, and the origin of the page around it ("" where the browser is to tell)."""

    options: EmbedOptions
    origin: str


@dataclass(frozen=True, slots=True)
class BuilderRequest:
    """What the builder's form holds."""

    options: EmbedOptions
    kind: Kind


class OptionParameters(QueryParameters):
    """What a portal can set, in a query string; what is empty counts as not given."""

    mode = fields.String(load_default=Mode.ANSWER.value, validate=validate.OneOf(list(Mode)))
    theme = fields.String(load_default=Theme.AUTO.value, validate=validate.OneOf(list(Theme)))
    placeholder = fields.String(load_default="", validate=validate.Length(max=MAX_PLACEHOLDER))
    per_page = fields.Integer(load_default=DEFAULT_PER_PAGE, validate=validate.Range(min=1, max=MAX_PER_PAGE))
    accent = fields.String(load_default="", validate=validate.Regexp(_COLOUR))


class FrameParameters(OptionParameters):
    """The frame's query string; loads a `FrameRequest`."""

    origin = fields.String(load_default="", validate=[validate.Length(max=300), validate.Regexp(_ORIGIN)])

    @post_load
    def to_request(self, data: dict[str, Any], **kwargs: Any) -> FrameRequest:
        """Return what the frame is to show, and to whom."""
        return FrameRequest(_options(data), data["origin"])


class BuilderParameters(OptionParameters):
    """The builder's query string; loads a `BuilderRequest`."""

    kind = fields.String(load_default=Kind.SCRIPT.value, validate=validate.OneOf(list(Kind)))

    @post_load
    def to_request(self, data: dict[str, Any], **kwargs: Any) -> BuilderRequest:
        """Return what the form holds."""
        return BuilderRequest(_options(data), Kind(data["kind"]))


def _options(data: dict[str, Any]) -> EmbedOptions:
    return EmbedOptions(
        filters={facet.name: tuple(data[facet.name]) for facet in FACETS if data.get(facet.name)},
        mode=Mode(data["mode"]),
        theme=Theme(data["theme"]),
        placeholder=data["placeholder"].strip(),
        per_page=data["per_page"],
        accent=data["accent"],
    )


_FILTERS: dict[str, fields.Field[Any]] = {facet.name: filter_field(facet) for facet in FACETS}

FrameParametersSchema = FrameParameters.from_dict(_FILTERS, name="FrameParameters")
"""The complete schema of the frame's query string: one filter per facet is added."""

BuilderParametersSchema = BuilderParameters.from_dict(_FILTERS, name="BuilderParameters")
"""The complete schema of the builder's query string."""
