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

_CHINESE = "〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖㊀-㊈㈠-㈨"
# Digits in circles, in brackets, with a stop, above and below the line: none is a digit to a pattern.
_CIRCLED = "①-⑨⓪⓿⓵-⓽❶-❾➀-➈➊-➒⑴-⑼⒈-⒐⁰¹²³⁴-⁹₀-₉🄀-🄊"
_CIRCLED_ONE = "①⓵❶➀➊⑴⒈¹₁🄂"
_CIRCLED_THREE_TO_NINE = "③-⑨⓷-⓽❸-❾➂-➈➌-➒⑶-⑼⒊-⒐³⁴-⁹₃-₉🄄-🄊"

# Asterisks hide digits already; the code points are what nobody sees: soft hyphens, joiners, keycaps.
_BETWEEN = (
    r"\s()（）\[\]【】.．﹒·•・‧∙⋅/／\\_＿+＋~～〜∼*＊#＃\-‐-―−－﹣ー─━转杠"
    r"\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufe0f\ufeff\u20e3"
)
_GAP = rf"[{_BETWEEN}]{{0,12}}"
# Also what parts the numbers of a list or a sum: only where there are as many digits as in one number.
_WIDE_GAP = rf"[{_BETWEEN},，、;；:：|｜'\"‘’“”`。!！?？…=＝&＆^＾<>＜＞《》{{}}和与及跟]{{0,4}}"
_X = r"[xXｘＸ×]"


def _identity_card(digit: str) -> re.Pattern[str]:
    return re.compile(_alone(digit, rf"{digit}(?:{_WIDE_GAP}{digit}){{16}}{_WIDE_GAP}(?:{digit}|{_X})"))


def _mobile(digit: str, one: str, three_to_nine: str, gap: str = _WIDE_GAP) -> re.Pattern[str]:
    country = rf"(?:[+＋]?(?:[0０]{{2}})?[8８][6６]{_GAP})?"
    return re.compile(_alone(digit, rf"{country}[{one}]{gap}[{three_to_nine}](?:{gap}{digit}){{9}}"))


def _alone(digit: str, number: str) -> str:
    """Return the pattern of a number that is no part of a longer one."""
    before = "".join(rf"(?<!{digit}[{_BETWEEN}]{{{gap}}})" for gap in range(4))
    return rf"{before}{number}(?!{_GAP}{digit})"


def _run(digit: str) -> re.Pattern[str]:
    # The bracket before an area code belongs to the number: (0994) 2345678. One around all of it stays.
    area_bracket = rf"(?:[(（](?={digit}{{3,4}}[)）]))?"
    return re.compile(rf"[+＋]?{area_bracket}{digit}(?:{_GAP}{digit}){{{FEWEST_DIGITS - 1},}}")


# Digits of all scripts, the full-width ones too, Chinese numerals, and digits in circles: first each kind by
# itself, for in 张三13800138000 the 三 belongs to the name. Those in circles are no part of a run of others:
# in ①12345②12380 they number what follows.
_NUMBERS = (
    (_identity_card(r"\d"), IDENTITY),
    (_identity_card(f"[{_CHINESE}]"), IDENTITY),
    (_identity_card(f"[{_CIRCLED}]"), IDENTITY),
    (_mobile(r"\d", "1１", "3-9３-９"), PHONE),
    (_mobile(f"[{_CHINESE}]", "一幺壹㊀㈠", "三四五六七八九叁肆伍陆柒捌玖㊂-㊈㈢-㈨"), PHONE),
    (_mobile(f"[{_CIRCLED}]", _CIRCLED_ONE, _CIRCLED_THREE_TO_NINE), PHONE),
    (_mobile(rf"[\d{_CIRCLED}]", f"1１{_CIRCLED_ONE}", f"3-9３-９{_CIRCLED_THREE_TO_NINE}", _GAP), PHONE),
)
_RUNS = (_run(r"\d"), _run(rf"[\d{_CHINESE}]"), _run(f"[{_CIRCLED}]"))
_ONE_DIGIT = re.compile(rf"[\d{_CHINESE}{_CIRCLED}]")

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

    That is every run of seven digits or more, in any script, in Chinese numerals and in circles, also with
    spaces, dots, strokes or brackets between them; eleven digits that begin as those of a mobile phone, and
    an identity card's 18 characters, also with commas, equals signs or 和 between them; and addresses of
    mail. Years, 12345 and amounts below seven digits stay, unless only such a mark parts them from more
    digits. Masking twice changes no more.
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
