"""The duty that a question matches best, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer.analysis.letters import count_letters
from indexer.confidence import Features

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indexer.confidence import Model
    from search_service.core.generation import Generation
    from search_service.engines.port import EngineQuery, Leader, Leaders

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
class Match:
    """The best duty for a question, how sure it is, and all candidates, also by list, best first."""

    candidates: Sequence[Leader]
    of_lists: Mapping[str, tuple[Leader, ...]]
    features: Features
    confidence: float
    model: Model
    best_score: float
    """Of any duty of the index."""

    @property
    def leader(self) -> Leader:
        """Return the best duty."""
        return self.candidates[0]

    @property
    def threshold(self) -> float:
        """Return the confidence below which an answer is refused."""
        return self.model.threshold

    @property
    def is_sure(self) -> bool:
        """Return whether it is sure enough to be an answer."""
        return self.confidence >= self.threshold

    def stands_alone(self, leader: Leader) -> bool:
        """Return whether a township asked by itself would answer with this duty."""
        here = leader.score / self.best_score if self.best_score else 1.0
        features = replace(self.features, nearness=leader.nearness, coverage=leader.coverage, here=here)
        return leader.pinned or self.model.probability(features) >= self.threshold


def find_match(leaders: Leaders, generation: Generation, query: EngineQuery) -> Match | None:
    """Return the best duty of the places asked about, or None where nothing speaks for any."""
    candidates = best_first(leader for of_list in leaders.of_lists.values() for leader in of_list)
    if not candidates:
        return None
    best = candidates[0]
    behind = next((one.score for one in candidates if one.group != best.group), 0.0)
    features = Features(
        nearness=best.nearness,
        coverage=best.coverage,
        gap=1 - behind / best.score,
        here=best.score / leaders.best_score if leaders.best_score else 1.0,
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
    return Match(candidates, leaders.of_lists, features, sure, model, leaders.best_score)


def _is_a_mere_word(query: EngineQuery, leaders: Leaders) -> bool:
    """Return whether a question is a word or two that no duty has: in a phrasing it may mean anything."""
    is_short = count_letters(query.whole.text) <= MERE_WORD
    return is_short and len(leaders.unmatched) == len(query.whole.clauses) > 0


def _length(text: str) -> float:
    return min(1.0, math.log1p(count_letters(text)) / math.log1p(LONG))


def best_first(leaders: Iterable[Leader]) -> list[Leader]:
    """Return leaders by their score; among equals the order of the lists stays."""
    return sorted(leaders, key=lambda leader: -leader.score)
