"""What is said where no list of the places asked about answers: who else may, or what to do instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from indexer.facets import PLACE_FACETS
from search_service.core.answers.by_township import SAME_QUESTION, leaders_by_township
from search_service.core.answers.evidence import Asked, find_responsible
from search_service.core.answers.matching import find_match
from search_service.core.answers.result import AnswerResponse, Elsewhere, Status
from search_service.core.answers.summary import (
    advice_elsewhere,
    advice_outside,
    advice_unsure,
    advice_without_duty,
)

if TYPE_CHECKING:
    from indexer.outside import Matter
    from search_service.core.answers.matching import Match
    from search_service.core.answers.result import Finding
    from search_service.core.generation import Generation
    from search_service.core.result import QueryReport
    from search_service.engines.port import EngineQuery, OutsideMatch

CLEARLY = 0.1
"""By how much a matter outside the lists must be nearer than any duty, to be named."""
NEAR_SHARE = 0.6
"""Share of the threshold from which a refusal names the nearest duty, to be checked."""
LEAST_COVERAGE = 0.4
"""How much of a question a matter outside the lists must have words for, to be named."""


def refusal(
    report: QueryReport,
    advice: str,
    confidence: float = 0.0,
    elsewhere: Elsewhere | None = None,
    outside: Matter | None = None,
) -> AnswerResponse:
    """Return that nothing was found, and the advice what to do."""
    return AnswerResponse(report, Status.NOT_FOUND, None, (), advice, elsewhere, outside, confidence)


def not_found(
    report: QueryReport,
    match: Match | None,
    outside: OutsideMatch,
    query: EngineQuery,
    generation: Generation,
    asked: Asked,
) -> AnswerResponse:
    """Return that no list of the places asked about answers, and who else may."""
    confidence = match.confidence if match else 0.0
    places = [value for facet in PLACE_FACETS for value in sorted(query.filters.get(facet, ()))]
    elsewhere = _elsewhere(match, query, generation) if places else []
    if elsewhere:
        townships = tuple(dict.fromkeys(one.duty.township for one in elsewhere))
        found = Elsewhere(elsewhere[0].duty, townships)
        return refusal(report, advice_elsewhere(places, found, elsewhere[0]), confidence, found)
    if _is_outside(outside, match):
        matter = generation.tuning.outside.matters[outside.matter]
        return refusal(report, advice_outside(matter), confidence, outside=matter)
    if match and confidence >= NEAR_SHARE * match.threshold:
        nearest = find_responsible(match.leader.hit, asked)
        return replace(refusal(report, advice_unsure(nearest), confidence), alternatives=(nearest,))
    counties = {info.place.township: info.place.county for info in generation.engine.lists}
    desks = list(dict.fromkeys(counties.get(place, place) for place in places))
    return refusal(report, advice_without_duty(places, desks), confidence)


def _elsewhere(match: Match | None, query: EngineQuery, generation: Generation) -> list[Finding]:
    """Return what others say on a matter that no township asked about lists, where any surely does."""
    engine = generation.engine
    places = {facet: values for facet, values in query.filters.items() if facet in PLACE_FACETS}
    kinds = {facet: values for facet, values in query.filters.items() if facet not in PLACE_FACETS}
    anywhere = replace(query, filters=kinds)
    wider = find_match(engine.leaders(anywhere), generation, anywhere)
    if wider is None or not wider.is_sure:
        return []
    here = {
        info.place.township
        for info in engine.lists
        if all(getattr(info.place, facet) in values for facet, values in places.items())
    }
    best = wider.leader.hit.duty
    near = match.leader.score if match else 0.0
    listed_here = here & {duty.township for duty in (best, *engine.same_duties(best.id))}
    if listed_here or near >= SAME_QUESTION * wider.leader.score:
        return []  # here as well, or something as near in other words: only not surely what was asked
    findings = [find_responsible(one.hit, Asked()) for one in leaders_by_township(wider)]
    return [one for one in findings if one.duty.township not in here]


def _is_outside(outside: OutsideMatch, match: Match | None) -> bool:
    """Return whether a matter outside the lists is clearly nearer to the question than any duty."""
    known = match.features.nearness + match.features.coverage if match else 0.0
    found = outside.nearness + outside.coverage
    return outside.coverage >= LEAST_COVERAGE and found >= known + CLEARLY
