"""The check before the clock starts: that all peers do the same work and find the same.

Totals and counts must be equal, to the last document. Of scores two things are checked:

1. The score of every document returned is computed once more from its terms, by the formula that the peer
   says it uses, with the lengths that it keeps (Tantivy and Whoosh round them to one byte), and must agree to
   the precision of its arithmetic.
2. No better document was missed. Where peers share the idf, their scores are compared rank by rank. A length
   that is off by a share e moves a term's part of a score, and so the score, by a factor between 1 / (1 + e)
   and 1 / (1 - e): it stands in the denominator, in one of two positive summands. If no document's score
   moves by more, neither does the i-th best. With exact lengths e is 0, and ranks must agree to rounding.

FTS5's idf falls to next to nothing for words that half of the documents have, so its order is its own: it is
held to 1, and to the totals and counts.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

from benchmarks.peers.peer import TOP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.documents import Documents
    from benchmarks.peers.peer import Found, Peer, Scoring
    from benchmarks.query_log import Asked


_SHOWN = 8
"""Differences named of one question; the first say enough."""


class UnequalWorkError(ValueError):
    """Peers that answer a question differently; what they take for it can't be compared."""


def check_equal(
    asked: Asked, answers: Mapping[str, Found], peers: Mapping[str, Peer], corpus: Documents
) -> None:
    """Raise UnequalWorkError, naming question and difference, unless all answers are of equal work."""
    complaints = [*_totals(answers), *_counts(answers)]
    for name, found in answers.items():
        complaints += (
            f"{name}: {complaint}" for complaint in _own(found, peers[name].scoring, asked, corpus)
        )
    for first, second in combinations(answers, 2):
        scorings = peers[first].scoring, peers[second].scoring
        if scorings[0].idf is scorings[1].idf:
            complaints += (
                f"{first} and {second}: {complaint}"
                for complaint in _ranks(answers[first], answers[second], *scorings)
            )
    if complaints:
        question = f"{' '.join(asked.terms)} {asked.filters or ''}".strip()
        raise UnequalWorkError("\n  ".join([f"the answers to “{question}” differ:", *complaints[:_SHOWN]]))


def _totals(answers: Mapping[str, Found]) -> Iterator[str]:
    if len({found.total for found in answers.values()}) > 1:
        yield "totals: " + ", ".join(f"{name} {found.total}" for name, found in answers.items())


def _counts(answers: Mapping[str, Found]) -> Iterator[str]:
    for first, second in combinations(answers, 2):
        for facet, counts in answers[first].counts.items():
            if counts != answers[second].counts[facet]:
                different = dict(counts.items() ^ answers[second].counts[facet].items())
                yield f"{first} and {second} count {facet} differently: {', '.join(different)}"


def _own(found: Found, scoring: Scoring, asked: Asked, corpus: Documents) -> Iterator[str]:
    """Yield what is wrong with one answer by itself."""
    if len(set(found.documents)) != min(TOP, found.total):
        yield f"lists {len(set(found.documents))} documents of {found.total}"
    if sorted(found.scores, reverse=True) != list(found.scores):
        yield "the best is not first"
    for number, score in zip(found.documents, found.scores, strict=True):
        expected = _score(number, scoring, asked, corpus)
        if abs(score - expected) > scoring.tolerance * expected:
            yield f"document {number} scores {score:.6f}, by its formula {expected:.6f}"


def _score(number: int, scoring: Scoring, asked: Asked, corpus: Documents) -> float:
    """Return the score of a document, computed from its terms; 0 where it doesn't pass the filters."""
    document, facts = corpus[number], corpus.facts
    if any(document.values_of(name) != (value,) for name, value in asked.filters.items()):
        return 0.0
    terms = document.terms
    frequencies = Counter(terms)
    return sum(
        scoring.impact(
            scoring.idf(facts.document_frequencies[term], facts.documents),
            frequencies[term],
            len(terms),
            facts.average_length,
        )
        for term in asked.terms
        if term in frequencies
    )


def _ranks(first: Found, second: Found, of_first: Scoring, of_second: Scoring) -> Iterator[str]:
    most = 1.0
    for scoring in (of_first, of_second):
        most *= (1 + scoring.tolerance) / (1 - scoring.length_error)
    for rank, scores in enumerate(zip(first.scores, second.scores, strict=False), 1):
        if max(scores) > most * min(scores):
            yield f"rank {rank} scores {scores[0]:.4f} and {scores[1]:.4f}, too far apart for rounded lengths"
