"""What a spreadsheet shows for a value.

1. Numbers by their format: leading zeros, decimals, thousands, per cent; in full otherwise.
2. Dates and times in figures, minutes told from months; Chinese formats; others as they are stored.
"""

from datetime import date, datetime, time, timedelta

import pytest

from search_service.triage.shown_text import CHINESE_DATE_FORMATS, shown_text

MOMENT = datetime(2025, 7, 1, 15, 4, 9)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (None, "General", ""),
        ("文字", "General", "文字"),
        (True, "General", "TRUE"),
        (7, "General", "7"),
        (7.0, "General", "7"),
        (0.1 + 0.2, "General", "0.3"),
        (13912345678, "General", "13912345678"),
        (2.025070100012e13, "General", "20250701000120"),
        (6.52301199001011e17, "0", "652301199001011000"),
        (1e-7, "General", "0.0000001"),
        (42, "00000", "00042"),
        (-42, "00000", "-00042"),
        (2.5, "0", "3"),
        (0.125, "0.00", "0.13"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (1234567, "#,##0_);[Red](#,##0)", "1,234,567"),
        (0.256, "0%", "26%"),
        (0.2564, "0.00%", "25.64%"),
        (3, "0_ ", "3"),
        (3.5, "# ?/?", "3.5"),
        (10**40, "0.00", str(10**40)),
    ],
)
def test_numbers(value, number_format, text):
    assert shown_text(value, number_format) == text


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (MOMENT, "yyyy-mm-dd hh:mm:ss", "2025-07-01 15:04:09"),
        (MOMENT, "yyyy/m/d h:mm", "2025/7/1 15:04"),
        (MOMENT, "yyyy\\-mm\\-dd;@", "2025-07-01"),
        (MOMENT, "[$-804]yyyy年m月d日;@", "2025年7月1日"),
        (MOMENT, CHINESE_DATE_FORMATS[31], "2025年7月1日"),
        (MOMENT, CHINESE_DATE_FORMATS[34], "下午3时04分"),
        (MOMENT, "mm:ss", "04:09"),
        (MOMENT, "mm-dd-yy", "2025/7/1"),
        (MOMENT, "m/d/yy h:mm", "2025/7/1 15:04"),
        (MOMENT, "d-mmm-yy", "2025-07-01 15:04:09"),
        (MOMENT, "General", "2025-07-01 15:04:09"),
        (datetime(2025, 7, 1, 0, 4), "AM/PM h:mm", "上午 12:04"),
        (date(2025, 12, 31), "yyyy-mm-dd", "2025-12-31"),
        (time(8, 5), "h:mm", "8:05"),
        (time(8, 5), "General", "08:05:00"),
        (timedelta(hours=26, minutes=3), "[h]:mm:ss", "1 day, 2:03:00"),
    ],
)
def test_dates_and_times(value, number_format, text):
    assert shown_text(value, number_format) == text
