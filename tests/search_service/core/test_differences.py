"""What another township's version of a duty says differently, on the five real lists.

1. Nothing that matters differs where only places, bodies' places, marks and numbers do.
2. Other bodies are told by canonical name, with the names that each document writes.
3. Steps added, dropped, reworded and reassigned are told as such, each in words that people can follow.
4. A name in other words and another list are told; a basic list's lack of departments and steps is not counted.
5. A moved step is no difference; a heading in other words is, its number isn't.
6. The summary says all of this in one line, from our township's side.
7. Of all real pairs: segments give both texts back, every step of both is there, and who looks from the other side
   finds as much.
8. The same for duties made of any steps and any place (property test).
9. No pair of real duties takes long, and a duty of many thousand characters only moderately.
"""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.duty import Department, ListType, Step
from search_service.core.differences import StepKind, difference, differences
from search_service.core.word_diff import Kind

FRAMES = {Kind.SAME: "{}", Kind.ONLY_OURS: "[-{}-]", Kind.ONLY_THEIRS: "{{+{}+}}"}


@pytest.fixture(scope="module")
def duty(duties):
    """Return a function from an id to its duty."""
    of_id = {duty.id: duty for duty in duties}
    return of_id.__getitem__


@pytest.fixture(scope="module")
def pair(duty, tuning):
    """Return a function from two ids to the difference."""
    return lambda ours, theirs: difference(duty(ours), duty(theirs), tuning)


@pytest.fixture(scope="module")
def real_pairs(search, duties, tuning):
    """Return our version of a quarter of all duties beside every other one."""
    engine = search.index.generation.engine
    return [one for ours in duties[::4] for one in differences(ours, engine.same_duties(ours.id), tuning)]


def shown(segments):
    """Return a comparison as text: [-ours-], {+theirs+}."""
    return "".join(FRAMES[segment.kind].format(segment.text) for segment in segments)


def steps_of(found):
    return [*found.superior_steps, *found.township_steps]


# 1


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        # 市人民政府 – 县人民政府, 州生态环境局昌吉市分局 – 昌吉州生态环境局木垒县分局, 庙尔沟乡 – 大南沟乌孜别克族乡
        ("changji-miaoergou-cooperative-60", "qitai-kanerzi-cooperative-57"),
        ("changji-miaoergou-cooperative-60", "mulei-dananggou-cooperative-60"),
        ("changji-miaoergou-cooperative-60", "jimsar-santai-cooperative-61"),
        # names: 贯彻执行本市国民经济…，制订本乡… – 本县, 本镇
        ("changji-miaoergou-basic-23", "jimsar-santai-basic-23"),
        ("changji-miaoergou-basic-12", "qitai-kanerzi-basic-12"),
    ],
)
def test_places_are_no_difference(pair, ours, theirs):
    found = pair(ours, theirs)
    assert found.is_same
    assert found.summary == "没有实质差别"
    assert {step.kind for step in steps_of(found)} <= {StepKind.SAME}
    assert shown(found.name) == found.theirs.name


def test_theirs_is_shown_where_only_places_differ(pair):
    found = pair("changji-miaoergou-cooperative-60", "jimsar-santai-cooperative-61")
    assert shown(found.township_steps[1].text) == "发现突发环境事件后，立即上报州生态环境局吉木萨尔县分局。"
    assert found.township_steps[1].text[0].ours == "发现突发环境事件后，立即上报州生态环境局昌吉市分局。"


# 2, 3


def test_another_body(pair):
    found = pair("changji-miaoergou-cooperative-19", "qitai-kanerzi-cooperative-19")
    assert found.departments_only_ours == (
        Department("昌吉市城市管理局", "城市管理局"),
        Department("昌吉市行政审批局", "行政审批局"),
    )
    assert found.departments_only_theirs == (Department("奇台县住房和城乡建设局", "住房和城乡建设局"),)
    assert not found.is_same


def test_steps_of_keeping_dogs(pair):
    found = pair("changji-miaoergou-cooperative-19", "qitai-kanerzi-cooperative-19")
    assert [step.kind.value for step in found.superior_steps] == [
        "same",
        "reworded",
        "same",
        "only_ours",
        "reworded",
        "same",
    ]
    collected, _, _, dropped, joined, _ = found.superior_steps
    assert (collected.ours.number, collected.theirs.number) == (1, 1)
    assert shown(collected.text) == collected.theirs.text
    # The step of the body that only we have is theirs, too, inside another one.
    assert shown(dropped.text) == "[-市行政审批局负责犬只经营活动的登记注册；-]"
    assert shown(joined.text) == (
        "县市场监督管理局{+负责犬只经营活动的登记注册，+}对犬只经营活动实施监督管理，查处违法经营、交易活动；"
    )
    assert [step.kind for step in found.township_steps] == [StepKind.SAME]


def test_a_change_inside_a_long_step(pair):
    found = pair("changji-miaoergou-cooperative-19", "jimsar-santai-cooperative-19")
    text = shown(found.superior_steps[2].text)
    assert "对狂犬病等人畜共患病[-进行-]防控，" in text
    assert "对犬尸的[-无害-]{+无害化+}处理等工作；" in text
    assert text.count("[-") == 2
    assert shown(found.township_steps[0].text).startswith("组织村{+（社区）+}结合走访入户、政策宣传，")


def test_another_body_in_a_step(pair):
    found = pair("changji-miaoergou-cooperative-19", "mulei-dananggou-cooperative-19")
    registered = found.superior_steps[3]
    assert shown(registered.text) == "[-市行政审批局-]{+县市场监督管理局+}负责犬只经营活动的登记注册；"
    assert (registered.bodies_only_ours, registered.bodies_only_theirs) == (
        ("行政审批局",),
        ("市场监督管理局",),
    )


def test_the_same_words_for_another_body(pair):
    found = pair("jimsar-santai-cooperative-34", "qitai-kanerzi-cooperative-33")
    reassigned = [step for step in found.superior_steps if step.kind is StepKind.REASSIGNED]
    assert len(reassigned) == 5
    assert {step.bodies_only_ours for step in reassigned} == {("科学技术局",)}
    assert {step.bodies_only_theirs for step in reassigned} == {("商务科技和工业信息化局",)}
    assert "上级职责换部门 5 条" in found.summary


# 4


def test_another_name(pair):
    found = pair("changji-miaoergou-basic-45", "mulei-dananggou-basic-45")
    assert found.has_other_name
    assert shown(found.name).endswith("指导监督农村财务管理{+工作+}")
    assert found.summary == "事项名称不同"


def test_another_list(pair, search, duties):
    engine = search.index.generation.engine
    ours, theirs = next(
        (ours, theirs)
        for ours in duties
        for theirs in engine.same_duties(ours.id)
        if ours.list_type is ListType.COOPERATIVE and theirs.list_type is ListType.BASIC
    )
    found = pair(ours.id, theirs.id)
    assert found.has_other_list_type
    assert not found.is_same
    assert found.departments_only_ours == ours.departments
    assert {step.kind for step in steps_of(found)} == {StepKind.ONLY_OURS}
    assert found.summary.startswith(
        "清单类型不同：本地为配合，乌鲁木齐县甘沟乡为基本（基本清单不列部门和职责）"
    )
    assert "少了" not in found.summary
    assert "上级职责" not in found.summary


# 5


def test_a_moved_section(pair):
    """秸秆禁烧 is the second section here and the first one there; 工作 is all that its heading has more."""
    found = pair("changji-miaoergou-cooperative-63", "qitai-kanerzi-cooperative-60")
    moved = found.superior_steps[0]
    assert (moved.kind, moved.moved) == (StepKind.SAME, True)
    assert (moved.ours.heading, moved.theirs.heading) == ("二、农作物秸秆禁烧", "一、农作物秸秆禁烧工作")
    assert shown(moved.heading) == "一、农作物秸秆禁烧{+工作+}"
    assert moved.has_other_heading
    assert not any(step.has_other_heading for step in found.superior_steps[2:])
    assert found.summary == "上级职责改 2 条、小标题不同；乡镇职责改 2 条、小标题不同"


def test_only_the_order(duty, tuning):
    ours = duty("changji-miaoergou-cooperative-19")
    theirs = replace(ours, superior_steps=ours.superior_steps[::-1])
    found = difference(ours, theirs, tuning)
    assert found.is_same
    assert sum(step.moved for step in found.superior_steps) == len(ours.superior_steps) - 1


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("一、县民政局：", "（二）民政局", True),
        ("2.农作物秸秆禁烧", "农作物秸秆禁烧：", True),
        ("一级响应", "二级响应", False),
        ("县民政局", "县公安局", False),
        (None, "县公安局", False),
    ],
)
def test_headings(duty, tuning, ours, theirs, same):
    versions = [
        replace(duty("qitai-kanerzi-cooperative-19"), superior_steps=(Step(1, "做好宣传；", heading),) * 2)
        for heading in (ours, theirs)
    ]
    found = difference(*versions, tuning)
    assert found.is_same is same
    assert found.summary == ("没有实质差别" if same else "上级职责小标题不同")


# 6


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (
            "changji-miaoergou-cooperative-19",
            "qitai-kanerzi-cooperative-19",
            "多了住房和城乡建设局；少了城市管理局、行政审批局；上级职责少 1 条、改 2 条",
        ),
        (
            "qitai-kanerzi-cooperative-19",
            "changji-miaoergou-cooperative-19",
            "多了城市管理局、行政审批局；少了住房和城乡建设局；上级职责多 1 条、改 2 条",
        ),
        (
            "changji-miaoergou-reclaimed-20",
            "qitai-kanerzi-reclaimed-26",
            "多了住房和城乡建设局；少了城市管理局；工作方式换部门 1 条",
        ),
        ("qitai-kanerzi-reclaimed-10", "mulei-dananggou-reclaimed-10", "工作方式改 1 条"),
        (
            "changji-miaoergou-cooperative-98",
            "qitai-kanerzi-cooperative-94",
            "上级职责改 1 条；乡镇职责少 1 条",
        ),
    ],
)
def test_the_summary(pair, ours, theirs, expected):
    assert pair(ours, theirs).summary == expected


def test_a_summary_names_a_few_bodies(duty, tuning):
    ours = duty("changji-miaoergou-cooperative-19")
    found = difference(replace(ours, departments=()), ours, tuning)
    assert found.summary == "多了公安局、城市管理局、农业农村局等 6 个部门"


# 7, 8


def check(found, tuning):
    """Assert what holds for any two duties."""
    for ours, theirs, segments in [
        (found.ours.name, found.theirs.name, found.name),
        *(
            (step.ours.text if step.ours else "", step.theirs.text if step.theirs else "", step.text)
            for step in steps_of(found)
        ),
        *(
            (
                (step.ours and step.ours.heading) or "",
                (step.theirs and step.theirs.heading) or "",
                step.heading,
            )
            for step in steps_of(found)
        ),
    ]:
        assert "".join(segment.ours for segment in segments) == ours
        assert "".join(segment.theirs for segment in segments) == theirs
        of_ours = [segment.ours for segment in segments if segment.kind is not Kind.ONLY_THEIRS]
        assert "".join(of_ours) == ours
        # What is shown, without what only we have, is their text.
        assert "".join(segment.text for segment in segments if segment.kind is not Kind.ONLY_OURS) == theirs
    for side in ("superior_steps", "township_steps"):
        steps = getattr(found, side)
        assert tuple(step.theirs for step in steps if step.theirs) == getattr(found.theirs, side)
        key = repr
        assert sorted((step.ours for step in steps if step.ours), key=key) == sorted(
            getattr(found.ours, side), key=key
        )
    back = difference(found.theirs, found.ours, tuning)
    assert back.is_same == found.is_same == (found.summary == "没有实质差别")
    assert back.departments_only_ours == found.departments_only_theirs
    assert back.has_other_name == found.has_other_name


def test_all_real_pairs(real_pairs, tuning):
    assert len(real_pairs) > 700
    for found in real_pairs:
        check(found, tuning)


TEXTS = [
    "",
    "；",
    "市公安局负责收集养犬人员基本信息；",
    "县公安局负责收集养犬人员基本信息。",
    "公安局负责收集、核对养犬人员基本信息，",
    "报庙尔沟乡。",
    "报坎尔孜乡。",
    "做好宣传。",
    "做好宣传工作",
]
STEPS = st.lists(
    st.builds(
        Step,
        st.none(),
        st.one_of(
            st.sampled_from(TEXTS), st.text(st.sampled_from("市县公安局养犬（）；，的乡"), max_size=12)
        ),
        st.sampled_from([None, "一、市公安局：", "二、县公安局", "做好宣传"]),
        st.sampled_from([(), ("公安局",), ("民政局", "公安局")]),
    ),
    max_size=5,
).map(tuple)


@given(STEPS, STEPS, STEPS)
def test_any_steps(duty, tuning, ours, theirs, township):
    one = replace(duty("changji-miaoergou-cooperative-19"), superior_steps=ours, township_steps=township)
    other = replace(duty("qitai-kanerzi-cooperative-19"), superior_steps=theirs, township_steps=township)
    check(difference(one, other, tuning), tuning)
    assert difference(one, one, tuning).is_same


# 9


def test_no_real_pair_takes_long(search, duties, tuning):
    """The longest of the real ones; 10 ms each when this was written."""
    engine = search.index.generation.engine

    def length(duty):
        return sum(len(step.text) for step in duty.superior_steps + duty.township_steps)

    for ours in sorted(duties, key=length)[-10:]:
        for theirs in engine.same_duties(ours.id):
            started = time.process_time()
            assert difference(ours, theirs, tuning).summary
            assert time.process_time() - started < 0.1


def test_a_very_long_duty(duties, duty, tuning):
    texts = [step.text for one in duties for step in one.superior_steps]
    ours = [Step(None, "".join(texts[start : start + 20])) for start in range(0, 200, 20)]
    theirs = [Step(None, "".join(c for at, c in enumerate(step.text) if at % 20)) for step in ours]
    versions = [
        replace(duty("changji-miaoergou-cooperative-19"), superior_steps=tuple(steps))
        for steps in (ours, theirs)
    ]
    started = time.process_time()
    found = difference(*versions, tuning)
    assert time.process_time() - started < 2
    assert [step.kind for step in found.superior_steps] == [StepKind.REWORDED] * 10


def test_equal_steps_are_not_cut(duty, tuning, monkeypatch):
    ours = duty("changji-miaoergou-cooperative-19")
    monkeypatch.setattr("search_service.core.masked_words.words_of", None)
    assert difference(ours, replace(ours, id="another"), tuning).is_same
