"""Why a result was found: in words that an editor of the dictionaries can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.index.schema import field_texts
from search_service.core.result import Explanation, WordMatch

if TYPE_CHECKING:
    from indexer.analysis.analyzer import Analyzer
    from search_service.core.question import Question
    from search_service.engines.port import Hit


def explain(hit: Hit, question: Question, analyzer: Analyzer) -> Explanation:
    """Return which words of the question matched in which fields, the phrasing that counted, and the score.

    A word may match as itself, as a shorter word inside it, or through a synonym: `term` says which.
    """
    terms_of = {
        field: {token.term for token in analyzer.words(text)} for field, text in field_texts(hit.duty).items()
    }
    words = []
    for clause in question.clauses:
        for term in clause.all_terms:
            fields = [field for field, terms in terms_of.items() if term in terms]
            if fields:
                words.append(WordMatch(clause.word, term, fields))
    return Explanation(words, hit.phrasings[0].text if hit.phrasings else None, hit.parts)
