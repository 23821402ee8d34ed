"""Words and exact text out of Chinese: jieba cuts, positions count characters, nothing is dropped."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import jieba

from indexer.analysis.normalize import normalize, normalize_with_offsets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

jieba.setLogLevel(logging.WARNING)  # its start-up chatter on stderr is no news to an operator


@dataclass(frozen=True, slots=True)
class Token:
    """One term of a text.

    `start` and `end` are offsets into the text as given; `position` is the offset of the term's first
    character in the normalised text, so that terms which follow each other without a gap have
    positions that differ by the first one's length, and a part has its true place inside its word.
    """

    term: str
    start: int
    end: int
    position: int
    is_part: bool = False
    """True for a shorter word inside a longer one (农业 in 农业发展银行), False for a word of the cut."""


class Analyzer:
    """Cuts text into terms; the same instance serves documents and queries.

    `user_dictionary` is a file of words that jieba doesn't know, one ``word frequency tag`` a line, in
    jieba's own format. Loading takes about a second and happens at construction.
    """

    def __init__(self, user_dictionary: Path | None = None) -> None:
        self.user_dictionary = user_dictionary
        self._jieba = jieba.Tokenizer()
        # What initialize() does, without its cache file: that lies in a folder anyone may write to.
        self._jieba.FREQ, self._jieba.total = self._jieba.gen_pfdict(self._jieba.get_dict_file())
        self._jieba.initialized = True
        self._own_words = _lines_of(user_dictionary)
        self._jieba.load_userdict(self._own_words)

    def has_words_of(self, user_dictionary: Path) -> bool:
        """Return whether an analyzer made with this file would cut alike."""
        return self._own_words == _lines_of(user_dictionary)

    @property
    def frequencies(self) -> Mapping[str, int]:
        """Return how often each known word occurs in general Chinese; 0 for mere beginnings of words."""
        frequencies: Mapping[str, int] = self._jieba.FREQ
        return frequencies

    def words(self, text: str) -> list[Token]:
        """Return the words of `text` in order, each followed by the shorter words inside it.

        Search-mode cut: words yield their parts too, down to single characters. Digits and Latin words are
        kept (folded to half width and lower case); punctuation and white space are not terms.
        """
        normal, offsets = normalize_with_offsets(text)
        return [
            Token(normal[start:end], offsets[start], offsets[end - 1] + 1, start, is_part)
            for start, end, is_part in self._spans(normal)
        ]

    def _spans(self, normal: str) -> Iterator[tuple[int, int, bool]]:
        """Yield (start, end, is_part) of every term of a normalised text."""
        # Without jieba's hidden Markov model: it glues unknown characters into "words" that depend on
        # their neighbours, so a query and a document would be cut differently.
        for word, start, end in self._jieba.tokenize(normal, HMM=False):
            if not any(character.isalnum() for character in word):
                continue
            yield start, end, False
            for length in (1, 2, 3):
                if len(word) <= length or word.isascii():
                    break
                for offset in range(len(word) - length + 1):
                    if length == 1 or self._jieba.FREQ.get(word[offset : offset + length]):
                        yield start + offset, start + offset + length, True


def exact_terms(text: str) -> list[tuple[str, int]]:
    """Return (term, position) of every character and every pair of neighbours, white space left out.

    On these terms a phrase of any length is found exactly, whatever way the words around it are cut: the
    pairs of the phrase stand at successive positions. A position counts the characters before it.
    """
    squeezed = _squeeze(text)
    singles = [(one, at) for at, one in enumerate(squeezed)]
    pairs = [(a + b, at) for at, (a, b) in enumerate(pairwise(squeezed))]
    return sorted(singles + pairs, key=lambda term: term[1])


def phrase_terms(phrase: str) -> list[str]:
    """Return the terms whose succession, one position after the other, is the exact phrase."""
    squeezed = _squeeze(phrase)
    return [a + b for a, b in pairwise(squeezed)] if len(squeezed) > 1 else list(squeezed)


def _squeeze(text: str) -> str:
    return "".join(normalize(text).split())


def _lines_of(user_dictionary: Path | None) -> list[str]:
    """Return the lines of a user dictionary; without comments and blank ones, which jieba doesn't know."""
    if user_dictionary is None:
        return []
    lines = user_dictionary.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]
