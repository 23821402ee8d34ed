"""Meaning: the seam to an encoder, and the cache of vectors.

1. Vectors are encoded once a text, kept in a file, and read from it by the next run without an encoder.
2. A file of another encoder is not used; without encoder and vectors there is no meaning, not a wrong one.
3. Saving keeps only the texts in use, and writes nothing when nothing is new.
4. A question met again is not encoded again: the very same vectors come, read-only, one for each wording. The
   latest questions are remembered, also when many threads ask, and one that fails isn't.
5. The real encoder gives unit vectors in which likes are nearer than strangers.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from indexer.meaning import DIMENSIONS, RECENT_QUESTIONS, Encoder, VectorCache, load_encoder


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


def test_a_question_is_encoded_once_and_its_vectors_are_read_only():
    core = Counting()
    encoder = Encoder(core)
    vectors = encoder.encode_question(("狗咬人，没拴绳", "狗咬人", "没拴绳"))
    assert vectors.shape == (3, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert vectors[:, 0].tolist() == [7, 3, 3]
    assert encoder.encode_question(("狗咬人，没拴绳", "狗咬人", "没拴绳")) is vectors
    assert core.texts == ["狗咬人，没拴绳", "狗咬人", "没拴绳"]
    with pytest.raises(ValueError, match="read-only"):
        vectors[0] = 0


def test_another_cut_of_the_same_question_is_another_question():
    core = Counting()
    encoder = Encoder(core)
    assert encoder.encode_question(("狗叫",)) is not encoder.encode_question(("狗叫", "狗叫"))
    assert core.texts == ["狗叫", "狗叫", "狗叫"]


def test_texts_that_are_no_question_are_neither_remembered_nor_read_only():
    core = Counting()
    encoder = Encoder(core)
    asked = encoder.encode_question(("狗叫",))
    indexed = encoder.encode(["狗叫"])
    indexed[0] = 0
    assert core.texts == ["狗叫", "狗叫"]
    assert asked[0, 0] == 2


def test_the_question_not_asked_for_longest_is_forgotten_first():
    core = Counting()
    encoder = Encoder(core)
    questions = [(f"第{number}问",) for number in range(RECENT_QUESTIONS)]
    for question in questions:
        encoder.encode_question(question)
    encoder.encode_question(questions[0])  # asked again: now the second is the one not asked for longest
    encoder.encode_question(("新的一问",))
    assert len(core.texts) == RECENT_QUESTIONS + 1
    encoder.encode_question(questions[0])
    assert len(core.texts) == RECENT_QUESTIONS + 1
    encoder.encode_question(questions[1])
    assert core.texts[-1] == "第1问"
    assert len(core.texts) == RECENT_QUESTIONS + 2


def test_a_question_that_could_not_be_encoded_is_tried_again():
    answers = iter([RuntimeError("没有内存"), np.ones((1, DIMENSIONS))])

    def encode(texts):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    encoder = Encoder(encode)
    with pytest.raises(RuntimeError, match="没有内存"):
        encoder.encode_question(("狗叫",))
    assert encoder.encode_question(("狗叫",)).tolist() == [[1.0] * DIMENSIONS]


def test_the_core_is_used_by_one_thread_at_a_time():
    busy = threading.Lock()

    def encode(texts):
        assert busy.acquire(blocking=False), "two threads at once"
        try:
            return np.array([np.full(DIMENSIONS, int(text), dtype=float) for text in texts])
        finally:
            busy.release()

    encoder = Encoder(encode)
    with ThreadPoolExecutor(8) as threads:
        asked = list(threads.map(lambda number: encoder.encode_question((str(number % 20),)), range(400)))
    assert [int(vectors[0, 0]) for vectors in asked] == [number % 20 for number in range(400)]


@pytest.fixture(scope="module")
def real_encoder():
    encoder = load_encoder()
    if encoder is None:
        pytest.fail("the extra semantic is part of the development environment; run: make test")
    return encoder


def test_what_is_remembered_does_not_change_with_the_next_question(real_encoder):
    """The C core must not give out its working memory."""
    asked = real_encoder.encode_question(("老板不发工资", "拖欠农民工工资"))
    before = asked.copy()
    real_encoder.encode_question(("狗把人咬了",))
    real_encoder.encode(["楼上装修砸墙", "路灯坏了没人修"])
    assert np.array_equal(real_encoder.encode_question(("老板不发工资", "拖欠农民工工资")), before)


def test_the_real_encoder_puts_likes_near_each_other(real_encoder):
    a, b, c = real_encoder.encode(["老板不发工资", "拖欠农民工工资", "狗把人咬了"])
    assert np.linalg.norm(a) == pytest.approx(1, abs=1e-3)
    assert a @ b > a @ c
