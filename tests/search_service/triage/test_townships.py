"""What a township cell means.

1. Full and short names, with or without the places above them and with a part behind, are one township.
2. A county or a prefecture alone narrows to it; an empty cell and words for "unknown" name nothing.
3. A township without a list, or of another county, or several at once, is an error that names it.
4. Townships of one name are told apart by their counties.
"""

from dataclasses import replace

import pytest

from search_service.core.places import PlaceNames
from search_service.triage.townships import TownshipNames, UnknownTownshipError


@pytest.mark.parametrize(
    ("text", "township"),
    [
        ("庙尔沟乡", "庙尔沟乡"),
        ("庙尔沟", "庙尔沟乡"),
        ("昌吉市庙尔沟乡", "庙尔沟乡"),
        (" 昌吉市 / 庙尔沟乡 ", "庙尔沟乡"),
        ("新疆维吾尔自治区昌吉回族自治州昌吉市庙尔沟乡", "庙尔沟乡"),
        ("新疆昌吉州昌吉市-庙尔沟", "庙尔沟乡"),
        ("庙爾溝鄉", "庙尔沟乡"),
        ("庙尔沟乡人民政府", "庙尔沟乡"),
        ("庙尔沟乡和谐一村", "庙尔沟乡"),
        ("大南沟", "大南沟乌孜别克族乡"),
        ("木垒县大南沟乡", "大南沟乌孜别克族乡"),
        ("乌鲁木齐市乌鲁木齐县甘沟乡", "甘沟乡"),
        ("乌鲁木齐甘沟乡", "甘沟乡"),
        ("吉木萨尔三台镇", "三台镇"),
    ],
)
def test_names_of_a_township(townships, text, township):
    assert townships.places(text) == {"township": (township,)}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("昌吉市", {"county": ("昌吉市",)}),
        ("昌吉州奇台县", {"county": ("奇台县",)}),
        ("昌吉回族自治州", {"prefecture": ("昌吉回族自治州",)}),
        ("", {}),
        ("  ", {}),
        ("/", {}),
        ("—", {}),
        ("不详", {}),
    ],
)
def test_wider_places_and_none(townships, text, places):
    assert townships.places(text) == places


@pytest.mark.parametrize(
    "text",
    [
        "北庭镇", "昌吉市北庭镇", "奇台县庙尔沟乡", "阜康市三台镇", "三台子街道", "三台乡", "甘沟村", "大庙尔沟乡",
        "新疆", "某乡", "街道", "乡", "12345",
    ],
)  # fmt: skip
def test_places_without_a_list(townships, text):
    for _ in range(2):  # known ones are remembered, unknown ones as well
        with pytest.raises(UnknownTownshipError, match=f"没有“{text}”的清单"):
            townships.places(text)


@pytest.mark.parametrize("text", ["庙尔沟乡、甘沟乡", "昌吉市或奇台县"])
def test_several_places(townships, text):
    with pytest.raises(UnknownTownshipError, match=f"“{text}”不止一个地方"):
        townships.places(text)


def test_townships_of_one_name(live):
    lists = live.generation.engine.lists
    first = lists[0]
    twin = replace(first, id="twin", place=replace(first.place, county="奇台县"))
    names = TownshipNames(PlaceNames([*lists, twin]), [*lists, twin])
    assert names.places("庙尔沟乡") == {"township": ("庙尔沟乡",)}
    assert names.places("奇台县庙尔沟乡") == {"township": ("庙尔沟乡",), "county": ("奇台县",)}
    assert names.known.count("庙尔沟乡") == 1
