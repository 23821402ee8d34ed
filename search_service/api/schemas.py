"""What goes in and out of the interface, as marshmallow schemas; the OpenAPI document follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, ValidationError, fields, post_dump, post_load, pre_load, validate
from werkzeug.datastructures import MultiDict

from indexer.duty import ListType
from indexer.facets import FACETS
from search_service.api.fields import DutyUrl, ValueList
from search_service.api.response_schema import ResponseSchema
from search_service.core import suggestions
from search_service.core.request import MAX_PER_PAGE, MAX_QUERY_LENGTH, SearchRequest, Sort

if TYPE_CHECKING:
    from indexer.facets import Facet

_NOT_ALLOWED = "{input!r} is not allowed; allowed: {choices}"
MAX_PAGE = 1_000_000


def filter_field(facet: Facet) -> ValueList:
    """Return the parameter that filters by a facet."""
    one_of = validate.OneOf(facet.choices, error=_NOT_ALLOWED)
    item = fields.String(validate=one_of if facet.choices else validate.Length(max=100))
    description = f"{facet.description}; repeatable or comma-separated, nothing counts as not given"
    return ValueList(item, metadata={"description": description, "examples": [[facet.example]]})


class QueryParameters(Schema):
    """Base of all query strings: where an unknown parameter is refused, those allowed are named."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        allowed = ", ".join(self.load_fields) or "none"
        self.error_messages = {**self.error_messages, "unknown": f"unknown parameter; allowed: {allowed}"}

    @pre_load
    def refuse_repeated(self, data: Any, **kwargs: Any) -> Any:
        """Refuse a parameter of one value that comes twice; nobody knows which one was meant."""
        given: Any = getattr(data, "data", MultiDict())
        repeated = {
            name: ["given more than once; one value is allowed"]
            for name, field in self.load_fields.items()
            if not isinstance(field, ValueList) and len(given.getlist(name)) > 1
        }
        if repeated:
            raise ValidationError(repeated)
        return data


class SearchParameters(QueryParameters):
    """Parameters of a search; loads a `SearchRequest`. One filter per facet is added from `FACETS`."""

    q = fields.String(
        load_default="",
        validate=validate.Length(max=MAX_QUERY_LENGTH),
        metadata={"description": "the question; empty browses everything", "examples": ["狗咬人了找谁"]},
    )
    page = fields.Integer(
        load_default=1,
        validate=validate.Range(min=1, max=MAX_PAGE),
        metadata={"description": "page of results, from 1", "examples": [1]},
    )
    per_page = fields.Integer(
        load_default=10,
        validate=validate.Range(min=1, max=MAX_PER_PAGE),
        metadata={"description": "results on a page", "examples": [5]},
    )
    sort = fields.String(
        load_default=Sort.RELEVANCE.value,
        validate=validate.OneOf([sort.value for sort in Sort], error=_NOT_ALLOWED),
        metadata={
            "description": "best match first, or in the order of the lists",
            "examples": [Sort.LIST.value],
        },
    )
    collapse = fields.Boolean(
        load_default=False,
        metadata={"description": "one result for a duty that several townships share", "examples": [True]},
    )

    explain = fields.Boolean(
        load_default=False,
        metadata={
            "description": "say of each result which words matched where, and what its score adds up to",
            "examples": [True],
        },
    )

    @post_load
    def to_request(self, data: dict[str, Any], **kwargs: Any) -> SearchRequest:
        """Return the loaded parameters as the core's request."""
        return SearchRequest(
            text=data["q"],
            filters={facet.name: tuple(data[facet.name]) for facet in FACETS if data.get(facet.name)},
            page=data["page"],
            per_page=data["per_page"],
            sort=Sort(data["sort"]),
            collapse=data["collapse"],
            explain=data["explain"],
        )


SearchParametersSchema = SearchParameters.from_dict(
    {facet.name: filter_field(facet) for facet in FACETS}, name="SearchParameters"
)
"""The complete schema of a search's query string."""


class SuggestionParameters(QueryParameters):
    """Parameters of a request for completions."""

    q = fields.String(
        load_default="",
        validate=validate.Length(max=suggestions.MAX_QUERY_LENGTH),
        metadata={"description": "what was typed so far: Chinese, pinyin or initials", "examples": ["养犬"]},
    )
    limit = fields.Integer(
        load_default=suggestions.DEFAULT_LIMIT,
        validate=validate.Range(min=1, max=suggestions.MAX_LIMIT),
        metadata={"description": "completions wanted", "examples": [5]},
    )


SuggestionParametersSchema = SuggestionParameters.from_dict(
    {facet.name: filter_field(facet) for facet in FACETS}, name="SuggestionParameters"
)
"""The complete schema of a request for completions: they keep to every filter of the search."""


class DepartmentSchema(ResponseSchema):
    """A body: as the place names it, and its one canonical name."""

    name = fields.String(required=True, metadata={"examples": ["昌吉市公安局"]})
    canonical = fields.String(required=True, metadata={"examples": ["公安局"]})


class StepSchema(ResponseSchema):
    """One clause of responsibility and the bodies that act in it."""

    number = fields.Integer(required=True, allow_none=True)
    text = fields.String(required=True)
    heading = fields.String(required=True, allow_none=True)
    departments = fields.List(fields.String(), required=True)


class SourceSchema(ResponseSchema):
    """Where a duty is written, and the document's wording of what a reviewed correction changed."""

    file = fields.String(required=True)
    line = fields.Integer(required=True)
    original = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class DutySummarySchema(ResponseSchema):
    """A duty's identity: place, list, number, name."""

    id = fields.String(required=True, metadata={"examples": ["changji-miaoergou-cooperative-19"]})
    prefecture = fields.String(required=True)
    county = fields.String(required=True)
    township = fields.String(required=True)
    list_type = fields.String(required=True, validate=validate.OneOf([one.value for one in ListType]))
    list_type_label = fields.String(
        required=True, attribute="list_type.label", metadata={"examples": ["配合"]}
    )
    number = fields.Integer(required=True)
    name = fields.String(required=True)
    url = DutyUrl(required=True)


class DutySchema(DutySummarySchema):
    """A duty, whole."""

    list_id = fields.String(required=True)
    province = fields.String(required=True)
    category = fields.String(required=True)
    marked = fields.Boolean(required=True, metadata={"description": "the document marks it with ★"})
    departments = fields.List(fields.Nested(DepartmentSchema), required=True)
    superior_steps = fields.List(fields.Nested(StepSchema), required=True)
    township_steps = fields.List(fields.Nested(StepSchema), required=True)
    source = fields.Nested(SourceSchema, required=True)


class DutyResponseSchema(ResponseSchema):
    """A duty and the same duty in other townships."""

    duty = fields.Nested(DutySchema, required=True)
    shared_with = fields.List(fields.Nested(DutySummarySchema), required=True)


class ReplacementSchema(ResponseSchema):
    """A word of the question and the one searched for in its place."""

    original = fields.String(required=True, data_key="from")
    replacement = fields.String(required=True, data_key="to")


class DetectedSchema(ResponseSchema):
    """Place and body that the question itself names; null where it names none."""

    county = fields.String(required=True, allow_none=True)
    township = fields.String(required=True, allow_none=True)
    department = fields.String(required=True, allow_none=True)


class PieceSchema(ResponseSchema):
    """What stands between the commas of a long question, and the share it counted."""

    text = fields.String(required=True)
    weight = fields.Float(required=True, metadata={"description": "those of a question add up to 1"})


class QueryReportSchema(ResponseSchema):
    """What was understood of the question."""

    text = fields.String(required=True)
    terms = fields.List(fields.String(), required=True)
    synonyms = fields.List(fields.Nested(ReplacementSchema), required=True)
    dropped = fields.List(fields.String(), required=True)
    corrected = fields.String(required=True, allow_none=True)
    detected = fields.Nested(DetectedSchema, required=True)
    other_place = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "the place that the question names where the filters keep to others: what "
            "was found is not about it; else null",
            "examples": ["奇台县"],
        },
    )
    pieces = fields.List(
        fields.Nested(PieceSchema),
        required=True,
        metadata={"description": "of a question with commas: which of its pieces counted how much"},
    )


class HighlightsSchema(ResponseSchema):
    """Texts as HTML: escaped, with ``<mark>`` around the words of the question."""

    name = fields.String(required=True)
    superior_steps = fields.List(fields.String(), required=True)
    township_steps = fields.List(fields.String(), required=True)


class WordMatchSchema(ResponseSchema):
    """A word of the question, the term found for it (itself, a part, a synonym), and where."""

    word = fields.String(required=True)
    term = fields.String(required=True)
    fields_ = fields.List(fields.String(), required=True, attribute="fields", data_key="fields")


class ScorePartsSchema(ResponseSchema):
    """What a score is the sum of."""

    duty = fields.Float(required=True, metadata={"description": "BM25F over the duty's own fields"})
    phrases = fields.Float(required=True, metadata={"description": "nearest phrasings, by words"})
    meaning = fields.Float(required=True, metadata={"description": "nearest phrasings, by meaning"})
    boosts = fields.Float(required=True, metadata={"description": "place, body or list named; best bets"})


class ExplanationSchema(ResponseSchema):
    """Why a result stands where it does."""

    words = fields.List(fields.Nested(WordMatchSchema), required=True)
    phrasing = fields.String(required=True, allow_none=True)
    parts = fields.Nested(ScorePartsSchema, required=True)


class SearchResultSchema(ResponseSchema):
    """One result of a search; `explanation` is there only where the search asked for it."""

    id = fields.String(required=True, attribute="duty.id")
    prefecture = fields.String(required=True, attribute="duty.prefecture")
    county = fields.String(required=True, attribute="duty.county")
    township = fields.String(required=True, attribute="duty.township")
    list_type = fields.String(
        required=True, attribute="duty.list_type", validate=validate.OneOf([one.value for one in ListType])
    )
    list_type_label = fields.String(required=True, attribute="duty.list_type.label")
    number = fields.Integer(required=True, attribute="duty.number")
    category = fields.String(required=True, attribute="duty.category")
    name = fields.String(required=True, attribute="duty.name")
    departments = fields.List(fields.Nested(DepartmentSchema), required=True, attribute="duty.departments")
    score = fields.Float(required=True)
    highlights = fields.Nested(HighlightsSchema, required=True)
    shared_with = fields.List(fields.Nested(DutySummarySchema), required=True)
    url = DutyUrl(required=True)
    explanation = fields.Nested(ExplanationSchema)

    @post_dump
    def leave_out_explanation(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Drop the explanation that nobody asked for."""
        if data.get("explanation") is None:
            data.pop("explanation", None)
        return data


class FacetValueSchema(ResponseSchema):
    """One value of a facet with the number of matching duties."""

    value = fields.String(required=True)
    label = fields.String(required=True)
    count = fields.Integer(required=True)
    selected = fields.Boolean(required=True)


FacetsSchema = Schema.from_dict(
    {
        facet.name: fields.List(
            fields.Nested(FacetValueSchema), required=True, attribute=f"{facet.name}.values"
        )
        for facet in FACETS
    },
    name="FacetsSchema",
)
"""All facets, each under its name."""


class SearchResponseSchema(ResponseSchema):
    """One page of results."""

    query = fields.Nested(QueryReportSchema, required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)
    pages = fields.Integer(required=True)
    took_ms = fields.Float(required=True)
    results = fields.List(fields.Nested(SearchResultSchema), required=True)
    facets = fields.Nested(FacetsSchema, required=True)


class SuggestionSchema(ResponseSchema):
    """A text worth searching for."""

    text = fields.String(required=True, metadata={"examples": ["高龄津贴发放"]})
    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in suggestions.Kind]))
    label = fields.String(required=True, attribute="kind.label", metadata={"examples": ["事项"]})
    url = fields.String(required=True, metadata={"description": "the search page with this text's results"})


class SuggestionsResponseSchema(ResponseSchema):
    """Completions of what was typed, best first."""

    query = fields.String(required=True)
    suggestions = fields.List(fields.Nested(SuggestionSchema), required=True)


class ListCountsSchema(ResponseSchema):
    """Number of duties in each of the three lists."""

    basic = fields.Integer(required=True)
    cooperative = fields.Integer(required=True)
    reclaimed = fields.Integer(required=True)


class TownshipSchema(ResponseSchema):
    """A township and its list."""

    list_id = fields.String(required=True, attribute="id")
    province = fields.String(required=True, attribute="place.province")
    prefecture = fields.String(required=True, attribute="place.prefecture")
    county = fields.String(required=True, attribute="place.county")
    county_code = fields.String(
        required=True, attribute="place.county_code", metadata={"description": "GB/T 2260, empty if unknown"}
    )
    township = fields.String(required=True, attribute="place.township")
    date = fields.String(required=True, allow_none=True, metadata={"examples": ["2025-07"]})
    duties = fields.Integer(required=True)
    counts = fields.Nested(ListCountsSchema, required=True)


class PlacesResponseSchema(ResponseSchema):
    """All townships of the index."""

    total = fields.Integer(required=True)
    places = fields.List(fields.Nested(TownshipSchema), required=True)


class ErrorSchema(ResponseSchema):
    """What is answered in place of anything else: the one shape of all errors."""

    code = fields.Integer(required=True, metadata={"examples": [422]})
    status = fields.String(required=True, metadata={"examples": ["Unprocessable Entity"]})
    message = fields.String(required=True, metadata={"examples": ["invalid parameters: page"]})
    errors = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={
            "description": "where → parameter → what is wrong with it, and what is allowed",
            "examples": [
                {"query": {"page": ["Must be greater than or equal to 1 and less than or equal to 1000000."]}}
            ],
        },
    )


class HealthSchema(ResponseSchema):
    """The process is alive."""

    status = fields.String(required=True, metadata={"examples": ["ok"]})


class ReadySchema(ResponseSchema):
    """The index in use."""

    status = fields.String(required=True, metadata={"examples": ["ready"]})
    generation = fields.String(required=True)
    duties = fields.Integer(required=True)
    built_at = fields.String(required=True, metadata={"examples": ["2025-07-01T08:00:00+00:00"]})
    problem = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why the index published last is not the one in use; null where it is."},
    )
