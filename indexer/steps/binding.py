"""Which bodies act in a step: its subjects, else those of its heading, else all of the duty's.

A body that a step merely mentions does not act: who is reported to, consulted, assisted or joined. The
rules and real examples stand in docs/steps.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from indexer.duty import Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.departments.register import DepartmentRegister
    from indexer.duty import Department, Place
    from indexer.steps.split import RawStep

TOWNSHIP = "乡镇"
"""The canonical name of the township itself."""

# A clause begins here, and with it a subject may stand.
_CLAUSE_START = re.compile(
    r"(?:^|[。；;，,：:！？!?])(?:并|再|同时|其中|最后|最终|另|后)?(?:[（(]\d[)）]|[①-⑳])?$"
)
_BY = re.compile(r"(?<![自来理事])由(?:本级)?$")
# "报由县委审定", "移交由县公安局处理": the step's own subject hands over and acts.
_HANDED_BY = re.compile(r"(?:报|提请|报请|呈|送)由(?:本级)?$")
# What may part two names of one subject: "、", "治安大队、", "、县文化体育和" (an item the register lacks).
_JOINED = re.compile(
    r"(?:[\u4e00-\u9fff]{0,4}(?:大队|支队|中队|科|股|党组))?(?:、|和|及|以及|与|或)(?:其他|各)?"
    r"(?:[^，。；、：]{1,8}?(?:、|和|及|与))?"
)
# What makes a name at the start of a clause something else than its subject.
_NO_SUBJECT = re.compile(
    r"[的。；;）)]|$|(?:无法|不能|难以|未能?)[^，。；]{1,8}的"
    r"|(?:下发|下达|组织|制定|发布|推送|反馈|安排|提供|要求|移交|交办|转办|印发|召开|举办|统一安排)的"
    r"|(?:批准|审批|审核|审定|同意|核准|备案|授权|反馈|通知|指导|要求|安排|批复)(?:通过|无误)?后"
    r"|(?:指导|组织|领导|统筹|统一安排|安排|要求|协调)下"
)
_APPROVER = re.compile(
    r"[^，。；;]{0,8}?(?:批准|审批|审核|审定|同意|核准|备案|授权|批复)(?:通过|无误|同意)?[之以]?后"
)
# Parts of a sentence that say when, if or by what, and leave the deed to the part that follows.
_ADVERBIAL = re.compile(
    r"(?:如|若|对于?|根据|按照|依据|依照|依|经|当|在|凡|涉及|为|通过|结合|以)[^，]*$"
    r"|.*(?:后|时|的|前|下|中|起|内|期间|情况)$"
)
_ADVERBIAL_OPENERS_THAT_ACT = re.compile("对接|通过|结合|依法|为[^了]|以|在[^，]*(?:开展|进行|做好|组织)")
_LONGEST_OPENER = 12
_LONGEST_SENTENCE = 200
_SENTENCES = re.compile("[。；;！？!?]")
_CLAUSES = re.compile("[，,。；;：:！？!?]")
_SHORTEST_DEED = 3
_HEADING_MARK = re.compile(r"^(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[)）][、.．]?)")
_LABEL = re.compile(r"^(?:承接|牵头|责任|主管|负责)(?:部门|单位)[：:]")
# 乡 and 镇 alone are the township, but not in 乡村, 乡级, 乡镇企业, 街道办事处主任.
_TOWNSHIP_WORDS = (
    r"(?:本|各|相关|属地)?(?:乡镇（街道）|乡镇|乡（镇）|镇（乡）|街道|乡|镇)(?:人民政府|党委|政府)?"
    r"(?![村镇级域土里规风贤]|企业|干部|工作人员|辖区|主任)"
)


class Basis(StrEnum):
    """On what a step's bodies rest."""

    SUBJECT = "subject"
    HEADING = "heading"
    DUTY = "duty"
    TOWNSHIP = "township"


@dataclass(frozen=True, slots=True)
class Binding:
    """A step with its bodies, and on what they rest."""

    step: Step
    basis: Basis


@dataclass(frozen=True, slots=True)
class _Actor:
    """A body, or the township, named in a text."""

    start: int
    end: int
    canonical: str


@dataclass(frozen=True, slots=True)
class Binder:
    """Binds the steps of one duty's cell. `township_side`: the cell is 乡镇配合职责."""

    duty_departments: tuple[str, ...]
    place: Place
    register: DepartmentRegister
    township_side: bool

    def bind(self, step: RawStep) -> Binding:
        """Return the step with the bodies that act in it."""
        default, basis = self._default(step)
        subjects = self._subjects(step.text)
        if not subjects:
            return Binding(_bound(step, default), basis)
        names = [subject.canonical for subject in subjects]
        shared = basis is not Basis.DUTY or len(default) == 1
        if shared and _acts_before(step.text[: subjects[0].start]):
            names = [*default, *names]
        return Binding(_bound(step, names), Basis.SUBJECT)

    def _default(self, step: RawStep) -> tuple[tuple[str, ...], Basis]:
        """Return who acts where a step names no subject."""
        if self.township_side:
            # A body in a heading of this cell is whom the township assists.
            return (TOWNSHIP,), Basis.TOWNSHIP
        for heading in reversed(step.headings):
            names = self._heading_bodies(heading)
            if names:
                return names, Basis.HEADING
        return self.duty_departments, Basis.DUTY

    def _heading_bodies(self, heading: str) -> tuple[str, ...]:
        text = _LABEL.sub("", _HEADING_MARK.sub("", heading)).rstrip("：:；;。")
        # A mere name is a heading's subject, too, so a predicate is put behind it.
        return tuple(subject.canonical for subject in self._subjects(f"{text}：负责"))

    def _subjects(self, text: str) -> list[_Actor]:
        """Return the bodies that stand as subjects, each with those joined to it by 、 or 和."""
        subjects: list[_Actor] = []
        for chain in _chains(text, self._actors(text)):
            if _is_subject(text, chain) and not self._only_asks(text, chain):
                subjects += chain
        return subjects

    def _only_asks(self, text: str, chain: Sequence[_Actor]) -> bool:
        """Tell whether the township only sets a time in a superior's cell: "庙尔沟乡申请后，…"."""
        if self.township_side or {actor.canonical for actor in chain} != {TOWNSHIP}:
            return False
        clause = _CLAUSES.search(text, chain[-1].end)
        return clause is not None and text[clause.start() - 1] in "后时的"

    def _actors(self, text: str) -> list[_Actor]:
        """Return the bodies and the mentions of the township in a text, in order."""
        bodies = [_Actor(m.start, m.end, m.canonical) for m in self.register.names_in(text, self.place)]
        taken = {index for body in bodies for index in range(body.start, body.end)}
        townships = [
            _Actor(match.start(), match.end(), TOWNSHIP)
            for match in _township_pattern(self.place.township).finditer(text)
            if match.start() not in taken
        ]
        return sorted([*bodies, *townships], key=lambda actor: actor.start)


def bind(
    steps: Iterable[RawStep],
    duty_departments: Sequence[Department],
    place: Place,
    register: DepartmentRegister,
    *,
    township_side: bool,
) -> tuple[Step, ...]:
    """Bind every step of one cell to the bodies that act in it.

    `duty_departments` are the duty's own, `township_side` says that the cell is the township's
    (乡镇配合职责): there the township acts unless a step names another subject. The bodies of a step
    are canonical names in the order of the document, each once.
    """
    bindings = explain(steps, duty_departments, place, register, township_side=township_side)
    return tuple(binding.step for binding in bindings)


def explain(
    steps: Iterable[RawStep],
    duty_departments: Sequence[Department],
    place: Place,
    register: DepartmentRegister,
    *,
    township_side: bool,
) -> list[Binding]:
    """Do as `bind` does and say for every step on what its bodies rest."""
    names = tuple(dict.fromkeys(department.canonical for department in duty_departments))
    binder = Binder(names, place, register, township_side)
    return [binder.bind(step) for step in steps]


@lru_cache(maxsize=64)
def _township_pattern(township: str) -> re.Pattern[str]:
    name = f"{re.escape(township)}(?:人民政府|党委|政府)?|" if township else ""
    return re.compile(name + _TOWNSHIP_WORDS)


def _bound(step: RawStep, names: Iterable[str]) -> Step:
    return Step(step.number, step.text, step.heading, tuple(dict.fromkeys(names)))


def _chains(text: str, actors: Sequence[_Actor]) -> list[list[_Actor]]:
    """Group names that only a joining word parts: 市行政审批局、市税务局."""
    chains: list[list[_Actor]] = []
    for actor in actors:
        if chains and _JOINED.fullmatch(text, chains[-1][-1].end, actor.start):
            chains[-1].append(actor)
        else:
            chains.append([actor])
    return chains


def _is_subject(text: str, chain: Sequence[_Actor]) -> bool:
    start, end = chain[0].start, chain[-1].end
    if _NO_SUBJECT.match(text, end):
        return False
    before = text[max(0, start - _LONGEST_OPENER) : start]
    if _BY.search(before):
        return not _HANDED_BY.search(before) and not _APPROVER.match(text, end)
    if not _CLAUSE_START.search(before) or (start > _LONGEST_OPENER and not _CLAUSES.search(before)):
        return False
    # "县民政局与乡、村同步公示" goes on with others; in mid-sentence such a list is rather an object.
    sentence = _SENTENCES.split(text[max(0, start - _LONGEST_SENTENCE) : start])[-1]
    return text[end] != "、" or not _acts_before(sentence)


def _acts_before(before: str) -> bool:
    """Tell whether the text before a subject holds a deed of its own, without a named subject.

    "将情况上报县林草局，由县林草局赔偿" has one, "如涉嫌违法行为属实，县市场监督管理局处罚" has none.
    """
    parts = _CLAUSES.split(before.removesuffix("由"))
    return any(_is_deed(part) for part in parts if part)


def _is_deed(part: str) -> bool:
    if len(part) < _SHORTEST_DEED:
        return False
    return not _ADVERBIAL.fullmatch(part) or bool(_ADVERBIAL_OPENERS_THAT_ACT.match(part))
