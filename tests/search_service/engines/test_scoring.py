"""The scores of all texts for a question, on four duties that can be reckoned with by hand.

1. The weights of a complaint's pieces add up to 1, and a piece counts 1/e of the best one where its own best match
   stays `focus` behind it, by words or by meaning; no piece is favoured for its place (property test).
2. The piece that says what a complaint is about decides what comes first, though its circumstances together
   match something else better.
3. `pieces` is the share that the pieces decide: with 0 only the whole counts, with 1 only they.
4. A name that holds all of the question gets `name`, one that holds half of it a quarter; width, case, marks and
   white space don't matter, how often a pair occurs neither.
5. A document has a word where it has the word or a synonym; a part of it counts only where no document has those.
6. A boost moves up what was found, and finds nothing; what is pinned comes first, found or not.
7. Meaning counts where book and question have vectors, else it is 0; a duty of nobody's phrasings has none.
8. A document's score is the sum of its four parts, each within its weight (property test).
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.ranking import Fusion
from search_service.engines.port import Boost, Clause, EngineQuery
from search_service.engines.scoring import PINNED

from .conftest import LISTS, NAMES, SPOKEN, WORDS, make_scorer, said

FUSION = Fusion(duty=0.3, name=0.7, phrases=0.5, meaning=2.0, pieces=0.5, focus=0.25)
DOG, WALL, ALLOWANCE, CAMPAIGN = range(4)
TURNED = np.eye(4)[[0, 0, 1, 2, 0, 1, 2]].astype(np.float16)
"""Vectors of the phrasings and names: every entry has a direction of its own."""

CIRCUMSTANCES = [
    said("我家有老人", spoken=["老人"]),
    said("儿子天天上班", spoken=["儿子", "上班"]),
    said("夜里睡不着", spoken=["睡"]),
]
"""Each matches the allowance's phrasing a little, all together better than the matter matches its own."""
MATTER = said("楼上天天砸墙", spoken=["砸墙"])


def complaint(*pieces):
    """Return a question of these pieces, its whole having what all of them have."""
    whole = said(
        "，".join(piece.text for piece in pieces), spoken=[t for one in pieces for t, _ in one.spoken]
    )
    return EngineQuery(whole=whole, pieces=pieces)


def asked(**changes):
    """Return a question of one piece."""
    return EngineQuery(whole=said(**changes))


def of_documents(scores):
    """Return the scores of the duties where they stand."""
    return scores.of_documents(np.arange(len(NAMES)), LISTS)


def test_the_world_is_as_the_tests_need_it():
    """Else the comparisons below could pass on empty scores."""
    of_circumstances = sum(SPOKEN[term][3] for piece in CIRCUMSTANCES for term, _ in piece.spoken)
    assert (
        of_circumstances
        > SPOKEN["砸墙"][2]
        > max(SPOKEN[term][3] for term in ("老人", "儿子", "上班", "睡")) * 2
    )


def test_a_question_of_one_piece_has_no_weights():
    assert make_scorer(FUSION).score(asked(text="砸墙", spoken=["砸墙"])).book.focus == ()


def test_the_piece_about_the_matter_has_the_largest_weight():
    focus = make_scorer(FUSION).score(complaint(*CIRCUMSTANCES, MATTER)).book.focus
    assert sum(focus) == pytest.approx(1)
    assert focus[3] == max(focus) > 0.5
    assert focus[1] > focus[0] == focus[2]  # the son at work matches two words, the others one


def test_weights_fall_by_e_for_each_focus_that_a_piece_stays_behind():
    """By words the best pieces' match is scaled to 1: 砸墙 4 of 4, 儿子 and 上班 2.4 of 4, nothing 0 of 4."""
    pieces = (MATTER, CIRCUMSTANCES[1], said("我住三楼"))
    for width in (0.1, 0.25, 2.0):
        focus = make_scorer(replace(FUSION, focus=width)).score(complaint(*pieces)).book.focus
        counts = [math.exp(FUSION.phrases * (best - 1) / width) for best in (1, 2.4 / 4, 0)]
        assert focus == pytest.approx([count / sum(counts) for count in counts], abs=1e-5)


def test_weights_look_at_meaning_too():
    """Neither piece has a word of the book; one means what an entry means, the other nothing of it."""
    scorer = make_scorer(FUSION, vectors=TURNED)
    mean = TURNED[:4].astype(float).mean(axis=0)
    like = said("把隔断敲掉了", vector=np.eye(4)[1])
    unlike = said("我住三楼", vector=np.eye(4)[3])
    focus = scorer.score(EngineQuery(whole=said(vector=mean), pieces=(unlike, like))).book.focus
    assert focus[1] > 0.9
    assert sum(focus) == pytest.approx(1)


def test_pieces_that_all_match_nothing_count_alike():
    pieces = tuple(said(text) for text in ("今天天气好", "我住三楼", "心里高兴"))
    scores = make_scorer(FUSION).score(complaint(*pieces))
    assert scores.book.focus == pytest.approx([1 / 3] * 3)
    assert not scores.total.any()


@settings(max_examples=100, deadline=None)
@given(
    spoken=st.lists(st.lists(st.sampled_from([*SPOKEN, "没有"]), max_size=4), min_size=2, max_size=12),
    width=st.floats(0.01, 10),
    shift=st.integers(0, 11),
)
def test_weights_add_up_to_one_wherever_the_pieces_stand(spoken, width, shift):
    scorer = make_scorer(replace(FUSION, focus=width))
    pieces = [said(spoken=terms) for terms in spoken]
    focus = scorer.score(complaint(*pieces)).book.focus
    assert len(focus) == len(pieces)
    assert sum(focus) == pytest.approx(1)
    assert all(0 <= weight <= 1 for weight in focus)
    turned = shift % len(pieces)
    moved = scorer.score(complaint(*pieces[turned:], *pieces[:turned])).book.focus
    assert moved == pytest.approx(focus[turned:] + focus[:turned], abs=1e-5)


def test_the_piece_about_the_matter_decides_the_first_result():
    question = complaint(*CIRCUMSTANCES, MATTER)
    scorer = make_scorer(FUSION)
    alone = scorer.score(replace(question, pieces=()))
    assert int(np.argmax(alone.total)) == ALLOWANCE
    assert int(np.argmax(scorer.score(question).total)) == WALL


def test_where_every_piece_counts_alike_the_circumstances_decide():
    """That is what the focus is for."""
    blurred = make_scorer(replace(FUSION, focus=10)).score(complaint(*CIRCUMSTANCES, MATTER))
    assert blurred.book.focus == pytest.approx([1 / 4] * 4, abs=0.01)
    assert int(np.argmax(blurred.total)) == ALLOWANCE


def test_without_a_share_the_pieces_say_nothing():
    question = complaint(*CIRCUMSTANCES, MATTER)
    scorer = make_scorer(replace(FUSION, pieces=0))
    with_pieces, without = scorer.score(question), scorer.score(replace(question, pieces=()))
    assert with_pieces.total == pytest.approx(without.total)
    assert with_pieces.book.of_phrasings == pytest.approx(without.book.of_phrasings)


def test_with_the_whole_share_only_the_pieces_say_anything():
    question = complaint(*CIRCUMSTANCES, MATTER)
    scorer = make_scorer(replace(FUSION, pieces=1))
    other = replace(question, whole=said(question.whole.text, spoken=["狗", "咬"], words=["养犬"]))
    assert scorer.score(other).total == pytest.approx(scorer.score(question).total)
    assert scorer.score(question).phrases[WALL] == pytest.approx(FUSION.phrases)


def test_the_share_of_the_pieces_is_what_the_fusion_says():
    """The whole asks for the dog, its only matching piece for the wall; each is scaled to 1 before."""
    question = EngineQuery(
        whole=said(words=["养犬"], spoken=["狗"]),
        pieces=(said(words=["装修"], spoken=["砸墙"]), said("我住三楼")),
    )
    for share in (0.2, 0.5, 0.9):
        scores = make_scorer(replace(FUSION, pieces=share)).score(question)
        assert scores.duty[DOG] == pytest.approx((1 - share) * FUSION.duty)
        assert scores.duty[WALL] == pytest.approx(share * FUSION.duty)
        assert scores.phrases[DOG] == pytest.approx((1 - share) * FUSION.phrases)
        assert scores.phrases[WALL] == pytest.approx(share * FUSION.phrases)
        assert scores.phrases[ALLOWANCE] == scores.duty[ALLOWANCE] == 0


def test_the_words_asked_for_are_those_of_the_whole():
    """The demand on words, and what is reported as unmatched, don't change with the cut into pieces."""
    question = EngineQuery(whole=said(words=["养犬"]), pieces=(said(words=["装修"]), said(words=["津贴"])))
    assert make_scorer(FUSION).score(question).words.tolist() == [[True, False, False, True]]


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("养犬", {DOG: 1, CAMPAIGN: 1}),
        ("养犬宣", {DOG: 1 / 2, CAMPAIGN: 1}),
        ("养犬管理", {DOG: 1, CAMPAIGN: 1 / 3}),
        ("养犬，管理！", {DOG: 1, CAMPAIGN: 1 / 3}),
        (" 养 犬 ", {DOG: 1, CAMPAIGN: 1}),
        ("養犬", {DOG: 1, CAMPAIGN: 1}),
        ("养犬养犬", {DOG: 1 / 2, CAMPAIGN: 1 / 2}),  # 养犬 and 犬养, each once
        ("砸墙的处罚津贴", {WALL: 4 / 6, ALLOWANCE: 1 / 6}),
        ("犬养", {}),
        ("犬", {}),
        ("，。！", {}),
        ("", {}),
    ],
)
def test_names_get_the_square_of_what_they_hold_of_a_question(text, shares):
    scores = make_scorer(FUSION).score(asked(text=text))
    expected = [FUSION.name * shares.get(number, 0) ** 2 for number in range(len(NAMES))]
    assert scores.duty == pytest.approx(expected, abs=1e-6)
    assert scores.total == pytest.approx(expected, abs=1e-6)


def test_a_name_that_holds_the_whole_question_ranks_before_one_that_holds_half():
    """Though by words alone the other one is ahead."""
    question = asked(text="养犬宣", words=["养犬"])
    without = make_scorer(replace(FUSION, name=0)).score(question).total
    assert without[DOG] > without[CAMPAIGN]
    scores = make_scorer(FUSION).score(question).total
    assert scores[CAMPAIGN] > scores[DOG] > 0


def test_names_are_compared_with_the_whole_not_with_its_pieces():
    scores = make_scorer(FUSION).score(
        EngineQuery(whole=said("我家狗咬人"), pieces=(said("文明养犬管理"), said("高龄津贴")))
    )
    assert not scores.duty.any()


def test_a_word_is_had_by_itself_or_a_synonym():
    clause = Clause("宠物", (("宠物", 1.0), ("犬", 0.9)), (("装修", 0.4),))
    scores = make_scorer(FUSION).score(EngineQuery(whole=replace(said(), clauses=(clause,))))
    assert scores.words.tolist() == [[True, False, False, True]]
    assert scores.matched.tolist() == [1, 0, 0, 1]
    assert scores.duty[WALL] > 0  # its part still counts, though it is no match of the word


def test_a_part_of_a_word_counts_where_no_duty_has_the_word():
    clause = Clause("装修队", (("装修队", 1.0), ("施工队", 0.9)), (("装修", 0.4), ("津贴", 0.4)))
    scores = make_scorer(FUSION).score(EngineQuery(whole=replace(said(), clauses=(clause,))))
    assert scores.words.tolist() == [[False, True, True, False]]


def test_a_word_that_no_duty_has_is_had_by_none():
    scores = make_scorer(FUSION).score(EngineQuery(whole=said(words=["津贴", "没有", "养犬"])))
    assert scores.words.tolist() == [
        [False, False, True, False],
        [False, False, False, False],
        [True, False, False, True],
    ]
    assert scores.matched.tolist() == [1, 0, 1, 1]


def test_a_question_without_words_demands_none():
    scores = make_scorer(FUSION).score(EngineQuery())
    assert scores.words.shape == (0, len(NAMES))
    assert not scores.matched.any()
    assert not scores.total.any()


def test_a_boost_moves_up_what_was_found_and_finds_nothing():
    boosts = (Boost("township", "三台镇", 1.2), Boost("township", "没有乡", 5.0))
    scores = make_scorer(FUSION).score(EngineQuery(whole=said(words=["养犬"]), boosts=boosts))
    boosted = of_documents(scores) - scores.total
    assert boosted.tolist() == pytest.approx([0, 0, 0, 1.2])  # the allowance of 三台镇 wasn't found
    assert int(np.argmax(of_documents(scores))) == CAMPAIGN


def test_boosts_of_the_same_duty_add_up():
    boosts = (Boost("township", "庙尔沟乡", 1.0), Boost("township", "庙尔沟乡", 0.5))
    scores = make_scorer(FUSION).score(EngineQuery(whole=said(words=["养犬"]), boosts=boosts))
    assert (of_documents(scores) - scores.total).tolist() == pytest.approx([1.5, 0, 0, 0])


def test_what_is_pinned_comes_first_found_or_not():
    question = EngineQuery(
        whole=said("文明养犬管理工作", words=["养犬"], spoken=["狗", "咬"]),
        boosts=(Boost("township", "庙尔沟乡", 10.0),),
        pinned=frozenset({ALLOWANCE}),
    )
    scores = make_scorer(FUSION).score(question)
    total = of_documents(scores)
    assert total[ALLOWANCE] >= PINNED
    assert int(np.argmax(total)) == ALLOWANCE
    assert total[DOG] < PINNED


def test_meaning_counts_where_book_and_question_have_vectors():
    meant = said("把隔断敲掉了", vector=np.eye(4)[1])
    scores = make_scorer(FUSION, vectors=TURNED).score(EngineQuery(whole=meant))
    assert scores.meaning[WALL] == max(scores.meaning) > 0.5 * FUSION.meaning
    assert scores.meaning[CAMPAIGN] == 0  # nobody wrote a phrasing of it
    assert scores.duty.tolist() == scores.phrases.tolist() == [0.0] * 4
    assert not make_scorer(FUSION).score(EngineQuery(whole=meant)).meaning.any()
    assert not make_scorer(FUSION, vectors=TURNED).score(asked(spoken=["砸墙"])).meaning.any()


def test_the_meaning_of_pieces_has_its_share():
    whole, piece, other = (said(vector=np.eye(4)[number]) for number in (0, 1, 3))
    question = EngineQuery(whole=whole, pieces=(piece, other))
    alone = [
        make_scorer(FUSION, vectors=TURNED).score(EngineQuery(whole=one)).meaning
        for one in (whole, piece, other)
    ]
    for share in (0.0, 0.4, 1.0):
        scores = make_scorer(replace(FUSION, pieces=share), vectors=TURNED).score(question)
        of_pieces = scores.book.focus[0] * alone[1] + scores.book.focus[1] * alone[2]
        assert scores.meaning == pytest.approx((1 - share) * alone[0] + share * of_pieces, abs=1e-5)


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    words=st.lists(st.lists(st.sampled_from([*WORDS, "没有"]), max_size=3), min_size=1, max_size=4),
    spoken=st.lists(st.lists(st.sampled_from([*SPOKEN, "没有"]), max_size=3), min_size=1, max_size=4),
    share=st.floats(0, 1),
    text=st.text(alphabet="文明养犬管理装修砸墙，高龄", max_size=8),
)
def test_a_score_is_the_sum_of_its_parts_each_within_its_weight(seed, words, spoken, share, text):
    random = np.random.default_rng(seed)
    scorer = make_scorer(replace(FUSION, pieces=share), vectors=random.normal(size=(7, 4)).astype(np.float16))
    wordings = [
        said(text, words=clauses, spoken=terms, vector=random.normal(size=4))
        for clauses, terms in zip(words, spoken, strict=False)
    ]
    scores = scorer.score(
        EngineQuery(whole=wordings[0], pieces=tuple(wordings), boosts=(Boost("township", "三台镇", 1.0),))
    )
    for number in range(len(NAMES)):
        parts = scores.parts_of(number, LISTS[number])
        total = parts.duty + parts.phrases + parts.meaning + parts.boosts
        assert float(of_documents(scores)[number]) == pytest.approx(total, abs=1e-5)
        assert 0 <= parts.duty <= FUSION.duty + FUSION.name + 1e-5
        assert 0 <= parts.phrases <= FUSION.phrases + 1e-5
        assert 0 <= parts.meaning <= FUSION.meaning + 1e-5
        assert parts.boosts in (0.0, 1.0)
