"""The Chinese sentences of an answer: what an operator can read out as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.steps.binding import TOWNSHIP
from search_service.core.answers.result import TownshipRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.duty import Duty
    from indexer.outside import Matter
    from search_service.core.answers.result import Elsewhere, Finding

LONGEST_QUOTE = 60
"""Characters of a sentence quoted in a summary; longer ones end in ……"""
SHORTEST_CUT = 20
"""Characters that a cut quote keeps at least."""
MOST_BODIES = 3
"""Bodies named in a summary, the first ones of the document's order."""


def summary_of(finding: Finding, by_township: Sequence[Finding], *, everywhere: bool = True) -> str:
    """Return who handles it and which sentence says so; where places differ, what each says.

    `everywhere`: all townships asked about say something.
    """
    if len({_key(one) for one in by_township}) > 1:
        return f"各地不一样：{_by_place(by_township)}。请先问清来电人在哪个乡镇。"
    townships = [one.duty.township for one in by_township]
    if len(townships) <= 1:
        return _who(finding, finding.duty.township, several=False)
    return _who(finding, "各乡镇" if everywhere else "、".join(townships), several=True)


def advice_without_duty(places: Sequence[str], counties: Sequence[str]) -> str:
    """Return what to do where no list answers."""
    where = "、".join(places) or "已收录的各乡镇"
    desk = f"{'、'.join(counties) or '所在县市'}的12345热线总台或政务服务中心"
    wider = "，去掉地区限制再查" if places else ""
    return (
        f"{where}的履职事项清单里没有找到这件事，不要凭猜测派单。"
        f"可以换个说法{wider}，或按事项类别浏览；仍没有的，请转{desk}核实。"
    )


def advice_elsewhere(places: Sequence[str], elsewhere: Elsewhere, finding: Finding) -> str:
    """Return what to do where other townships list it and those asked about don't."""
    where, others = "、".join(places), "、".join(elsewhere.townships)
    bodies = _names(finding, several=len(elsewhere.townships) > 1)
    return (
        f"{where}的清单里没有找到这一项；{others}的清单列有{_quoted(elsewhere.duty.name)}，"
        f"由{bodies}负责。{where}由谁办，请向县市有关部门核实后再派单。"
    )


def advice_outside(matter: Matter) -> str:
    """Return where a matter that no township's list holds usually belongs."""
    if matter.desk.startswith("不"):
        return f"这不是乡镇履职清单里的事：{matter.desk}。"
    return f"这不是乡镇履职清单里的事，听起来是“{matter.name}”，通常归{matter.desk}，请转那里。"


def advice_other_place(place: str) -> str:
    """Return what to do where a question is about a place without a list."""
    return f"没有{place}的履职事项清单，不能拿别处的清单来答。请转当地的12345热线总台或政务服务中心。"


def advice_unsure(finding: Finding) -> str:
    """Return what to do where the nearest duty is too far from the question to be the answer."""
    return (
        f"没有对得上的事项，没有把握。最接近的是{finding.duty.township}的{_quoted(finding.duty.name)}"
        f"（{_names(finding)}），请核对原文再派单，或者换个说法再查。"
    )


ADVICE_ASK = "没有听出要办的是什么事。请问清是什么事、在哪里，再查一次。"
"""What to do where a question names no matter at all."""


def advice_ambiguous(by_township: Sequence[Finding]) -> str:
    """Return what to do where the townships' answers have no body in common."""
    counties = dict.fromkeys(one.duty.county for one in by_township)
    return f"各地由不同的部门办。请先选来电人所在的乡镇（{'、'.join(counties)}），再派单。"


def _who(finding: Finding, township: str, *, several: bool) -> str:
    duty = finding.duty
    names = _names(finding, several=several)
    quote = _quoted(finding.responsible[0].evidence)
    if finding.role is TownshipRole.RESPONSIBLE:
        return f"这件事由{township}自己负责：{quote}。"
    if finding.role is TownshipRole.NONE:
        return f"{_quoted(duty.name)}这一项，{township}已不再承办，归{names}。"
    if finding.responsible[0].is_township:
        leads = "、".join(_distinct(duty, several=several)[:MOST_BODIES])
        lead = f"；整件事由{leads}牵头" if leads else ""
        return f"这件事先由{township}办：{quote}{lead}。"
    ours = finding.township_evidence
    helps = f"；{township}配合：{_quoted(ours)}" if ours else f"；{township}只是配合"
    if not finding.stands_out and len(finding.responsible) > 1:
        return f"清单没有写明由哪家办，请依次问牵头的{names}{helps}。"
    return f"这件事归{names}：{quote}{helps}。"


def _by_place(findings: Sequence[Finding]) -> str:
    """Return each answer with the places that give it, e.g. ``庙尔沟乡、坎尔孜乡由民政局办``."""
    places: dict[tuple[str, ...], list[str]] = {}
    for finding in findings:
        places.setdefault(_key(finding), []).append(finding.duty.township)
    return "；".join(
        f"{'、'.join(townships)}由{'、'.join(map(_called, key))}办" for key, townships in places.items()
    )


def _key(finding: Finding) -> tuple[str, ...]:
    """Return what is said of a finding's bodies; those beyond the first few are not read out."""
    return tuple(finding.bodies[:MOST_BODIES])


def _called(canonical: str) -> str:
    return "乡镇自己" if canonical == TOWNSHIP else canonical


def _names(finding: Finding, *, several: bool = False) -> str:
    """Return the bodies, by the names they have everywhere where several places are spoken of."""
    bodies = finding.responsible[:MOST_BODIES]
    names = list(dict.fromkeys(f"当地{one.canonical}" if several else one.department for one in bodies))
    return "、".join(names) + ("等" if len(finding.responsible) > MOST_BODIES else "")


def _distinct(duty: Duty, *, several: bool) -> list[str]:
    return list(dict.fromkeys(one.canonical if several else one.name for one in duty.departments))


def _quoted(text: str) -> str:
    """Return a text in quotes, its own quotes single, a long one ended at a mark of its own."""
    inner = text.replace("“", "‘").replace("”", "’").rstrip("，；。、")
    if len(inner) > LONGEST_QUOTE:
        marks = [place for place in range(SHORTEST_CUT, LONGEST_QUOTE) if inner[place] in "，；、"]
        inner = inner[: marks[-1] if marks else LONGEST_QUOTE] + "……"
    return f"“{inner}”"
