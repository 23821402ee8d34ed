"""Filters that a caller can narrow but not leave.

1. What isn't asked for gets the fixed values, what is asked for within them stays as it was asked, resolved.
2. Places lie in each other: those above and below a fixed one are within, its neighbours are outside.
3. Of several values one outside is enough to be refused; the refusal names it and what is fixed.
4. Values that the index doesn't have narrow nothing away from the others; if none is left, everything is outside.
5. Places of the same name in other counties stay apart.
"""

from dataclasses import replace

import pytest

from indexer.facets import UnknownFacetValueError
from indexer.index.build import build_index, stamp_of
from search_service.core.fixed_filters import OutsideError, within
from search_service.core.live_index import LiveIndex

PREFECTURE = "昌吉回族自治州"


@pytest.fixture
def generation(search):
    return search.index.generation


@pytest.mark.parametrize(
    ("fixed", "asked", "expected"),
    [
        ({}, {}, {}),
        ({}, {"township": ("庙尔沟",)}, {"township": ("庙尔沟乡",)}),
        ({"county": ("昌吉市",)}, {}, {"county": ("昌吉市",)}),
        ({"county": ("昌吉市",)}, {"township": ()}, {"county": ("昌吉市",)}),
        (
            {"county": ("昌吉市",)},
            {"township": ("庙尔沟乡",)},
            {"county": ("昌吉市",), "township": ("庙尔沟乡",)},
        ),
        (
            {"township": ("庙尔沟乡", "三台镇")},
            {"county": ("昌吉",), "prefecture": (PREFECTURE,)},
            None,
        ),
        ({"township": ("庙尔沟乡", "三台镇")}, {"township": ("三台",)}, {"township": ("三台镇",)}),
        ({"list_type": ("basic", "reclaimed")}, {"list_type": ("基本",)}, {"list_type": ("basic",)}),
        (
            {"list_type": ("basic",)},
            {"category": ("平安法治",), "department": ("昌吉市公安局",)},
            {"list_type": ("basic",), "category": ("平安法治",), "department": ("公安局",)},
        ),
        ({"township": ("撤并乡", "三台镇")}, {}, {"township": ("三台镇",)}),
    ],
)
def test_what_is_within(generation, fixed, asked, expected):
    if expected is None:  # 昌吉 alone is a city in one list and a prefecture in the others: no county
        with pytest.raises(UnknownFacetValueError):
            within(fixed, asked, generation)
    else:
        assert within(fixed, asked, generation) == expected


@pytest.mark.parametrize(
    ("fixed", "asked", "outside"),
    [
        ({"county": ("昌吉市",)}, {"township": ("三台镇",)}, "township=三台镇"),
        ({"county": ("昌吉市",)}, {"county": ("昌吉市", "奇台县")}, "county=奇台县"),
        ({"township": ("庙尔沟乡",)}, {"county": ("奇台县",)}, "county=奇台县"),
        ({"list_type": ("basic",)}, {"list_type": ("配合",)}, "list_type=cooperative"),
        ({"category": ("平安法治",)}, {"category": ("城乡建设",)}, "category=城乡建设"),
        ({"township": ("撤并乡",)}, {}, "the index in use"),
        ({"county": ("昌吉市",), "township": ("三台镇",)}, {"township": ("三台镇",)}, "township=三台镇"),
    ],
)
def test_what_is_outside(generation, fixed, asked, outside):
    with pytest.raises(OutsideError) as caught:
        within(fixed, asked, generation)
    assert str(caught.value).startswith(f"{outside} is outside of what this API key is for (")
    for facet, values in fixed.items():
        assert f"{facet}={','.join(values)}" in str(caught.value)


def test_an_unknown_value_is_unknown(generation):
    with pytest.raises(UnknownFacetValueError):
        within({"county": ("昌吉市",)}, {"township": ("没有乡",)}, generation)


def test_places_of_the_same_name_stay_apart(data, lists, tuning, tmp_path):
    model = lists["changji-miaoergou"]
    made = []
    for number, county in enumerate(("甲县", "乙县")):
        place = {"county": county, "township": "城关镇"}
        [duty] = [duty for duty in model.duties if duty.name == "文明养犬管理工作"]
        new = replace(duty, id=f"t{number}-cooperative-19", list_id=f"t{number}", **place)
        originals = {new.id: model.originals[duty.id]}
        of_list = {"place": replace(model.place, **place), "duties": (new,), "originals": originals}
        made.append(replace(model, id=f"t{number}", **of_list))
    build_index(made, tuning, stamp_of(data / "lists", tuning), tmp_path)
    generation = LiveIndex(tmp_path).generation
    narrowed = within({"county": ("甲县",)}, {"township": ("城关镇",)}, generation)
    assert narrowed == {"county": ("甲县",), "township": ("城关镇",)}
    with pytest.raises(OutsideError):
        within({"county": ("甲县",)}, {"county": ("乙县",)}, generation)
