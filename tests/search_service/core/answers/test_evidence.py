"""Which step of a duty was asked for, on the real duties.

1. The body bound to the step that was asked for answers, with the clause of that step as evidence.
2. Of a basic duty the township answers; the evidence is the clause asked for, else the duty's name.
3. Where the asked-for act is the township's own step of a cooperative duty, the township answers, and assists.
4. Where no step stands out, all leading bodies answer in the document's order, each with a clause of its own;
   it says so. Words of the question alone can make a step stand out.
5. What the township does is told beside the bodies of a cooperative duty.
6. A step of another township's wording is found where most of its letters are the same.
7. Whatever is asked of whatever duty, evidence is verbatim a part of one of its steps or its name, and of a step
   that is bound to the body it speaks for (property over all duties and all that the phrase book asks of them).
"""

from dataclasses import replace

import pytest

from indexer.duty import ListType
from indexer.phrases.matching import match_entries
from search_service.core.answers.evidence import Asked, find_responsible
from search_service.core.answers.result import Responsible, TownshipRole
from search_service.core.live_index import LiveIndex
from search_service.core.prepare import prepare
from search_service.core.request import ALL_PARTS
from search_service.engines.port import Clause, Hit, Phrasing, ScoreParts

DOGS = "changji-miaoergou-cooperative-19"
NOTHING = ScoreParts(0.0, 0.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def index(index_folder):
    return LiveIndex(index_folder)


@pytest.fixture(scope="module")
def by_id(duties):
    return {duty.id: duty for duty in duties}


@pytest.fixture(scope="module")
def ask(index, by_id):
    """Return a function that asks one duty a question, matched as the engine does."""

    def ask(text, duty_id):
        township = by_id[duty_id].township
        prepared = prepare(text, {"township": (township,)}, index.generation, ALL_PARTS)
        leaders = index.generation.engine.leaders(replace(prepared.query, limit=300))
        hit = next(one.hit for one in leaders.of_lists[by_id[duty_id].list_id] if one.hit.duty.id == duty_id)
        return find_responsible(hit, Asked(prepared.question.clauses))

    return ask


def hit_of(duty, *phrasings):
    return Hit(duty, 1.0, NOTHING, tuple(Phrasing(*phrasing) for phrasing in phrasings))


def words(*texts):
    return [Clause(text, ((text, 1.0),)) for text in texts]


@pytest.mark.parametrize(
    ("text", "body", "evidence"),
    [
        ("狗咬人", "公安局", "负责查处养犬扰民、伤人治安案件"),
        ("狗咬人了找谁", "公安局", "负责查处养犬扰民、伤人治安案件"),
        ("流浪狗没人收", "城市管理局", "负责流浪犬只的收容和犬只集中收容场所的管理"),
        ("狗屎没人清", "城市管理局", "市城市管理局负责查处影响市容环境卫生的养犬行为"),
        (
            "给狗打疫苗",
            "农业农村局",
            "市农业农村局负责犬只免疫、检疫、建档和防疫、疫情监测工作，对犬只养殖、诊疗等活动进行监督管理，对狂犬病等人畜共患病"
            "进行防控，配合公安机关对犬只植入电子标识，组织指导监督养犬人对犬尸的无害处理等工作",
        ),
    ],
)
def test_the_body_of_the_step_asked_for_answers(ask, text, body, evidence):
    finding = ask(text, DOGS)
    assert finding.responsible == (Responsible(f"昌吉市{body}", body, evidence),)
    assert finding.stands_out
    assert finding.role is TownshipRole.ASSISTS
    assert finding.township_evidence.startswith("组织村结合走访入户、政策宣传")


@pytest.mark.parametrize(
    ("text", "duty_id"),
    [
        ("宅基地审批", "changji-miaoergou-basic-85"),
        ("老板拖欠工资", "changji-miaoergou-basic-65"),
        ("养老保险", "changji-miaoergou-basic-68"),
    ],
)
def test_of_a_basic_duty_the_township_answers(ask, by_id, text, duty_id):
    finding = ask(text, duty_id)
    assert finding.responsible == (Responsible("庙尔沟乡", "乡镇", by_id[duty_id].name),)
    assert finding.responsible[0].is_township
    assert (finding.role, finding.stands_out) == (TownshipRole.RESPONSIBLE, True)


@pytest.mark.parametrize(
    ("text", "duty_id", "evidence"),
    [
        ("新盖的房子没门牌", "changji-miaoergou-cooperative-36", "做好地名标志设置、门牌编码、排查清理及维护工作"),
        ("七一表彰报谁上去", "changji-miaoergou-cooperative-2", "向上级党组织上报名推荐对象信息"),
        ("受灾名单公示在哪", "changji-miaoergou-cooperative-25", "对各村上报的相关材料进行审核验收，二次公示，"),
    ],
)  # fmt: skip
def test_where_the_townships_own_step_is_asked_for_it_answers_and_assists(ask, text, duty_id, evidence):
    finding = ask(text, duty_id)
    [township] = finding.responsible
    assert (township.department, township.canonical) == ("庙尔沟乡", "乡镇")
    assert township.evidence.startswith(evidence)
    assert township.evidence == finding.township_evidence
    assert (finding.role, finding.stands_out) == (TownshipRole.ASSISTS, True)


def test_a_reclaimed_duty_is_the_superiors(ask):
    finding = ask("收养登记", "jimsar-santai-reclaimed-2")
    assert finding.responsible == (Responsible("吉木萨尔县民政局", "民政局", "负责收养登记"),)
    assert (finding.role, finding.township_evidence) == (TownshipRole.NONE, None)


@pytest.mark.parametrize(
    ("text", "duty_id"),
    [
        ("带狗进馆子", DOGS),
        ("草原着火往哪报", "changji-miaoergou-cooperative-91"),
        ("放学路上有社会青年堵娃娃", "changji-miaoergou-cooperative-21"),
    ],
)
def test_where_no_step_stands_out_all_leading_bodies_answer_in_the_documents_order(ask, by_id, text, duty_id):
    finding, duty = ask(text, duty_id), by_id[duty_id]
    assert not finding.stands_out
    assert [(one.department, one.canonical) for one in finding.responsible] == [
        (one.name, one.canonical) for one in duty.departments
    ]
    assert len(finding.responsible) > 1
    for one in finding.responsible:
        [step] = [step for step in duty.superior_steps if one.evidence in step.text]
        assert one.canonical in step.departments


def test_a_hit_without_phrasings_and_words_stands_out_nowhere(by_id):
    finding = find_responsible(hit_of(by_id[DOGS]), Asked())
    assert finding.bodies == [one.canonical for one in by_id[DOGS].departments]
    assert not finding.stands_out


def test_words_alone_make_a_step_stand_out(by_id):
    finding = find_responsible(hit_of(by_id[DOGS]), Asked(words("收容", "场所")))
    assert finding.responsible == (
        Responsible("昌吉市城市管理局", "城市管理局", "负责流浪犬只的收容和犬只集中收容场所的管理"),
    )
    assert finding.stands_out


def test_a_phrasing_of_a_step_outweighs_a_word_of_another(by_id):
    hit = hit_of(by_id[DOGS], ("狗把人咬了", "查处养犬扰民、伤人治安案件", 2.0))
    finding = find_responsible(hit, Asked(words("收容")))
    assert finding.bodies == ["公安局"]


def test_a_phrasing_of_the_whole_duty_hides_the_weak_ones_of_steps(by_id):
    of_step = ("狗把人咬了", "查处养犬扰民、伤人治安案件", 0.4)
    finding = find_responsible(hit_of(by_id[DOGS], ("养狗的事", "", 1.0), of_step), Asked())
    assert not finding.stands_out
    stronger = (*of_step[:2], 0.6)
    finding = find_responsible(hit_of(by_id[DOGS], ("养狗的事", "", 1.0), stronger), Asked())
    assert (finding.bodies, finding.stands_out) == (["公安局"], True)


def test_the_townships_step_must_lead_the_others_clearly(by_id):
    theirs = ("狗把人咬了", "查处养犬扰民、伤人治安案件", 0.9)
    ours = ("看见野狗给村里说", "第一时间将发现的流浪犬隐患线索、无证养犬信息", 1.0)
    assert find_responsible(hit_of(by_id[DOGS], ours, theirs), Asked()).bodies == ["公安局"]
    weaker = (*theirs[:2], 0.5)
    assert find_responsible(hit_of(by_id[DOGS], ours, weaker), Asked()).bodies == ["乡镇"]


def test_a_step_of_slightly_other_words_is_found_and_one_of_quite_other_words_is_not(by_id):
    reworded = ("狗叫", "查处养犬扰民与伤人的治安案件", 1.0)
    assert find_responsible(hit_of(by_id[DOGS], reworded), Asked()).bodies == ["公安局"]
    unheard = ("狗叫", "负责航天器发射场区清场", 1.0)
    assert not find_responsible(hit_of(by_id[DOGS], unheard), Asked()).stands_out


def test_one_body_alone_answers_whatever_was_asked(by_id):
    single = by_id["jimsar-santai-reclaimed-2"]
    finding = find_responsible(hit_of(single, ("领养", "", 1.0)), Asked())
    assert (finding.bodies, finding.stands_out) == (["民政局"], True)


def test_a_duty_without_steps_still_has_somebody(by_id):
    bare = replace(by_id[DOGS], superior_steps=(), township_steps=())
    finding = find_responsible(hit_of(bare), Asked(words("养犬")))
    assert finding.bodies == [one.canonical for one in bare.departments]
    assert {one.evidence for one in finding.responsible} == {"文明养犬管理工作"}
    assert finding.township_evidence is None
    orphan = replace(bare, departments=())
    assert find_responsible(hit_of(orphan), Asked()).responsible == (
        Responsible("庙尔沟乡", "乡镇", "文明养犬管理工作"),
    )


def all_that_is_asked(duties, book):
    """Yield every duty bare, with each word of its own name, and with what the phrase book asks of it."""
    for duty, entries in zip(duties, match_entries(book, duties), strict=True):
        yield find_responsible(hit_of(duty), Asked())
        yield find_responsible(hit_of(duty), Asked(words(duty.name[:2], duty.name[-2:])))
        for number in entries:
            for ask in book.entries[number].asks:
                step = "".join((ask.step or "").split())
                yield find_responsible(hit_of(duty, (ask.phrasings[0], step, 1.0)), Asked())


def test_evidence_is_verbatim_and_bound_to_the_body_it_speaks_for(duties, tuning):
    count, seen = 0, set()
    for finding in all_that_is_asked(duties, tuning.phrases):
        duty = finding.duty
        steps = (*duty.superior_steps, *duty.township_steps)
        assert finding.responsible, duty.id
        for one in finding.responsible:
            holders = [step for step in steps if one.evidence in step.text]
            assert holders or one.evidence == duty.name, (duty.id, one)
            bound = [step for step in holders if one.canonical in step.departments]
            assert bound or one.evidence == duty.name, (duty.id, one)
        ours = finding.township_evidence
        is_ours = any(ours in step.text for step in duty.township_steps) if ours else True
        assert is_ours or (duty.list_type is ListType.BASIC and ours == duty.name), (duty.id, ours)
        count, seen = count + 1, seen | {duty.id}
    assert len(seen) == 1243
    assert count > 5000


def test_the_role_is_the_lists(duties, tuning):
    roles = {
        ListType.BASIC: TownshipRole.RESPONSIBLE,
        ListType.COOPERATIVE: TownshipRole.ASSISTS,
        ListType.RECLAIMED: TownshipRole.NONE,
    }
    for finding in all_that_is_asked(duties, tuning.phrases):
        assert finding.role is roles[finding.duty.list_type]
        if finding.duty.list_type is ListType.BASIC:
            assert finding.bodies == ["乡镇"]


def test_a_body_that_the_question_names_is_preferred(by_id):
    half = ("抓走的狗关在哪", "流浪犬只的收容", 1.0), ("狗咬人", "伤人治安案件", 1.2)
    assert find_responsible(hit_of(by_id[DOGS], *half), Asked()).bodies == ["公安局"]
    named = Asked(bodies=frozenset({"城市管理局"}))
    assert find_responsible(hit_of(by_id[DOGS], *half), named).bodies == ["城市管理局"]


def test_what_was_taken_back_is_never_the_townships(duties):
    for duty in duties:
        if duty.list_type is ListType.RECLAIMED and duty.departments:
            assert "乡镇" not in find_responsible(hit_of(duty), Asked()).bodies
