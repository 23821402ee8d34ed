"""What may be a phone's, an identity card's or a mail's is hidden, and nothing else."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.masking import IDENTITY, MAIL, NUMBER, PHONE, masked

DIGITS = re.compile(r"\d")
NARROW_GAPS = (
    "",
    " ",
    "-",
    "－",
    ".",
    "·",
    "∙",
    " - ",
    "\u3000",
    "/",
    "\u200b",
    "—",
    "_",
    "~",
    "〜",
    "─",
    "杠",
)
WIDE_GAPS = (*NARROW_GAPS, ",", "，", "、", "；", "：", "=", "＝", "&", "和", "与", "”，“")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
CHINESE = str.maketrans("0123456789", "零幺二三四五六七八九")
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
PLAIN_WORDS = st.text(alphabet="的小区门口养狗没人管，。？、abc张先生电话是 ", max_size=20)


def written(number: str, gaps: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Return ways to write a number: in one, in groups, digit by digit, in other scripts."""

    def write(parts: list[str], script: dict[int, str]) -> str:
        return "".join(digit + gap for digit, gap in zip(number, [*parts, ""], strict=True)).translate(script)

    between = st.lists(st.sampled_from(gaps), min_size=len(number) - 1, max_size=len(number) - 1)
    return st.builds(write, between, st.sampled_from([{}, FULL_WIDTH, CHINESE, CIRCLED]))


def digits(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(alphabet="0123456789", min_size=least, max_size=most)


MOBILES = st.builds("1{}{}".format, st.sampled_from("3456789"), digits(9, 9))
IDENTITY_CARDS = st.builds("{}{}".format, digits(17, 17), st.sampled_from("0123456789Xx"))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("13800138000", PHONE),
        ("打13800138000找我", f"打{PHONE}找我"),
        ("打１３８００１３８０００找我", f"打{PHONE}找我"),
        ("138 0013 8000", PHONE),
        ("138，0013，8000", PHONE),
        ("+86 138-0013-8000", PHONE),
        ("0086-138-0013-8000", PHONE),
        ("(0994)2345678", PHONE),
        ("（0994） 2345678转801，没人接", f"{PHONE}，没人接"),
        ("张三13800138000", f"张三{PHONE}"),
        ("张三138，0013，8000", f"张三{PHONE}"),
        ("李四65010219900101123X", f"李四{IDENTITY}"),
        ("138零零一三8000", PHONE),
        ("座机 2345678", f"座机 {PHONE}"),
        ("（电话13800138000）", f"（电话{PHONE}）"),
        ("(13800138000)", f"({PHONE})"),
        ("幺三八零零幺三八零零零", PHONE),
        ("138****8000", PHONE),
        ("①③⑧⓪⓪①③⑧⓪⓪⓪", PHONE),
        ("打1③8⓪0①3⑧0⓪0找我", f"打{PHONE}找我"),
        ("❶❸❽⓿⓿❶❸❽⓿⓿⓿", PHONE),
        ("¹³⁸⁰⁰¹³⁸⁰⁰⁰", PHONE),
        ("座机②③④⑤⑥⑦⑧", f"座机{PHONE}"),
        ("⑥⑤⓪①⓪②①⑨⑨⓪⓪①⓪①①②③X", IDENTITY),
        ("㊀㊂㊇〇〇㊀㊂㊇〇〇〇", PHONE),
        ("138=0013=8000", PHONE),
        ("138和0013和8000", PHONE),
        ("138~0013~8000", PHONE),
        ("138·0013·8000", PHONE),
        ("1=3=8=0=0=1=3=8=0=0=0", PHONE),
        ("0994杠2345678", PHONE),
        ("650102=19900101=123X", IDENTITY),
        ("①13800138000②13900139000", f"①{PHONE}②{PHONE}"),
        ("13800138000、13900139000", f"{PHONE}、{PHONE}"),
        ("650102199001011234", IDENTITY),
        ("身份证65010219900101123X，张三", f"身份证{IDENTITY}，张三"),
        ("650102 19900101 123x", IDENTITY),
        ("650102,19900101,123X", IDENTITY),
        ("６５０１０２１９９００１０１１２３Ｘ", IDENTITY),
        ("650102900101123", IDENTITY),
        ("13800138000，65010219900101123X", f"{PHONE}，{IDENTITY}"),
        ("6222021234567890123", NUMBER),
        ("邮箱zhang.san@mail.example.cn，急", f"邮箱{MAIL}，急"),
        ("zhang＠example．com", MAIL),
        ("zhang (at) example.com", MAIL),
    ],
)
def test_hides(text: str, hidden: str) -> None:
    assert masked(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "",
        "养犬扰民找谁",
        "打了12345没有用",
        "12345、12380、12333都打过",
        "2024年到2025年的低保",
        "2023、2024、2025年的补贴",
        "欠工资120000元",
        "1,000,000元",
        "一一落实，二十四小时",
        "三年级、五年级、六年级",
        "@所有人",
        "第19项 配合",
        "12345和12380都打过",
        "①12345②12380③12333",
        "①2023年②2024年③2025年",
        "①35，②40，③50，④6元",
        "①养犬②噪音③垃圾④占道⑤违建⑥低保⑦医保",
        "配合19、配合20和基本3",
        "补助1000元和2000元",
        "宅基地200m²，3+4=7",
        "120000=12万",
        "2023年=2024年",
        "7月15日~8月20日",
        "新A12345",
    ],
)
def test_keeps(text: str) -> None:
    assert masked(text) == text


@given(before=PLAIN_WORDS, after=PLAIN_WORDS, number=MOBILES.flatmap(lambda n: written(n, WIDE_GAPS)))
def test_a_mobile_number_is_hidden_however_it_is_written(before: str, after: str, number: str) -> None:
    hidden = masked(f"{before}{number}{after}")
    assert PHONE in hidden
    assert not _numerals(hidden)


@given(number=IDENTITY_CARDS.flatmap(lambda n: written(n, WIDE_GAPS)), after=PLAIN_WORDS)
def test_an_identity_card_is_hidden_however_it_is_written(number: str, after: str) -> None:
    hidden = masked(f"证号{number}{after}")
    assert IDENTITY in hidden
    assert not _numerals(hidden)
    assert "X" not in hidden


@given(number=digits(7, 30).flatmap(lambda n: written(n, NARROW_GAPS)), before=PLAIN_WORDS)
def test_seven_digits_or_more_are_hidden_whatever_they_are(number: str, before: str) -> None:
    assert not _numerals(masked(before + number))


@given(st.text())
def test_no_seven_digits_in_a_row_are_left_of_any_text(text: str) -> None:
    hidden = masked(text)
    assert not re.search(r"\d{7}", hidden)
    assert not re.search(r"\d{7}", unicodedata.normalize("NFKC", masked(unicodedata.normalize("NFKC", text))))


@given(st.text(alphabet="0123456789X 　-,，。@a.（）张零幺〔〕", max_size=60))
def test_what_is_masked_stays_as_it_is(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(st.text(alphabet="abcxyz 的小区养狗，。", max_size=60))
def test_a_text_without_numerals_and_addresses_stays_as_it_is(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    "piece", ["1", "a", "1 ", "1,", "a@", "123 ", "1" + " " * 13, "(1", "x.a@b", "①", "1和", "1="]
)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    begin = time.process_time()
    masked(text)
    assert time.process_time() - begin < 2


def _numerals(text: str) -> str:
    return "".join(re.findall(r"[\d零幺二三四五六七八九⓪①-⑨]", text))
