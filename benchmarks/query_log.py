"""The questions that all peers are asked: committed, shuffled once and for all, cut by our own analyzer."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.documents import Facts
    from indexer.analysis.analyzer import Analyzer

FILE = Path(__file__).parent / "queries.tsv"
KINDS = ("keyword", "colloquial", "complaint")
SERIES = ("everywhere", "county", "township")
"""Asked in all places, or within one: how operators ask, each for the place that the call comes from."""

_SEED = 7


@dataclass(frozen=True, slots=True)
class Logged:
    """A question of the log."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as every peer gets it: any of the `terms`, within the place of `filters`."""

    kind: str
    terms: tuple[str, ...]
    filters: dict[str, str]


def read_log() -> list[Logged]:
    """Return the questions, their kinds mixed, in the same order every time."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    questions = [Logged(*line.split("\t")) for line in lines]
    random.Random(_SEED).shuffle(questions)
    return questions


def query_terms(text: str, analyzer: Analyzer, stop_words: frozenset[str]) -> tuple[str, ...]:
    """Return the different terms that a question is searched by, as our own search takes them.

    The words of the cut and the shorter words inside them; no single characters of a longer word, no stop
    words, unless there is nothing else.
    """
    tokens = [token for token in analyzer.words(text) if not token.is_part or len(token.term) > 1]
    kept = dict.fromkeys(token.term for token in tokens if token.term not in stop_words)
    return tuple(kept or dict.fromkeys(token.term for token in tokens))


def asked_in(
    series: str, log: Sequence[Logged], facts: Facts, analyzer: Analyzer, stop_words: frozenset[str]
) -> list[Asked]:
    """Return the log as one series asks it, every question in a place of its own."""
    places = {"county": facts.counties, "township": facts.townships}.get(series)
    chance = random.Random(_SEED)
    return [
        Asked(
            kind=one.kind,
            terms=query_terms(one.text, analyzer, stop_words),
            filters={series: chance.choice(places)} if places else {},
        )
        for one in log
    ]
