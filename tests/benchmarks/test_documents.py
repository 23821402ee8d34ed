"""The documents that all peers index.

1. Read back, alone or one after the other, they are the duties' terms, places and facet values.
2. What is told of the corpus as a whole agrees with them.
"""

from __future__ import annotations

from collections import Counter

from benchmarks.corpus import corpus
from indexer.index.schema import field_texts
from tests.benchmarks.conftest import DUTIES


def test_terms_and_values(documents, templates, tuning):
    duties = [duty for one in corpus(templates, DUTIES) for duty in one.duties]
    assert len(documents) == len(duties)
    for document, duty in zip(documents, duties, strict=True):
        terms = [token.term for text in field_texts(duty).values() for token in tuning.analyzer.words(text)]
        assert document.terms == terms
        assert document.values_of("county") == (duty.county,)
        assert document.values_of("list_type") == (duty.list_type.value,)
        assert document.values_of("department") == tuple(
            dict.fromkeys(one.canonical for one in duty.departments)
        )
    assert documents[DUTIES - 1] == list(documents)[-1]


def test_facts(documents):
    facts = documents.facts
    found = Counter(term for document in documents for term in set(document.terms))
    assert facts.document_frequencies == found
    assert facts.terms == sum(len(document.terms) for document in documents)
    assert facts.distinct_texts == len({document.text for document in documents})
    assert facts.townships == list(dict.fromkeys(document.township for document in documents))
