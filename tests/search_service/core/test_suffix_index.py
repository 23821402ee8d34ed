"""Finding pieces of texts.

1. The places of a piece are those a plain search through the texts finds, the best one of each text.
2. A piece begins only where a unit does: no syllable is found inside another.
3. The empty piece is nowhere; a piece longer than any text neither, and none reaches over the end of a text.
4. Scattered characters are found in order, begun at a word, within the length allowed, in one text.
5. Characters of every plane are told apart, also where only the last of them differs.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.core.suffix_index import INSIDE, TEXT_START, WORD_START, SuffixIndex

LETTERS = st.text(alphabet="高龄津", max_size=6)


def index_of(*texts: str) -> SuffixIndex:
    """Return an index in which every second character begins a word."""
    return SuffixIndex(texts, [[at % 2 == 0 for at in range(len(text))] for text in texts])


def plain_place(text: str, piece: str) -> int:
    """Return the best place of `piece` in `text` by looking at each."""
    starts = [at for at in range(len(text)) if text.startswith(piece, at)]
    places = [TEXT_START if at == 0 else WORD_START if at % 2 == 0 else INSIDE for at in starts]
    return min(places, default=-1) if piece else -1


@given(texts=st.lists(LETTERS, max_size=8), piece=LETTERS)
def test_places_are_those_of_a_plain_search(texts: list[str], piece: str) -> None:
    places = index_of(*texts).places(piece).tolist()
    assert places == [plain_place(text, piece) for text in texts]


def test_a_syllable_is_not_found_inside_another() -> None:
    index = SuffixIndex([["ling", "gao"], ["ning", "xia"]], [[True, False]] * 2)
    assert index.places("ing").tolist() == [-1, -1]
    assert index.places("nin").tolist() == [-1, TEXT_START]
    assert index.places("g").tolist() == [INSIDE, -1]


def test_nothing_is_nowhere() -> None:
    assert index_of("高龄津贴").places("").tolist() == [-1]
    assert index_of("高龄津贴").places("高" * 500).tolist() == [-1]
    assert index_of().places("高").tolist() == []


@pytest.mark.parametrize("texts", [("高龄", "津贴发放"), ("高", "龄津贴"), ("", "高龄津", "", "贴")])
def test_no_piece_reaches_over_the_end_of_a_text(texts: tuple[str, ...]) -> None:
    index = index_of(*texts)
    for piece in ("高龄津贴", "高龄津贴发放", "龄津贴", "津贴发放补"):
        assert index.places(piece).tolist() == [plain_place(text, piece) for text in texts], piece


@pytest.mark.parametrize("other", ["\x01", "a", "高", "\uffff", "𠮷", "\U0010ffff"])
def test_characters_of_every_plane(other: str) -> None:
    for common in range(5):
        texts = ["养" * common + "犬", "养" * common + other]
        assert index_of(*texts).places(texts[1]).tolist() == [plain_place(text, texts[1]) for text in texts]


def test_scattered_characters() -> None:
    index = index_of("gllrjt", "agllrjt", "glxxxxxxxxjt", "gl", "jt")
    assert index.scattered("gljt", together=2, within=8) == [0]
    assert index.scattered("gljt", together=2, within=12) == [0, 2]
    assert index.scattered("gl.t", together=2, within=12) == []
