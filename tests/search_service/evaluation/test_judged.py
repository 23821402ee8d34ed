"""Judged questions as a file.

1. Every question of the repository is read, each kind occurs in both halves, and every duty that a
   judgement names stands in the lists.
2. A list is named by its Chinese label; absent judgements (township, bodies, role) are None.
3. Whatever isn't a complete judgement is refused with file and line: broken JSON, missing or unknown keys,
   unknown kinds, halves, roles, lists and grades, doubled ids and duties, contradictions.
4. A file that is missing or empty is refused by name.
5. A half selects its own questions, ``all`` selects every one.
"""

import json

import pytest

from indexer.duty import ListType
from search_service.evaluation.errors import EvaluationError
from search_service.evaluation.judged import KINDS, Relevant, load_judged, select
from search_service.evaluation.run import check_judgements

GOOD = {
    "id": "d01",
    "kind": "colloquial",
    "q": "狗咬人了找谁",
    "township": "庙尔沟乡",
    "relevant": [
        {"township": "庙尔沟乡", "list_type": "配合", "number": 19, "grade": 2},
        {"township": "庙尔沟乡", "list_type": "基本", "number": 40, "grade": 1},
    ],
    "responsible": ["公安局"],
    "township_role": "assists",
    "split": "tune",
}
DOG = GOOD["relevant"][0]


@pytest.fixture
def write(tmp_path):
    """Return a function that writes objects, or lines as they are, and gives the path."""

    def write(*lines):
        path = tmp_path / "judged.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
        path.write_text("\n".join(texts), encoding="utf-8")
        return path

    return write


def test_the_judged_questions_of_the_repository(data, duties):
    questions = load_judged(data / "evaluation" / "judged.jsonl")
    assert len(questions) >= 330
    for half in ("tune", "report"):
        assert {question.kind for question in select(questions, half)} == set(KINDS)
    check_judgements(questions, duties)


def test_a_question_is_read_whole(write):
    (question,) = load_judged(write("", GOOD, ""))
    assert question.relevant[0] == Relevant("庙尔沟乡", ListType.COOPERATIVE, 19, 2)
    assert question.grades == {
        ("庙尔沟乡", ListType.COOPERATIVE, 19): 2,
        ("庙尔沟乡", ListType.BASIC, 40): 1,
    }
    assert question.responsible == ("公安局",)


def test_what_was_not_judged_is_none(write):
    (question,) = load_judged(write({**GOOD, "township": None, "responsible": None, "township_role": None}))
    assert (question.township, question.responsible, question.township_role) == (None, None, None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{不是", "not JSON"),
        ("[]", "expected the keys"),
        ({key: value for key, value in GOOD.items() if key != "split"}, "expected the keys"),
        ({**GOOD, "note": "多余"}, "expected the keys"),
        ({**GOOD, "q": " "}, "q: expected a text"),
        ({**GOOD, "id": 7}, "id: expected a text"),
        ({**GOOD, "kind": "闲聊"}, "kind: '闲聊' is not allowed; allowed: keyword, colloquial"),
        ({**GOOD, "kind": ["keyword"]}, "kind"),
        ({**GOOD, "split": "train"}, "split: 'train' is not allowed; allowed: tune, report"),
        ({**GOOD, "township_role": "leads"}, "township_role: 'leads'.*null, responsible, assists, none"),
        ({**GOOD, "township": ""}, "township"),
        ({**GOOD, "responsible": "公安局"}, "responsible"),
        ({**GOOD, "responsible": []}, "responsible"),
        ({**GOOD, "relevant": {}}, "relevant: expected a list"),
        ({**GOOD, "relevant": []}, "no duty of grade 2"),
        ({**GOOD, "relevant": [{**DOG, "grade": 1}]}, "no duty of grade 2"),
        ({**GOOD, "relevant": [DOG, DOG]}, "stands twice"),
        ({**GOOD, "relevant": [DOG, {**DOG, "township": "三台镇"}]}, "outside of 庙尔沟乡"),
        ({**GOOD, "relevant": ["配合19"]}, "relevant 1: expected the keys"),
        ({**GOOD, "relevant": [{**DOG, "grade": 3}]}, "relevant 1: grade"),
        ({**GOOD, "relevant": [DOG, {**DOG, "list_type": "其他"}]}, "relevant 2: .*其他"),
        ({**GOOD, "relevant": [{**DOG, "list_type": 1}]}, "relevant 1: list_type"),
        ({**GOOD, "relevant": [{**DOG, "township": None}]}, "relevant 1: township"),
        ({**GOOD, "relevant": [{**DOG, "number": "19"}]}, "relevant 1: number"),
        ({**GOOD, "relevant": [{**DOG, "number": True}]}, "relevant 1: number"),
        ({**GOOD, "kind": "no_answer"}, "without an answer has no relevant duty"),
        (GOOD, "the id d01 stands twice"),
    ],
)
def test_errors_name_the_line(write, line, message):
    path = write(GOOD, line)
    with pytest.raises(EvaluationError, match=message) as raised:
        load_judged(path)
    assert str(raised.value).startswith(f"{path}:2: ")


@pytest.mark.parametrize("content", [None, b"", b"\n\n", b"\xff\xfe"])
def test_no_file_or_nothing_in_it(tmp_path, content):
    path = tmp_path / "judged.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EvaluationError, match=r"judged\.jsonl"):
        load_judged(path)


def test_halves(write):
    questions = load_judged(write(GOOD, {**GOOD, "id": "d02", "split": "report"}))
    assert [question.id for question in select(questions, "tune")] == ["d01"]
    assert [question.id for question in select(questions, "report")] == ["d02"]
    assert len(select(questions, "all")) == 2
