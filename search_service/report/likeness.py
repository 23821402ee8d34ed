"""Which questions are the same to an editor: those of the same words, whatever their order and small talk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

from indexer.analysis.analyzer import Analyzer
from indexer.analysis.letters import letters_of
from indexer.analysis.normalize import normalize
from indexer.dictionaries import read_words
from search_service.masking import IDENTITY, MAIL, NUMBER, PHONE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

_LABELS = re.compile(
    r"(?:[我他她]的?)?(?:联系)?(?:电话|手机|微信|身份证|银行卡|邮箱)?号?码?[是为]?[ :：]{0,3}"
    rf"(?:{'|'.join(map(re.escape, (PHONE, IDENTITY, MAIL, NUMBER)))})"
)
"""What stands for what was hidden, and the words that lead to it."""


def without_labels(text: str) -> str:
    """Return a masked question without the labels that stand for what was hidden, and what leads to them."""
    return " ".join(_LABELS.sub(" ", text).split())


class Likeness:
    """Gives questions a key that those have in common which ask the same in the same words.

    Found by words and not by letters alone: 狗咬人找谁 and 请问一下，狗咬人归谁管 want one phrasing. Words of
    like meaning are kept apart, for each of them may want its own.
    """

    def __init__(self, analyzer: Analyzer, noise: Sequence[str], stop_words: Collection[str]) -> None:
        """Know small talk, the longest first, and the words that say nothing of the matter."""
        self._analyzer = analyzer
        self._noise = noise
        self._stop_words = stop_words

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the word lists of a folder of dictionaries; raise DictionaryError where one can't be read."""
        user_words = folder / "user_words.txt"
        read_words(user_words)  # for its checks, as when an index is built
        return cls(
            Analyzer(user_words),
            sorted(read_words(folder / "noise.txt"), key=len, reverse=True),
            frozenset(read_words(folder / "stop_words.txt")),
        )

    def key(self, question: str) -> tuple[str, ...]:
        """Return the sorted words of a masked question; its letters alone where it has no words."""
        text = normalize(without_labels(question))
        core = text
        for phrase in self._noise:
            core = core.replace(phrase, " ")
        tokens = self._analyzer.words(core)
        words = {one.term for one in tokens if not one.is_part and one.term not in self._stop_words}
        return tuple(sorted(words)) or (letters_of(text) or question,)
