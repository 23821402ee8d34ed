"""Entries brought together.

1. Questions of the same words are one, whatever their order, small talk, marks, width and script; other words aren't.
   What was hidden of them makes no difference.
2. A question stands in its most frequent wording with how often, from when to when, of which kinds and townships; the
   most frequent question first, then the latest.
3. Its answers stand with how often they were unsure or called wrong, and what is said to be right.
4. Both files are read, the older first; damaged lines are named with file, number and reason.
"""

from datetime import date

import pytest

from search_service.report.entry import MOST_BYTES, Kind
from search_service.report.likeness import Likeness
from search_service.report.lines import read_lines
from search_service.report.questions import questions_of


@pytest.fixture(scope="module")
def likeness(data):
    return Likeness.load(data / "dictionaries")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("狗咬人了找谁", "狗咬人"),
        ("狗咬人", "请问一下，狗咬人归谁管？"),
        ("修路 投诉", "投诉修路"),
        ("護照", "护照"),
        ("ＡＢＣ充电桩", "abc充电桩"),
        ("狗咬人，我的电话是〔电话〕", "狗咬人"),
        ("狗咬人，身份证号：〔证件号〕，邮箱〔邮箱〕", "狗咬人"),
        ("〔电话〕〔号码〕狗咬人", "狗咬人"),
    ],
)
def test_these_are_one(likeness, one, other):
    assert likeness.key(one) == likeness.key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("狗咬人", "猫咬人"),
        ("护照", "护照丢了"),
        ("犇麤", "麤犇龘"),
        ("打电话", "狗咬人"),
        ("找谁", "狗咬人"),
    ],
)
def test_these_are_not(likeness, one, other):
    assert likeness.key(one) != likeness.key(other)


def day(number):
    return date(2026, 7, number)


def test_what_is_told_of_a_question(new_entry):
    entries = [
        new_entry("狗咬人了", day=day(2), townships=("庙尔沟乡",)),
        new_entry("狗咬人", day=day(1), kind=Kind.ZERO_RESULTS),
        new_entry("狗咬人", day=day(3), townships=("三台镇", "庙尔沟乡")),
        new_entry("旧事", day=day(1)),
        new_entry("新事", day=day(4)),
    ]
    dog, new, old = questions_of(entries, lambda text: text[0])
    assert (dog.text, dog.others, dog.times) == ("狗咬人", ("狗咬人了",), 3)
    assert (dog.first, dog.last) == (day(1), day(3))
    assert dog.kinds == {Kind.NOT_FOUND: 2, Kind.ZERO_RESULTS: 1}
    assert dog.townships == {"庙尔沟乡": 2, "三台镇": 1}
    assert dog.answers == ()
    assert (new.text, old.text) == ("新事", "旧事")


def test_what_is_told_of_answers(new_entry):
    unsure = {"kind": Kind.LOW_CONFIDENCE, "duty_id": "a", "department": "公安局"}
    wrong = {"kind": Kind.WRONG_ANSWER, "duty_id": "b", "department": "民政局"}
    entries = [
        new_entry(**unsure, confidence=0.7),
        new_entry(**unsure, confidence=0.5),
        new_entry(**{**wrong, "department": None}),
        new_entry(**wrong, confidence=0.9, right="水务局"),
        new_entry(**wrong, right="水务局"),
        new_entry(**wrong, right="公安局"),
    ]
    [question] = questions_of(entries, str)
    called_wrong, unsurely = question.answers
    assert (called_wrong.duty_id, called_wrong.department) == ("b", "民政局")
    assert (called_wrong.wrong, called_wrong.unsure, called_wrong.confidence) == (4, 0, 0.9)
    assert called_wrong.right == {"水务局": 2, "公安局": 1}
    assert (unsurely.duty_id, unsurely.wrong, unsurely.unsure, unsurely.confidence) == ("a", 0, 2, 0.5)


def test_both_files_are_read_and_damages_named(tmp_path, new_entry):
    path = tmp_path / "report.jsonl"
    (tmp_path / "report.jsonl.1").write_bytes(new_entry("旧").line + b"{\n")
    too_long = b'{"a":"' + b"x" * MOST_BYTES + b'"}\n'
    path.write_bytes(b"\n" + new_entry("新").line + too_long + new_entry("最新").line.rstrip(b"\n"))
    found = read_lines(path)
    assert [one.question for one in found.entries] == ["旧", "新", "最新"]
    assert list(map(str, found.damages)) == [f"{path}.1:2: no JSON", f"{path}:3: too long for an entry"]
    path.unlink()
    assert [one.question for one in read_lines(path).entries] == ["旧"]


def test_without_a_file_there_is_nothing_to_read(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_lines(tmp_path / "none")
