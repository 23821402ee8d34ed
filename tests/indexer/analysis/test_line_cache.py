"""Lines cut once: the same terms at the same positions as the analyzer's, over all texts of the real lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from indexer.analysis.line_cache import LineCache
from indexer.index.schema import field_texts

if TYPE_CHECKING:
    from indexer.duty import Duty
    from indexer.tuning import Tuning


@pytest.fixture(scope="module")
def lines(tuning: Tuning) -> LineCache:
    return LineCache(tuning.analyzer)


def test_words_are_the_analyzers(lines: LineCache, duties: list[Duty], tuning: Tuning) -> None:
    texts = {text for duty in duties[::3] for text in field_texts(duty).values()}
    assert sum("\n" in text for text in texts) > 100
    for text in texts:
        assert lines.words(text) == [(one.term, one.position) for one in tuning.analyzer.words(text)], text


@pytest.mark.parametrize("text", ["", "\n", "养犬\n\n登记", "養犬\u200b登记\nＷｉＦｉ ①\n犬", "犬\n犬"])
def test_folded_characters_and_empty_lines_keep_their_positions(
    lines: LineCache, tuning: Tuning, text: str
) -> None:
    assert lines.words(text) == [(one.term, one.position) for one in tuning.analyzer.words(text)]


def test_no_phrase_reaches_over_the_end_of_a_line(lines: LineCache) -> None:
    terms = lines.exact(iter(["养犬\n登记", "办理"]))
    assert [position for term, position in terms if len(term) == 1] == [0, 1, 3, 4, 6, 7]
    assert [(term, position) for term, position in terms if len(term) == 2] == [
        ("养犬", 0),
        ("登记", 3),
        ("办理", 6),
    ]


def test_a_line_is_cut_once(tuning: Tuning) -> None:
    lines = LineCache(tuning.analyzer)
    lines.words("负责养犬登记\n负责伤人治安案件")
    lines.words("负责伤人治安案件\n负责养犬登记")
    assert lines.tokens.cache_info().misses == 2
