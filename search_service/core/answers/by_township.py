"""What each township says to a question, and what they have in common."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from search_service.core.answers.matching import best_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search_service.core.answers.matching import Match
    from search_service.core.answers.result import Finding
    from search_service.engines.port import Leader

SAME_QUESTION = 0.8
"""Share of the best score from which another township's duty answers the same question."""


def leaders_by_township(match: Match) -> list[Leader]:
    """Return the duty that each township answers with, best first: of the same matter, else one as good."""
    chosen = []
    for leaders in match.of_lists.values():
        same = [one for one in leaders if one.group == match.leader.group]
        as_good = [one for one in leaders if one.score >= SAME_QUESTION * match.leader.score]
        chosen += [one for one in (same or as_good)[:1] if one is match.leader or match.stands_alone(one)]
    # Asked for all the same, an unsure best is still the best.
    return best_first(chosen or [match.leader])


def in_common(findings: Sequence[Finding]) -> Finding | None:
    """Return a finding that leads with a body all have in common; None where there is no such body."""
    common = set.intersection(*(set(finding.bodies) for finding in findings))
    leading = next((one for one in findings if one.bodies[0] in common), None)
    if leading or not common:
        return leading
    shared = sorted(findings[0].responsible, key=lambda one: one.canonical not in common)
    return replace(findings[0], responsible=tuple(shared))


def most_frequent(findings: Sequence[Finding]) -> Finding:
    """Return the first finding with the leading body that most townships name."""
    counts = Counter(finding.bodies[0] for finding in findings)
    most, _ = counts.most_common(1)[0]
    return next(finding for finding in findings if finding.bodies[0] == most)
