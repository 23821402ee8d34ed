"""From a question to an answer: the duty, the step, the body, how sure, and what other places say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.facets import PLACE_FACETS
from search_service.core.answers.by_township import in_common, leaders_by_township, most_frequent
from search_service.core.answers.evidence import Asked, find_responsible
from search_service.core.answers.matching import find_match
from search_service.core.answers.refusal import not_found, refusal
from search_service.core.answers.result import Answer, AnswerResponse, Status, citation_of
from search_service.core.answers.summary import (
    ADVICE_ASK,
    advice_ambiguous,
    advice_other_place,
    summary_of,
)
from search_service.core.events import Answered, tell
from search_service.core.prepare import prepare, with_meaning
from search_service.core.request import ALL_PARTS, filters_key
from search_service.core.result_cache import ResultCache

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from collections.abc import Set as AbstractSet

    from indexer.duty import Duty
    from search_service.core.answers.matching import Match
    from search_service.core.answers.result import Finding
    from search_service.core.generation import Generation
    from search_service.core.live_index import LiveIndex
    from search_service.core.prepare import Prepared
    from search_service.core.request import Parts
    from search_service.core.result import QueryReport
    from search_service.engines.port import Engine, EngineQuery, Leader

CANDIDATES = 5
"""Duties looked at in each township."""
ALTERNATIVE = 0.6
"""Share of the best score from which another duty is worth showing beside the answer."""
MOST_ALTERNATIVES = 3
KEPT_ANSWERS = 512
"""Answers kept in memory."""
MOST_NEIGHBOURS = 200
"""Duties of one list and category looked at to find one of them; real ones have up to about 40."""
SURE_BY_WORDS = 0.65
"""How sure an answer by words alone must be, where time counts, not to ask for the meaning too."""


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """A question and the places it is asked in; without any, the question may name one itself."""

    text: str
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet (prefecture, county, township) → values."""
    parts: Parts = ALL_PARTS
    refuse: bool = True
    """False answers however unsure; evaluations ask that way what would have come."""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet of another kind (list_type, category) → values, for callers who are held to some duties."""

    @property
    def key(self) -> Hashable:
        """Return what is equal for requests that ask the same."""
        return (self.text, filters_key(self.places), self.parts, self.refuse, filters_key(self.filters))


class Answers:
    """Answers over the published index; one instance serves all threads of a process."""

    def __init__(self, index: LiveIndex) -> None:
        self._index = index
        self._results: ResultCache[AnswerResponse] = ResultCache("answers", KEPT_ANSWERS)

    def answer(self, request: AnswerRequest) -> AnswerResponse:
        """Return who handles what was asked, or that no list says so.

        Raises UnknownFacetValueError for a place that no list is of, IndexStateError where no usable index is
        published.
        """
        generation = self._index.generation
        # A best bet ends with a day.
        key = (request.key, datetime.now(UTC).date())
        response = self._results.get(generation, key, lambda: _answer_wholly(request, generation))
        tell(Answered(response.status))
        return response

    def answer_quickly(self, request: AnswerRequest) -> AnswerResponse:
        """Return nearly what `answer` does, in a fraction of the time, for thousands of questions at once.

        By words alone where that is sure enough; else by the meaning of the few pieces that matter most.
        Raises what `answer` raises.
        """
        generation = self._index.generation
        prepared = _prepared(request, generation)
        response = _answer(request, prepared, generation)
        if response.confidence >= SURE_BY_WORDS or not request.parts.meaning:
            return response
        return _answer(request, with_meaning(prepared, generation, thrifty=True), generation)

    def finding_in(self, duty: Duty, text: str) -> Finding | None:
        """Return what one duty says to a question; None where nothing in it speaks for it.

        Raises IndexStateError where no usable index is published.
        """
        generation = self._index.generation
        prepared = with_meaning(_prepared(AnswerRequest(text), generation), generation)
        # Its neighbours of the same list and category are few: it is among them at whatever rank.
        filters = {
            "township": frozenset({duty.township}),
            "list_type": frozenset({duty.list_type.value}),
            "category": frozenset({duty.category}),
        }
        query = replace(prepared.query, filters=filters, limit=MOST_NEIGHBOURS)
        leaders = generation.engine.leaders(query).of_lists.get(duty.list_id, ())
        hit = next((leader.hit for leader in leaders if leader.hit.duty.id == duty.id), None)
        return find_responsible(hit, _asked(prepared)) if hit else None


def _answer_wholly(request: AnswerRequest, generation: Generation) -> AnswerResponse:
    prepared = _prepared(request, generation)
    if request.parts.meaning:
        prepared = with_meaning(prepared, generation)
    return _answer(request, prepared, generation)


def _prepared(request: AnswerRequest, generation: Generation) -> Prepared:
    """Return the question prepared; of one in quotes alone, the words are weighed as well as demanded."""
    filters = {**request.places, **request.filters}
    prepared = prepare(request.text, filters, generation, request.parts)
    phrases = prepared.question.phrases
    if prepared.question.clauses or not phrases:
        return prepared
    unquoted = prepare(" ".join(phrases), filters, generation, request.parts)
    question = replace(unquoted.question, text=request.text, phrases=phrases)
    return replace(unquoted, question=question, query=replace(unquoted.query, phrases=phrases))


def _answer(request: AnswerRequest, prepared: Prepared, generation: Generation) -> AnswerResponse:
    query, scope = _query(prepared), prepared.question.scope
    leaders = generation.engine.leaders(query)
    report = prepared.report(leaders.focus, leaders.unmatched)
    if not scope.names_matter(generation.tuning):
        return refusal(report, ADVICE_ASK)
    other_place = None if any(request.places.values()) else scope.other_place(generation.tuning)
    if other_place:
        return refusal(report, advice_other_place(other_place))
    match = find_match(leaders, generation, query)
    asked = _asked(prepared)
    if match is None or (request.refuse and not match.is_sure):
        return not_found(report, match, leaders.outside, query, generation, asked)
    return _answered(report, match, generation.engine, asked)


def _query(prepared: Prepared) -> EngineQuery:
    """Return the query for candidates: a place the question names filters, unless the caller gave one."""
    query, detected = prepared.query, prepared.question.detected
    filters = dict(query.filters)
    if not any(facet in filters for facet in PLACE_FACETS):
        if detected.township:
            filters["township"] = frozenset({detected.township})
        elif detected.county:
            filters["county"] = frozenset({detected.county})
    # Where the place filters, a boost for it would only hide how good the match is.
    boosts = tuple(boost for boost in query.boosts if boost.facet not in PLACE_FACETS)
    return replace(query, filters=filters, boosts=boosts, limit=CANDIDATES)


def _asked(prepared: Prepared) -> Asked:
    bodies = (boost.value for boost in prepared.query.boosts if boost.facet == "department")
    return Asked(prepared.question.clauses, frozenset(bodies))


def _answered(report: QueryReport, match: Match, engine: Engine, asked: Asked) -> AnswerResponse:
    leaders = leaders_by_township(match)
    by_township = [find_responsible(one.hit, asked) for one in leaders]
    agreed = in_common(by_township)
    finding = agreed or most_frequent(by_township)
    return AnswerResponse(
        query=report,
        status=Status.ANSWERED if agreed else Status.AMBIGUOUS,
        answer=Answer(
            finding=finding,
            confidence=match.confidence,
            summary=summary_of(finding, by_township, everywhere=len(by_township) == len(match.of_lists)),
            citation=_citation(finding.duty, engine),
            by_township=tuple(by_township),
        ),
        alternatives=_alternatives(match, asked, {one.group for one in leaders}),
        advice=None if agreed else advice_ambiguous(by_township),
        elsewhere=None,
        outside=None,
        confidence=match.confidence,
        features=match.features,
    )


def _alternatives(match: Match, asked: Asked, answering: AbstractSet[int]) -> tuple[Finding, ...]:
    """Return what else may have been meant: the next duties about other matters, one of each.

    `answering` are the groups of the duties that are the answer.
    """
    least = ALTERNATIVE * match.leader.score
    others: dict[int, Leader] = {}
    for one in match.candidates:
        if one.group not in answering and one.score >= least:
            others.setdefault(one.group, one)
    return tuple(find_responsible(one.hit, asked) for one in list(others.values())[:MOST_ALTERNATIVES])


def _citation(duty: Duty, engine: Engine) -> str:
    return citation_of(duty, next(info for info in engine.lists if info.id == duty.list_id))
