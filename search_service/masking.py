"""Numbers that name a person, and addresses of mail, hidden wherever text is kept.

Own code because libraries that find phone numbers (phonenumbers, Presidio) look for valid ones: what is
mistyped, cut apart or written in Chinese numerals they leave, and here one number hidden too many costs less
than one too few. Names and addresses of houses can't be told from other words and stay, as docs/privacy.md
says.
"""

from __future__ import annotations

import re
from typing import Final

PHONE: Final = "〔电话〕"
IDENTITY: Final = "〔证件号〕"
MAIL: Final = "〔邮箱〕"
NUMBER: Final = "〔号码〕"
"""Digits as many as neither a phone nor an identity card has: a bank card's, those of two numbers."""

FEWEST_DIGITS: Final = 7
"""Digits of the shortest phone number; years, 12345 and most amounts have fewer."""

_CHINESE = "〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"

# Asterisks hide digits already; the code points are what nobody sees: soft hyphens, joiners, keycaps.
_BETWEEN = (
    r"\s()（）\[\]【】.．·•・‧/／\\_＿+＋~～*＊#＃\-‐-―−－ー转"
    r"\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufe0f\ufeff\u20e3"
)
_GAP = rf"[{_BETWEEN}]{{0,12}}"
# Also what parts the numbers of a list: only where there are as many digits as in one number.
_WIDE_GAP = rf"[{_BETWEEN},，、;；:：|｜'\"。!！?？]{{0,4}}"
_X = r"[xXｘＸ×]"


def _identity_card(digit: str) -> re.Pattern[str]:
    return re.compile(_alone(digit, rf"{digit}(?:{_WIDE_GAP}{digit}){{16}}{_WIDE_GAP}(?:{digit}|{_X})"))


def _mobile(digit: str, one: str, three_to_nine: str) -> re.Pattern[str]:
    country = rf"(?:[+＋]?(?:[0０]{{2}})?[8８][6６]{_GAP})?"
    return re.compile(
        _alone(digit, rf"{country}[{one}]{_WIDE_GAP}[{three_to_nine}](?:{_WIDE_GAP}{digit}){{9}}")
    )


def _alone(digit: str, number: str) -> str:
    """Return the pattern of a number that is no part of a longer one."""
    before = "".join(rf"(?<!{digit}[{_BETWEEN}]{{{gap}}})" for gap in range(4))
    return rf"{before}{number}(?!{_GAP}{digit})"


def _run(digit: str) -> re.Pattern[str]:
    # The bracket before an area code belongs to the number: (0994) 2345678. One around all of it stays.
    area_bracket = rf"(?:[(（](?={digit}{{3,4}}[)）]))?"
    return re.compile(rf"[+＋]?{area_bracket}{digit}(?:{_GAP}{digit}){{{FEWEST_DIGITS - 1},}}")


# Digits of all scripts, the full-width ones too, and Chinese numerals: first each kind by itself, for in
# 张三13800138000 the 三 belongs to the name.
_NUMBERS = (
    (_identity_card(r"\d"), IDENTITY),
    (_identity_card(f"[{_CHINESE}]"), IDENTITY),
    (_mobile(r"\d", "1１", "3-9３-９"), PHONE),
    (_mobile(f"[{_CHINESE}]", "一幺壹", "三四五六七八九叁肆伍陆柒捌玖"), PHONE),
)
_RUNS = (_run(r"\d"), _run(rf"[\d{_CHINESE}]"))
_ONE_DIGIT = re.compile(rf"[\d{_CHINESE}]")

_MAIL_LETTER = r"[A-Za-z0-9Ａ-Ｚａ-ｚ０-９._%+\-]"
_MAIL = re.compile(
    rf"(?<!{_MAIL_LETTER}){_MAIL_LETTER}+[ \u3000]?(?:[@＠]|[(（\[【]at[)）\]】])[ \u3000]?"
    r"[A-Za-z0-9Ａ-Ｚａ-ｚ０-９\-]+(?:[.．。][A-Za-z0-9Ａ-Ｚａ-ｚ０-９\-]+)+",
    re.IGNORECASE,
)

_PHONE_DIGITS = range(FEWEST_DIGITS, 15)
"""Up to 0086 and an area code before it."""

_IDENTITY_DIGITS = (15, 18)


def masked(text: str) -> str:
    """Return `text` with a label in place of whatever may be a phone's, an identity card's or a mail's.

    That is every run of seven digits or more, in any script and in Chinese numerals, also with spaces, dots,
    strokes or brackets between them; eleven digits that begin as those of a mobile phone, and an identity
    card's 18 characters, also with commas between them; and addresses of mail. Years, 12345 and amounts below
    seven digits stay, unless only such a mark parts them from more digits. Masking twice changes no more.
    """
    text = _MAIL.sub(MAIL, text)
    for pattern, label in _NUMBERS:
        text = pattern.sub(label, text)
    for pattern in _RUNS:
        text = pattern.sub(_label, text)
    return text


def _label(run: re.Match[str]) -> str:
    digits = len(_ONE_DIGIT.findall(run.group()))
    if digits in _IDENTITY_DIGITS:
        return IDENTITY
    return PHONE if digits in _PHONE_DIGITS else NUMBER
