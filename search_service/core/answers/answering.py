"""From a question to an answer: the duty, the step, the body, how sure, and what other places say."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from indexer.confidence import Features
from search_service.core.answers.evidence import Asked, find_responsible
from search_service.core.answers.result import Answer, AnswerResponse, Elsewhere, Status, citation_of
from search_service.core.answers.summary import (
    ADVICE_ASK,
    advice_ambiguous,
    advice_elsewhere,
    advice_other_place,
    advice_outside,
    advice_unsure,
    advice_without_duty,
    summary_of,
)
from search_service.core.prepare import prepare, with_meaning
from search_service.core.request import ALL_PARTS
from search_service.engines.port import PLACE_FACETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indexer.confidence import Model
    from indexer.duty import Duty
    from indexer.outside import Matter
    from search_service.core.answers.result import Finding
    from search_service.core.live_index import Generation, LiveIndex
    from search_service.core.prepare import Prepared
    from search_service.core.request import Parts
    from search_service.core.result import QueryReport
    from search_service.engines.port import Engine, EngineQuery, Leader, Leaders, OutsideMatch

CANDIDATES = 5
"""Duties looked at in each township."""
SAME_QUESTION = 0.8
"""Share of the best score from which another township's duty answers the same question."""
ALTERNATIVE = 0.6
"""Share of the best score from which another duty is worth showing beside the answer."""
MOST_ALTERNATIVES = 3
SURE_BY_WORDS = 0.65
"""How sure an answer by words alone must be, where time counts, not to ask for the meaning too."""
CLEARLY = 0.1
"""By how much a matter outside the lists must be nearer than any duty, to be named."""
NEAR_SHARE = 0.6
"""Share of the threshold from which a refusal names the nearest duty, to be checked."""
LEAST_COVERAGE = 0.4
"""How much of a question a matter outside the lists must have words for, to be named."""
LONG = 40
"""Letters of a question that is long."""
EXACT_CONFIDENCE = 0.9
"""The least confidence of a duty that holds the question's quoted words exactly."""
MERE_WORD = 4
"""Letters of a question that may be no more than a word."""
UNSURE_SHARE = 0.9
"""Share of the threshold that the confidence of a mere word doesn't exceed."""
PINNED_CONFIDENCE = 0.99
"""How sure a best bet is: somebody reviewed it."""


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """A question and the places it is asked in; without any, the question may name one itself."""

    text: str
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet (prefecture, county, township) → values."""
    parts: Parts = ALL_PARTS
    refuse: bool = True
    """False answers however unsure; evaluations ask that way what would have come."""


class Answers:
    """Answers over the published index; one instance serves all threads of a process."""

    def __init__(self, index: LiveIndex) -> None:
        self._index = index

    def answer(self, request: AnswerRequest) -> AnswerResponse:
        """Return who handles what was asked, or that no list says so.

        Raises UnknownFacetValueError for a place that no list is of, IndexStateError where no usable index is
        published.
        """
        generation = self._index.generation
        prepared = _prepared(request, generation)
        if request.parts.meaning:
            prepared = with_meaning(prepared, generation)
        return _answer(request, prepared, generation)

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


def _answer(request: AnswerRequest, prepared: Prepared, generation: Generation) -> AnswerResponse:
    query = _query(prepared)
    leaders = generation.engine.leaders(query, "township")
    report = prepared.report(leaders.focus, leaders.unmatched)
    if not prepared.question.names_matter:
        return _refusal(report, ADVICE_ASK)
    if prepared.question.other_place and not any(request.places.values()):
        return _refusal(report, advice_other_place(prepared.question.other_place))
    match = _match(leaders, generation, query)
    if match is None or (request.refuse and match.confidence < match.threshold):
        return _not_found(report, match, leaders.outside, query, generation, _asked(prepared))
    return _answered(report, match, generation.engine, _asked(prepared))


@dataclass(frozen=True, slots=True)
class _Match:
    """The best duty for a question, how sure it is, and all candidates by township, best first.

    `same` are the ids of the duties about the same matter as the best one.
    """

    leader: Leader
    of_townships: Mapping[str, tuple[Leader, ...]]
    same: frozenset[str]
    features: Features
    confidence: float
    model: Model
    best_score: float
    """Of any duty of the index."""

    @property
    def threshold(self) -> float:
        """Return the confidence below which an answer is refused."""
        return self.model.threshold

    def stands_alone(self, leader: Leader) -> bool:
        """Return whether a township asked by itself would answer with this duty."""
        here = leader.hit.score / self.best_score if self.best_score else 1.0
        features = replace(self.features, nearness=leader.nearness, coverage=leader.coverage, here=here)
        return leader.pinned or self.model.probability(features) >= self.threshold


def _prepared(request: AnswerRequest, generation: Generation) -> Prepared:
    """Return the question prepared; of one in quotes alone, the words are weighed as well as demanded."""
    prepared = prepare(request.text, request.places, generation, request.parts)
    phrases = prepared.question.phrases
    if prepared.question.clauses or not phrases:
        return prepared
    unquoted = prepare(" ".join(phrases), request.places, generation, request.parts)
    question = replace(unquoted.question, text=request.text, phrases=phrases)
    return replace(unquoted, question=question, query=replace(unquoted.query, phrases=phrases))


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


def _match(leaders: Leaders, generation: Generation, query: EngineQuery) -> _Match | None:
    """Return the best duty of the places asked about, or None where nothing speaks for any."""
    candidates = _sorted(leader for of_value in leaders.of_values.values() for leader in of_value)
    if not candidates:
        return None
    best = candidates[0]
    same = frozenset(_group(best.hit.duty, generation.engine))
    behind = next((one.hit.score for one in candidates if one.hit.duty.id not in same), 0.0)
    features = Features(
        nearness=best.nearness,
        coverage=best.coverage,
        gap=1 - behind / best.hit.score,
        here=best.hit.score / leaders.best_score if leaders.best_score else 1.0,
        length=_length(query.whole.text),
        outside_nearness=leaders.outside.nearness,
        outside_coverage=leaders.outside.coverage,
    )
    confidence = generation.tuning.confidence
    model = confidence.by_words if query.whole.vector is None else confidence.with_meaning
    sure = PINNED_CONFIDENCE if best.pinned else model.probability(features)
    if _is_a_mere_word(query, leaders) and not best.pinned:
        sure = min(sure, UNSURE_SHARE * model.threshold)
    if query.phrases:  # what stands in quotes stands in the duty, word by word
        sure = max(sure, EXACT_CONFIDENCE)
    return _Match(best, leaders.of_values, same, features, sure, model, leaders.best_score)


def _is_a_mere_word(query: EngineQuery, leaders: Leaders) -> bool:
    """Return whether a question is a word or two that no duty has: in a phrasing it may mean anything."""
    letters = sum(character.isalnum() for character in query.whole.text)
    return letters <= MERE_WORD and len(leaders.unmatched) == len(query.whole.clauses) > 0


def _length(text: str) -> float:
    letters = sum(character.isalnum() for character in text)
    return min(1.0, math.log1p(letters) / math.log1p(LONG))


def _answered(report: QueryReport, match: _Match, engine: Engine, asked: Asked) -> AnswerResponse:
    by_township = _by_township(match, asked)
    agreed = _in_common(by_township)
    finding = agreed or _most_frequent(by_township)
    return AnswerResponse(
        query=report,
        status=Status.ANSWERED if agreed else Status.AMBIGUOUS,
        answer=Answer(
            finding=finding,
            confidence=match.confidence,
            summary=summary_of(finding, by_township, everywhere=len(by_township) == len(match.of_townships)),
            citation=_citation(finding.duty, engine),
            by_township=tuple(by_township),
        ),
        alternatives=_alternatives(match, asked, engine, by_township),
        advice=None if agreed else advice_ambiguous(by_township),
        elsewhere=None,
        outside=None,
        confidence=match.confidence,
        features=match.features,
    )


def _by_township(match: _Match, asked: Asked) -> list[Finding]:
    """Return what each township says, best match first: its duty about the same matter, else one as good."""
    chosen = []
    for leaders in match.of_townships.values():
        same = [one for one in leaders if one.hit.duty.id in match.same]
        as_good = [one for one in leaders if one.hit.score >= SAME_QUESTION * match.leader.hit.score]
        chosen += [one for one in (same or as_good)[:1] if one is match.leader or match.stands_alone(one)]
    # Asked for all the same, an unsure best is still the best.
    return [find_responsible(one.hit, asked) for one in _sorted(chosen or [match.leader])]


def _in_common(findings: Sequence[Finding]) -> Finding | None:
    """Return a finding that leads with a body all have in common; None where there is no such body."""
    common = set.intersection(*(set(finding.bodies) for finding in findings))
    leading = next((one for one in findings if one.bodies[0] in common), None)
    if leading or not common:
        return leading
    shared = sorted(findings[0].responsible, key=lambda one: one.canonical not in common)
    return replace(findings[0], responsible=tuple(shared))


def _most_frequent(findings: Sequence[Finding]) -> Finding:
    """Return the first finding with the leading body that most townships name."""
    counts = Counter(finding.bodies[0] for finding in findings)
    most, _ = counts.most_common(1)[0]
    return next(finding for finding in findings if finding.bodies[0] == most)


def _alternatives(
    match: _Match, asked: Asked, engine: Engine, by_township: Sequence[Finding]
) -> tuple[Finding, ...]:
    """Return what else may have been meant: the next duties about other matters, one of each."""
    least = ALTERNATIVE * match.leader.hit.score
    seen = {id_ for finding in by_township for id_ in _group(finding.duty, engine)}
    others = []
    for one in _sorted(leader for of_value in match.of_townships.values() for leader in of_value):
        if one.hit.duty.id not in seen and one.hit.score >= least:
            others.append(find_responsible(one.hit, asked))
            seen |= _group(one.hit.duty, engine)
    return tuple(others[:MOST_ALTERNATIVES])


def _group(duty: Duty, engine: Engine) -> set[str]:
    """Return the ids of a duty's group."""
    return {duty.id, *(other.id for other in engine.same_duties(duty.id))}


def _not_found(
    report: QueryReport,
    match: _Match | None,
    outside: OutsideMatch,
    query: EngineQuery,
    generation: Generation,
    asked: Asked,
) -> AnswerResponse:
    """Return that no list of the places asked about answers, and who else may."""
    confidence = match.confidence if match else 0.0
    places = [value for facet in PLACE_FACETS for value in sorted(query.filters.get(facet, ()))]
    elsewhere = _elsewhere(query, generation) if places else []
    if elsewhere:
        townships = tuple(dict.fromkeys(one.duty.township for one in elsewhere))
        found = Elsewhere(elsewhere[0].duty, townships)
        return _refusal(report, advice_elsewhere(places, found, elsewhere[0]), confidence, found)
    if _is_outside(outside, match):
        matter = generation.tuning.outside.matters[outside.matter]
        return _refusal(report, advice_outside(matter), confidence, outside=matter)
    if match and confidence >= NEAR_SHARE * match.threshold:
        nearest = find_responsible(match.leader.hit, asked)
        return replace(_refusal(report, advice_unsure(nearest), confidence), alternatives=(nearest,))
    counties = {info.place.township: info.place.county for info in generation.engine.lists}
    desks = list(dict.fromkeys(counties.get(place, place) for place in places))
    return _refusal(report, advice_without_duty(places, desks), confidence)


def _elsewhere(query: EngineQuery, generation: Generation) -> list[Finding]:
    """Return what others say on a matter that no township asked about lists, where any surely does."""
    engine = generation.engine
    anywhere = replace(query, filters={})
    wider = _match(engine.leaders(anywhere, "township"), generation, anywhere)
    if wider is None or wider.confidence < wider.threshold:
        return []
    here = {
        info.place.township
        for info in engine.lists
        if all(getattr(info.place, facet) in values for facet, values in query.filters.items())
    }
    best = wider.leader.hit.duty
    if here & {duty.township for duty in (best, *engine.same_duties(best.id))}:
        return []  # listed here as well, only not surely what was asked
    return [one for one in _by_township(wider, Asked()) if one.duty.township not in here]


def _is_outside(outside: OutsideMatch, match: _Match | None) -> bool:
    """Return whether a matter outside the lists is clearly nearer to the question than any duty."""
    known = match.features.nearness + match.features.coverage if match else 0.0
    found = outside.nearness + outside.coverage
    return outside.coverage >= LEAST_COVERAGE and found >= known + CLEARLY


def _refusal(
    report: QueryReport,
    advice: str,
    confidence: float = 0.0,
    elsewhere: Elsewhere | None = None,
    outside: Matter | None = None,
) -> AnswerResponse:
    return AnswerResponse(report, Status.NOT_FOUND, None, (), advice, elsewhere, outside, confidence)


def _citation(duty: Duty, engine: Engine) -> str:
    return citation_of(duty, next(info for info in engine.lists if info.id == duty.list_id))


def _sorted(leaders: Iterable[Leader]) -> list[Leader]:
    """Return leaders best first; among equals the order of the lists stays."""
    return sorted(leaders, key=lambda leader: -leader.hit.score)
