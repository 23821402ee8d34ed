"""The sentences that an operator reads out.

1. Basic, cooperative and reclaimed duties make three different sentences, each with the body and the quote.
2. A township's own step of a cooperative duty names who leads the whole.
3. Where no step stands out, the leading bodies come in order, three at most.
4. Several townships that say the same are 各乡镇, their bodies 当地…; places that differ are told one by one,
   with the question where the caller is.
   Where not all townships asked about say something, those that do are named.
5. Long quotes are cut, at a mark of their own where there is one, with a mark that says so; quotes inside are
   single.
6. Each advice names the place, what others list, the nearest duty, or the desk.
7. A citation names township, list and number, and the date where the list has one.
"""

from dataclasses import replace

import pytest

from indexer.list_info import ListInfo
from indexer.outside import Matter
from search_service.core.answers.result import Elsewhere, Finding, Responsible, citation_of
from search_service.core.answers.summary import (
    LONGEST_QUOTE,
    SHORTEST_CUT,
    advice_ambiguous,
    advice_elsewhere,
    advice_other_place,
    advice_outside,
    advice_unsure,
    advice_without_duty,
    summary_of,
)

DOGS = "changji-miaoergou-cooperative-19"
CASE = "负责查处养犬扰民、伤人治安案件"
HELP = "组织村结合走访入户"


@pytest.fixture(scope="module")
def by_id(duties):
    return {duty.id: duty for duty in duties}


@pytest.fixture(scope="module")
def dogs(by_id):
    """Return the finding for a dog that bit somebody in 庙尔沟乡."""
    return Finding(
        by_id[DOGS], (Responsible("昌吉市公安局", "公安局", CASE),), township_evidence=HELP, stands_out=True
    )


def in_township(finding, duty, *bodies):
    """Return a finding of another township; without bodies, the same ones."""
    named = tuple(Responsible(f"县{body}", body, CASE) for body in bodies) or finding.responsible
    return replace(finding, duty=duty, responsible=named)


def of(duty, *bodies, ours=None, stands_out=True):
    return Finding(duty, tuple(Responsible(*body) for body in bodies), ours, stands_out=stands_out)


def test_a_cooperative_duty_is_the_superiors_and_the_township_helps(dogs):
    assert summary_of(dogs, [dogs]) == f"这件事归昌吉市公安局：“{CASE}”；庙尔沟乡配合：“{HELP}”。"


def test_a_cooperative_duty_without_a_township_step(dogs):
    alone = replace(dogs, township_evidence=None)
    assert summary_of(alone, [alone]) == f"这件事归昌吉市公安局：“{CASE}”；庙尔沟乡只是配合。"


def test_a_basic_duty_is_the_townships_own(by_id):
    duty = by_id["changji-miaoergou-basic-68"]
    finding = of(duty, ("庙尔沟乡", "乡镇", "开展社会保险政策宣传"), ours="开展社会保险政策宣传")
    assert summary_of(finding, [finding]) == "这件事由庙尔沟乡自己负责：“开展社会保险政策宣传”。"


def test_a_reclaimed_duty_is_no_longer_the_townships(by_id):
    finding = of(by_id["jimsar-santai-reclaimed-2"], ("吉木萨尔县民政局", "民政局", "负责收养登记"))
    expected = "“收养登记”这一项，三台镇已不再承办，归吉木萨尔县民政局。"
    assert summary_of(finding, [finding]) == expected


def test_the_townships_own_step_names_who_leads_the_whole(by_id):
    finding = of(by_id[DOGS], ("庙尔沟乡", "乡镇", HELP), ours=HELP)
    assert summary_of(finding, [finding]) == (
        f"这件事先由庙尔沟乡办：“{HELP}”；整件事由昌吉市公安局、昌吉市城市管理局、昌吉市农业农村局牵头。"
    )
    nobody = replace(finding, duty=replace(finding.duty, departments=()))
    assert summary_of(nobody, [nobody]) == f"这件事先由庙尔沟乡办：“{HELP}”。"


def test_where_no_step_stands_out_the_leading_bodies_come_in_order(by_id):
    bodies = [(one.name, one.canonical, CASE) for one in by_id[DOGS].departments]
    finding = of(by_id[DOGS], *bodies, ours=HELP, stands_out=False)
    assert summary_of(finding, [finding]) == (
        "清单没有写明由哪家办，请依次问牵头的昌吉市公安局、昌吉市城市管理局、昌吉市农业农村局等；"
        f"庙尔沟乡配合：“{HELP}”。"
    )
    two = of(by_id[DOGS], *bodies[:2], ours=HELP, stands_out=False)
    assert "请依次问牵头的昌吉市公安局、昌吉市城市管理局；" in summary_of(two, [two])
    one = of(by_id[DOGS], bodies[0], ours=HELP, stands_out=False)
    assert summary_of(one, [one]).startswith(f"这件事归昌吉市公安局：“{CASE}”；")


def test_several_bodies_of_one_step_are_all_named(by_id):
    finding = of(by_id[DOGS], ("昌吉市公安局", "公安局", CASE), ("昌吉市城市管理局", "城市管理局", CASE))
    assert summary_of(finding, [finding]).startswith(f"这件事归昌吉市公安局、昌吉市城市管理局：“{CASE}”；")


def test_several_townships_that_agree_speak_of_local_bodies(dogs, by_id):
    others = [in_township(dogs, by_id["jimsar-santai-cooperative-19"], "公安局")]
    expected = f"这件事归当地公安局：“{CASE}”；各乡镇配合：“{HELP}”。"
    assert summary_of(dogs, [dogs, *others]) == expected


def test_several_townships_do_it_themselves(by_id):
    ids = ("changji-miaoergou-basic-65", "jimsar-santai-basic-65")
    findings = [of(by_id[one], (by_id[one].township, "乡镇", "调解劳动争议")) for one in ids]
    assert summary_of(findings[0], findings) == "这件事由各乡镇自己负责：“调解劳动争议”。"


def test_several_townships_no_longer_do_it(by_id):
    ids = ("jimsar-santai-reclaimed-2", "qitai-kanerzi-reclaimed-3")
    findings = [of(by_id[one], ("县民政局", "民政局", "负责收养登记")) for one in ids]
    assert summary_of(findings[0], findings) == "“收养登记”这一项，各乡镇已不再承办，归当地民政局。"


def test_several_townships_with_a_step_of_their_own(by_id):
    ids = (DOGS, "jimsar-santai-cooperative-19")
    findings = [of(by_id[one], (by_id[one].township, "乡镇", HELP), ours=HELP) for one in ids]
    assert summary_of(findings[0], findings) == (
        f"这件事先由各乡镇办：“{HELP}”；整件事由公安局、城市管理局、农业农村局牵头。"
    )


def test_where_not_all_townships_say_something_those_that_do_are_named(dogs, by_id):
    findings = [dogs, in_township(dogs, by_id["jimsar-santai-cooperative-19"], "公安局")]
    expected = f"这件事归当地公安局：“{CASE}”；庙尔沟乡、三台镇配合：“{HELP}”。"
    assert summary_of(dogs, findings, everywhere=False) == expected
    assert summary_of(dogs, [dogs], everywhere=False) == summary_of(dogs, [dogs])


def test_places_that_differ_are_told_one_by_one(dogs, by_id):
    santai, gangou = by_id["jimsar-santai-cooperative-19"], by_id["urumqi-gangou-cooperative-23"]
    findings = [dogs, in_township(dogs, santai, "住房和城乡建设局"), in_township(dogs, gangou, "公安局")]
    assert summary_of(dogs, findings) == (
        "各地不一样：庙尔沟乡、甘沟乡由公安局办；三台镇由住房和城乡建设局办。请先问清来电人在哪个乡镇。"
    )


def test_where_one_of_them_does_it_itself_that_is_said(dogs, by_id):
    santai = by_id["jimsar-santai-cooperative-19"]
    findings = [dogs, of(santai, ("三台镇", "乡镇", HELP))]
    assert "庙尔沟乡由公安局办；三台镇由乡镇自己办。" in summary_of(dogs, findings)


def test_bodies_that_are_not_read_out_make_no_difference(dogs, by_id):
    first = ("教育局", "公安局", "卫生健康委员会")
    here = in_township(dogs, by_id[DOGS], *first, "城市管理局")
    there = in_township(dogs, by_id["jimsar-santai-cooperative-19"], *first, "住房和城乡建设局")
    assert "各地不一样" not in summary_of(here, [here, there])


@pytest.mark.parametrize(("length", "cut"), [(LONGEST_QUOTE, False), (LONGEST_QUOTE + 1, True)])
def test_long_quotes_are_cut_and_marked(dogs, length, cut):
    long = replace(dogs, responsible=(Responsible("昌吉市公安局", "公安局", "犬" * length),))
    quote = "犬" * LONGEST_QUOTE + ("……" if cut else "")
    assert f"：“{quote}”；" in summary_of(long, [long])


@pytest.mark.parametrize("mark", "，；、")
@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (SHORTEST_CUT - 1, LONGEST_QUOTE),  # too little would be left
        (SHORTEST_CUT, SHORTEST_CUT),
        (LONGEST_QUOTE - 1, LONGEST_QUOTE - 1),
        (LONGEST_QUOTE, LONGEST_QUOTE),
    ],
)
def test_long_quotes_are_cut_at_a_mark(dogs, mark, before, kept):
    text = "犬" * before + mark + "犬" * LONGEST_QUOTE
    long = replace(dogs, responsible=(Responsible("昌吉市公安局", "公安局", text),))
    assert f"：“{text[:kept]}……”；" in summary_of(long, [long])


def test_long_quotes_are_cut_at_the_last_mark_that_fits(dogs):
    text = "犬" * 25 + "，" + "猫" * 25 + "、" + "狗" * 25
    long = replace(dogs, responsible=(Responsible("昌吉市公安局", "公安局", text),))
    assert f"：“{text[:51]}……”；" in summary_of(long, [long])


def test_quotes_inside_are_single_and_marks_at_the_end_are_left_out(dogs):
    quoting = replace(dogs, responsible=(Responsible("昌吉市公安局", "公安局", "开展“平安”巡查；"),))
    assert "：“开展‘平安’巡查”；庙尔沟乡" in summary_of(quoting, [quoting])


def test_advice_where_no_duty_answers():
    assert advice_without_duty(["庙尔沟乡", "三台镇"], ["昌吉市", "吉木萨尔县"]) == (
        "庙尔沟乡、三台镇的履职事项清单里没有找到这件事，不要凭猜测派单。可以换个说法，去掉地区限制再查，"
        "或按事项类别浏览；仍没有的，请转昌吉市、吉木萨尔县的12345热线总台或政务服务中心核实。"
    )
    assert advice_without_duty([], []) == (
        "已收录的各乡镇的履职事项清单里没有找到这件事，不要凭猜测派单。可以换个说法，或按事项类别浏览；"
        "仍没有的，请转所在县市的12345热线总台或政务服务中心核实。"
    )


def test_advice_where_others_list_it(by_id):
    duty = by_id["jimsar-santai-reclaimed-2"]
    finding = of(duty, ("吉木萨尔县民政局", "民政局", "负责收养登记"))
    assert advice_elsewhere(["甘沟乡"], Elsewhere(duty, ("三台镇",)), finding) == (
        "甘沟乡的清单里没有找到这一项；三台镇的清单列有“收养登记”，由吉木萨尔县民政局负责。"
        "甘沟乡由谁办，请向县市有关部门核实后再派单。"
    )
    several = advice_elsewhere(["甘沟乡"], Elsewhere(duty, ("三台镇", "坎尔孜乡")), finding)
    assert "三台镇、坎尔孜乡的清单列有“收养登记”，由当地民政局负责。" in several


def test_advice_where_no_list_can_hold_it():
    assert advice_outside(Matter("护照", "公安局出入境窗口", ("护照丢了",))) == (
        "这不是乡镇履职清单里的事，听起来是“护照”，通常归公安局出入境窗口，请转那里。"
    )


def test_advice_where_a_matter_has_no_desk_says_so():
    advice = advice_outside(Matter("闲聊", "不涉及具体部门", ("你是谁",)))
    assert advice == "这不是乡镇履职清单里的事：不涉及具体部门。"


def test_advice_where_a_place_has_no_list():
    assert advice_other_place("阜康市") == (
        "没有阜康市的履职事项清单，不能拿别处的清单来答。请转当地的12345热线总台或政务服务中心。"
    )


def test_advice_where_it_is_unsure_names_the_nearest_duty(dogs):
    assert advice_unsure(dogs) == (
        f"没有对得上的事项，没有把握。最接近的是庙尔沟乡的“{dogs.duty.name}”（昌吉市公安局），"
        "请核对原文再派单，或者换个说法再查。"
    )


def test_advice_where_places_differ_names_each_county_once(dogs, by_id):
    santai = in_township(dogs, by_id["jimsar-santai-cooperative-19"], "乡镇")
    assert advice_ambiguous([dogs, santai, dogs]) == (
        "各地由不同的部门办。请先选来电人所在的乡镇（昌吉市、吉木萨尔县），再派单。"
    )


@pytest.mark.parametrize(
    ("duty_id", "citation"),
    [
        (DOGS, "庙尔沟乡配合履职事项清单第19项（2025年7月）"),
        ("urumqi-gangou-basic-91", "甘沟乡基本履职事项清单第91项（2025年1月）"),
        ("mulei-dananggou-reclaimed-2", "大南沟乌孜别克族乡上级部门收回事项清单第2项"),
    ],
)
def test_citations_with_and_without_a_date(by_id, lists, duty_id, citation):
    duty = by_id[duty_id]
    one = lists[duty.list_id]
    info = ListInfo(one.id, one.file, one.place, one.date, {})
    assert citation_of(duty, info) == citation
    assert citation_of(duty, replace(info, date=None)) == citation.split("（")[0]
