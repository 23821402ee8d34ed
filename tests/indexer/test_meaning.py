"""Meaning: the seam to an encoder, and the cache of vectors.

1. Vectors are encoded once a text, kept in a file, and read from it by the next run without an encoder.
2. A file of another encoder is not used; without encoder and vectors there is no meaning, not a wrong one.
3. Saving keeps only the texts in use, and writes nothing when nothing is new.
4. The real encoder, where it is installed, gives unit vectors in which likes are nearer than strangers.
"""

import numpy as np
import pytest

from indexer.meaning import DIMENSIONS, Encoder, VectorCache, load_encoder


class Counting:
    """Stands for the C core: a vector that depends on the text, and a count of calls."""

    def __init__(self):
        self.texts = []

    def __call__(self, texts):
        self.texts += texts
        return np.array([np.full(DIMENSIONS, len(text), dtype=float) for text in texts])


def test_vectors_are_encoded_once_and_kept(tmp_path):
    core = Counting()
    file = tmp_path / "vectors.npz"
    cache = VectorCache(file, "one")
    first = cache.vectors(["狗咬人", "狗叫"], Encoder(core))
    cache.save_if_new(["狗咬人", "狗叫"])
    assert first.shape == (2, DIMENSIONS)
    again = VectorCache(file, "one").vectors(["狗叫", "狗咬人"], None)
    assert np.array_equal(again, first[::-1])
    assert core.texts == ["狗咬人", "狗叫"]


def test_vectors_of_another_encoder_are_not_used(tmp_path):
    file = tmp_path / "vectors.npz"
    cache = VectorCache(file, "one")
    cache.vectors(["狗叫"], Encoder(Counting()))
    cache.save_if_new(["狗叫"])
    assert VectorCache(file, "another").vectors(["狗叫"], None) is None


def test_without_encoder_and_vectors_there_is_no_meaning(tmp_path):
    assert VectorCache(tmp_path / "none.npz", "one").vectors(["狗叫"], None) is None


def test_only_what_is_in_use_is_kept(tmp_path):
    file = tmp_path / "vectors.npz"
    cache = VectorCache(file, "one")
    cache.vectors(["狗叫", "旧的说法"], Encoder(Counting()))
    cache.save_if_new(["狗叫"])
    assert VectorCache(file, "one").vectors(["旧的说法"], None) is None
    written = file.stat().st_mtime_ns
    reread = VectorCache(file, "one")
    reread.vectors(["狗叫"], None)
    reread.save_if_new(["狗叫"])
    assert file.stat().st_mtime_ns == written


def test_the_real_encoder_puts_likes_near_each_other():
    encoder = load_encoder()
    if encoder is None:
        pytest.fail("the extra semantic is part of the development environment; run: make test")
    a, b, c = encoder.encode(["老板不发工资", "拖欠农民工工资", "狗把人咬了"])
    assert np.linalg.norm(a) == pytest.approx(1, abs=1e-3)
    assert a @ b > a @ c
