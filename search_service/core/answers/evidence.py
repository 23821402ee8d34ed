"""Which step of a duty was asked for: its bodies answer, and its clause is the evidence.

Three things speak for a clause of a step: the phrasings filed under it, as near as they come to the
question; those filed under the duty as a whole speak for none; and the question's own words that it has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from indexer.analysis.letters import letters_of
from indexer.analysis.normalize import normalize
from indexer.duty import ListType
from indexer.steps.binding import TOWNSHIP
from search_service.core.answers.result import Finding, Responsible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.duty import Department, Duty, Step
    from search_service.engines.port import Clause, Hit, Phrasing

WORDS_SHARE = 0.4
"""What all of the question's words in a clause count, the best phrasing being 1. Set on the tuning half."""
NAMED_SHARE = 0.3
"""What it counts that the question names a step's body: who asks whether X does it has mostly heard so."""
TOWNSHIP_LEAD = 1.4
"""By what factor the township's own step must lead all others to be the answer of a cooperative duty."""
STANDS_OUT = 0.5
"""What a step must reach of the phrasings of the duty as a whole, to be the one asked for."""
SAME_STEP = 0.6
"""Share of a step reference's character pairs that a clause must have to be the step meant."""

_LEAST = 1e-6
"""What must speak for a step at all."""
_CLAUSE_END = re.compile(r"[；;。]")
_SHORTEST_CLAUSE = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a question tells the steps of a duty apart: its words, and the bodies it names itself."""

    words: Sequence[Clause] = ()
    bodies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Unit:
    """A clause of a step."""

    text: str
    step: Step
    of_township: bool


def find_responsible(hit: Hit, asked: Asked) -> Finding:
    """Return who a duty makes responsible for what was asked."""
    duty = hit.duty
    units = _units(duty)
    scores = _scores(units, hit.phrasings, asked)
    whole = _of_whole(hit.phrasings)
    ours = _best([number for number, unit in enumerate(units) if unit.of_township], scores)
    theirs = _best([number for number, unit in enumerate(units) if not unit.of_township], scores)
    township_evidence = None if ours is None else units[ours].text
    if duty.list_type is ListType.BASIC:
        evidence = duty.name if ours is None or not scores[ours] else units[ours].text
        return Finding(duty, (_township(duty, evidence),), evidence, stands_out=True)
    reached = 0.0 if theirs is None else scores[theirs]
    if ours is not None and scores[ours] > TOWNSHIP_LEAD * max(reached, whole):
        return Finding(duty, (_township(duty, units[ours].text),), township_evidence, stands_out=True)
    one_body = len({unit.step.departments for unit in units if not unit.of_township}) == 1
    stands_out = theirs is not None and (one_body or reached >= max(STANDS_OUT * whole, _LEAST))
    if theirs is not None and stands_out and units[theirs].step.departments:
        step = units[theirs].step
        bodies = [_body(duty, canonical, units[theirs].text) for canonical in step.departments]
    else:
        bodies = [_lead(duty, one, units, scores) for one in duty.departments]
    if duty.list_type is ListType.RECLAIMED:
        # What was taken back is not the township's, whatever a step says.
        bodies = [one for one in bodies if not one.is_township]
        bodies = bodies or [_lead(duty, one, units, scores) for one in duty.departments]
    bodies = bodies or [_township(duty, duty.name)]
    return Finding(duty, tuple(bodies), township_evidence, stands_out=stands_out)


def _units(duty: Duty) -> list[_Unit]:
    return [
        _Unit(clause, step, of_township)
        for of_township, steps in ((False, duty.superior_steps), (True, duty.township_steps))
        for step in steps
        for clause in _clauses(step.text)
    ]


@lru_cache(4096)
def _clauses(text: str) -> tuple[str, ...]:
    """Return the clauses of a step's text, without the marks that end them."""
    clauses = [clause.strip() for clause in _CLAUSE_END.split(text)]
    return tuple(clause for clause in clauses if len(clause) >= _SHORTEST_CLAUSE) or (text,)


def _scores(units: Sequence[_Unit], phrasings: Sequence[Phrasing], asked: Asked) -> list[float]:
    """Return for each unit what speaks for it: at most 1 by phrasings, and a share each by words and body."""
    best = max((phrasing.score for phrasing in phrasings), default=0.0)
    scores = [
        WORDS_SHARE * _share_of_words(unit.text, asked.words)
        + NAMED_SHARE * bool(asked.bodies & set(unit.step.departments))
        for unit in units
    ]
    texts = [unit.text for unit in units]
    by_phrasing = [0.0] * len(units)
    for phrasing in phrasings:
        number = _meant(phrasing.step, texts) if phrasing.step and best else None
        if number is not None:
            by_phrasing[number] = max(by_phrasing[number], phrasing.score / best)
    return [a + b for a, b in zip(scores, by_phrasing, strict=True)]


def _of_whole(phrasings: Sequence[Phrasing]) -> float:
    """Return what speaks for the duty as a whole, the best phrasing being 1."""
    best = max((phrasing.score for phrasing in phrasings), default=0.0)
    return max((one.score / best for one in phrasings if not one.step and best), default=0.0)


def _best(numbers: Sequence[int], scores: Sequence[float]) -> int | None:
    """Return the unit that scores most, the first of equals."""
    return max(numbers, key=lambda number: scores[number], default=None)


def _share_of_words(text: str, words: Sequence[Clause]) -> float:
    """Return the share of the question's words that a text has, a synonym counting by its weight."""
    if not words:
        return 0.0
    normal = normalize(text)
    found = (max((weight for term, weight in word.terms if term in normal), default=0.0) for word in words)
    return sum(found) / len(words)


def _meant(reference: str, texts: Sequence[str]) -> int | None:
    """Return the number of the text that a step reference of the phrase book means, or None.

    The reference was copied from one township's list; another's wording of the step may differ slightly.
    """
    wanted = _letters(reference)
    letters = [_letters(text) for text in texts]
    for number, text in enumerate(letters):
        if wanted in text or text in wanted:
            return number
    pairs = set(pairwise(wanted))
    shares = [len(pairs & set(pairwise(text))) / max(len(pairs), 1) for text in letters]
    likest = max(range(len(shares)), key=lambda number: shares[number], default=None)
    return likest if likest is not None and shares[likest] >= SAME_STEP else None


@lru_cache(16384)
def _letters(text: str) -> str:
    return letters_of(text)


def _lead(duty: Duty, body: Department, units: Sequence[_Unit], scores: Sequence[float]) -> Responsible:
    """Return a leading body with the best of its clauses; the duty's name where no step is bound to it."""
    own = [number for number, unit in enumerate(units) if body.canonical in unit.step.departments]
    best = _best(own, scores)
    return Responsible(body.name, body.canonical, duty.name if best is None else units[best].text)


def _body(duty: Duty, canonical: str, evidence: str) -> Responsible:
    if canonical == TOWNSHIP:
        return _township(duty, evidence)
    named = next((one.name for one in duty.departments if one.canonical == canonical), canonical)
    return Responsible(named, canonical, evidence)


def _township(duty: Duty, evidence: str) -> Responsible:
    return Responsible(duty.township, TOWNSHIP, evidence)
