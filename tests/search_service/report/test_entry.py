"""A line of the report.

1. It holds what is kept and nothing else: day, kind, question, townships, duty, department, confidence, the right
   department, generation. What isn't known is left out.
2. It is read back as it was; keys that a later version adds are passed over.
3. What is no entry is refused with what is wrong with it: damaged JSON, other values, missing keys.
4. A question is kept masked, in one line and not longer than questions may be, and half a number is never left of it.
5. No entry makes a line of 4 kB, whatever a question and names are made of (property test).
"""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.masking import PHONE
from search_service.report.entry import MOST_BYTES, MOST_OF_QUESTION, Entry, Kind, kept_question, read_entry

WHOLE = {
    "day": date(2026, 7, 1),
    "kind": Kind.WRONG_ANSWER,
    "townships": ("庙尔沟乡", "三台镇"),
    "duty_id": "changji-miaoergou-cooperative-19",
    "department": "公安局",
    "confidence": 0.9,
    "right": "农业农村局",
}


def test_a_line_holds_what_is_kept(new_entry):
    line = new_entry("狗咬人", **WHOLE).line
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {
        "day": "2026-07-01",
        "kind": "wrong_answer",
        "question": "狗咬人",
        "townships": ["庙尔沟乡", "三台镇"],
        "duty_id": "changji-miaoergou-cooperative-19",
        "department": "公安局",
        "confidence": 0.9,
        "right": "农业农村局",
        "generation": "g1",
    }


def test_what_is_not_known_is_left_out(new_entry):
    assert set(json.loads(new_entry().line)) == {"day", "kind", "question", "generation"}
    assert json.loads(new_entry(confidence=0.0).line)["confidence"] == 0


@pytest.mark.parametrize("others", [{}, WHOLE])
def test_it_is_read_back_as_it_was(new_entry, others):
    entry = new_entry("狗咬人", **others)
    assert read_entry(entry.line) == entry
    later = {**json.loads(entry.line), "added": {"later": [1]}}
    assert read_entry(json.dumps(later).encode()) == entry


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"day": "1.7.2026"}, "day is no date"),
        ({"day": None}, "day is no date"),
        ({"kind": "bored"}, "kind is unknown"),
        ({"kind": ["not_found"]}, "kind is unknown"),
        ({"question": ""}, "question is no text of 1 to 500 characters"),
        ({"question": "\u200b\x07"}, "question is no text of 1 to 500 characters"),
        ({"question": "狗" * 501}, "question is no text of 1 to 500 characters"),
        ({"question": 19}, "question is no text of 1 to 500 characters"),
        ({"generation": None}, "generation is no text of 1 to 100 characters"),
        ({"townships": "庙尔沟乡"}, "townships is no list"),
        ({"townships": [1]}, "townships is no text of 1 to 100 characters"),
        ({"duty_id": {}}, "duty_id is no text of 1 to 100 characters"),
        ({"confidence": "high"}, "confidence is no number from 0 to 1"),
        ({"confidence": 1.1}, "confidence is no number from 0 to 1"),
        ({"confidence": True}, "confidence is no number from 0 to 1"),
        ({"right": ""}, "right is no text of 1 to 100 characters"),
    ],
)
def test_what_is_no_entry_is_refused(new_entry, change, reason):
    line = {**json.loads(new_entry().line), **change}
    with pytest.raises(ValueError, match=f"^{reason}$"):
        read_entry(json.dumps(line).encode())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"day":"2026-07-01","kin', "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        (b"[" * 3000, "no JSON"),
        (b"[]", "no JSON object"),
        (b"12", "no JSON object"),
        (b"{}", "day is no date"),
    ],
)
def test_what_is_damaged_is_refused(line, reason):
    with pytest.raises(ValueError, match=f"^{reason}$"):
        read_entry(line)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  狗咬人了\n找谁 ", "狗咬人了 找谁"),
        ("打13800138000找我", f"打{PHONE}找我"),
        ("打138\x070013\x078000找我", f"打{PHONE}找我"),
        ("打138\n0013\n8000找我", f"打{PHONE}找我"),
        ("\x1b[31m红", "[31m红"),
    ],
)
def test_a_question_is_kept_masked_and_in_one_line(text, kept):
    assert kept_question(text) == kept


@pytest.mark.parametrize("before", range(MOST_OF_QUESTION - 12, MOST_OF_QUESTION + 1))
def test_half_a_number_is_never_left(before):
    kept = kept_question("狗" * before + "13800138000")
    assert len(kept) <= MOST_OF_QUESTION
    assert not any(letter.isdigit() for letter in kept)


WORST = st.text(alphabet=st.sampled_from('"\\𠀀狗a'), min_size=1)


@given(
    question=st.text(alphabet=st.sampled_from('"\\𠀀狗a'), min_size=400, max_size=500),
    townships=st.lists(WORST.map(lambda text: text * 100).map(lambda text: text[:100]), max_size=10),
    right=st.none() | WORST.map(lambda text: text[:100]),
)
def test_no_line_has_4_kilobytes(question, townships, right):
    entry = Entry(
        date(2026, 7, 1), Kind.WRONG_ANSWER, question, "g1", tuple(townships), "d" * 100, right, 0.5, right
    )
    assert len(entry.line) < MOST_BYTES
    read = read_entry(entry.line)
    assert question.startswith(read.question)
    assert (read.duty_id, read.right) == (entry.duty_id, right)
