"""What a spreadsheet shows for a value: numbers and dates as text, by the formats that exports use.

Covered are digits with leading zeros, decimals, thousands and per cent, and dates and times in figures. For
any other format the plain value is given.
"""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CHINESE_DATE_FORMATS = {
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}  # fmt: skip
"""Number → format: a Chinese Excel stores these by their numbers alone, which openpyxl doesn't know."""

# Two formats follow the system's language; this is what a Chinese one shows.
_BY_LANGUAGE = {"mm-dd-yy": "yyyy/m/d", "m/d/yy h:mm": "yyyy/m/d h:mm"}
_MARKS = re.compile(r"\[[^\]]*\]|_.|\*.")  # colours and languages, blanks as wide as a character, fillers
_NUMBER = re.compile(r"(?P<thousands>#,##)?(?P<digits>0+)(?:\.(?P<decimals>0+))?(?P<percent>%)?")
_DATE_PART = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<unit>y+|m+|d+|h+|s+)|(?P<half>am/pm|上午/下午)|(?P<other>.)',
    re.IGNORECASE | re.DOTALL,
)
_UNITS = frozenset({"yyyy", "yy", "mm", "m", "dd", "d", "hh", "h", "ss", "s"})
_DIGITS = 15
"""Digits of a number that a spreadsheet keeps."""
_NOON = 12


def shown_text(value: object, number_format: str) -> str:
    """Return the text of a cell's value under its number format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, _without_marks(number_format))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return _moment(value, _without_marks(_BY_LANGUAGE.get(number_format, number_format)))
    return str(value)


def _without_marks(number_format: str) -> str:
    """Return the first section of a format, without what only colours or aligns."""
    return _MARKS.sub("", number_format.split(";", maxsplit=1)[0])


def _number(value: float, number_format: str) -> str:
    match = _NUMBER.fullmatch(number_format)
    if match is None:
        return _plain(value)
    number = Decimal(_plain(value)) * (100 if match["percent"] else 1)
    try:
        rounded = number.quantize(Decimal(1).scaleb(-len(match["decimals"] or "")), ROUND_HALF_UP)
    except InvalidOperation:  # more digits than any real number has
        return _plain(value)
    text = f"{abs(rounded):,f}" if match["thousands"] else f"{abs(rounded):f}"
    whole, point, decimals = text.partition(".")
    sign = "-" if rounded < 0 else ""
    return f"{sign}{whole.zfill(len(match['digits']))}{point}{decimals}{match['percent'] or ''}"


def _plain(value: float) -> str:
    """Return a number in full, never with an exponent: an order number of 14 digits stays one."""
    return str(value) if isinstance(value, int) else f"{Decimal(format(value, f'.{_DIGITS}g')):f}"


def _moment(value: datetime.datetime | datetime.date | datetime.time, number_format: str) -> str:
    parts = list(_DATE_PART.finditer(number_format))
    units = [part["unit"].lower() for part in parts if part["unit"]]
    if not units or not _UNITS.issuperset(units):
        return str(value)
    moment = _with_day_and_time(value)
    halves = any(part["half"] for part in parts)
    texts = iter(
        [
            _unit(moment, "minute" if _is_minute(units, index) else unit[0], len(unit), halves=halves)
            for index, unit in enumerate(units)
        ]
    )
    half = "上午" if moment.hour < _NOON else "下午"
    return "".join(
        next(texts) if part["unit"] else half if part["half"] else part[part.lastgroup or 0] for part in parts
    )


def _with_day_and_time(value: datetime.datetime | datetime.date | datetime.time) -> datetime.datetime:
    if isinstance(value, datetime.datetime):
        return value
    if isinstance(value, datetime.time):
        return datetime.datetime.combine(datetime.date(1900, 1, 1), value)
    return datetime.datetime.combine(value, datetime.time())


def _is_minute(units: list[str], index: int) -> bool:
    """Return whether an m is minutes, not the month: behind the hours or before the seconds."""
    before, after = units[max(index - 1, 0)], units[min(index + 1, len(units) - 1)]
    return units[index][0] == "m" and (before[0] == "h" or after[0] == "s")


def _unit(moment: datetime.datetime, unit: str, width: int, *, halves: bool) -> str:
    numbers = {
        "y": moment.year if width > len("yy") else moment.year % 100,
        "m": moment.month,
        "d": moment.day,
        "h": (moment.hour - 1) % _NOON + 1 if halves else moment.hour,
        "minute": moment.minute,
        "s": moment.second,
    }
    return str(numbers[unit]).zfill(width)
