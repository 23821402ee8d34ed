"""The departments' own view of the five real lists.

1. Every department is there once, most duties first; its numbers equal a straight count over the records.
2. Its full names are exactly those that the lists use.
3. Under place filters only the departments of these places are there, with the numbers of these places;
   a short place name works, an unknown one is an error that names the allowed ones.
4. Two townships of one name are two townships.
5. A department is found by its canonical name, by every full name and by the short forms people type; written
   with spaces, in traditional characters or in full width as well.
6. An everyday name that several departments share is nobody's, unless the place tells which one is meant.
7. A name that is nobody's gives None and up to 5 near names; no text at all makes an error (property test).
8. A department has all its duties and no others, each with exactly the superior steps that bind it.
9. Grouped by township, the duties stand in the order of the list, under the name that list uses.
10. Grouped by list, category and duty, every duty is there once, a shared one with all its townships, and
    cooperative and reclaimed duties are never mixed.
11. Filters leave what they say; the numbers count what is left; a filter that leaves nothing gives zeros.
12. The whole of a department comes, however many duties it has.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.duty import ListType
from indexer.facets import UnknownFacetValueError
from indexer.index.build import build_index, stamp_of
from search_service import Search
from search_service.core.departments import Departments

DEPARTMENTS = 54
LED = {ListType.COOPERATIVE: "cooperative", ListType.RECLAIMED: "reclaimed"}


@pytest.fixture(scope="module")
def departments(search):
    return search.departments()


def names_in(duty, canonical):
    return [one.name for one in duty.departments if one.canonical == canonical]


def of(duties, canonical, **place):
    """Return the duties that name a department, by a look at each record."""
    return [
        duty
        for duty in duties
        if names_in(duty, canonical) and all(getattr(duty, facet) == value for facet, value in place.items())
    ]


def straight_numbers(duties):
    found = {}
    for canonical in {one.canonical for duty in duties for one in duty.departments}:
        own = of(duties, canonical)
        found[canonical] = (
            sum(duty.list_type is ListType.COOPERATIVE for duty in own),
            sum(duty.list_type is ListType.RECLAIMED for duty in own),
            len({duty.list_id for duty in own}),
        )
    return found


def numbers(summary):
    return summary.cooperative, summary.reclaimed, summary.townships


def test_the_numbers_equal_a_straight_count(departments, duties):
    found = departments.all()
    assert len(found) == DEPARTMENTS
    assert {one.canonical: numbers(one) for one in found} == straight_numbers(duties)
    counts = [one.duties for one in found]
    assert counts == sorted(counts, reverse=True)
    assert counts == [one.cooperative + one.reclaimed for one in found]


def test_the_full_names_are_those_of_the_lists(departments, duties):
    for one in departments.all():
        own = {name for duty in duties for name in names_in(duty, one.canonical)}
        assert set(one.names) == own
        assert len(one.names) == len(own)
    police = next(one for one in departments.all() if one.canonical == "公安局")
    assert police.names[:2] == ("昌吉市公安局", "奇台县公安局")


@pytest.mark.parametrize(
    ("filters", "place"),
    [
        ({"county": ("奇台县",)}, {"county": "奇台县"}),
        ({"county": ("奇台",)}, {"county": "奇台县"}),
        ({"township": ("甘沟乡",)}, {"township": "甘沟乡"}),
        ({"prefecture": ("昌吉回族自治州",)}, {"prefecture": "昌吉回族自治州"}),
    ],
)
def test_place_filters_count_these_places_alone(departments, duties, filters, place):
    there = [duty for duty in duties if all(getattr(duty, facet) == value for facet, value in place.items())]
    found = departments.all(filters)
    assert {one.canonical: numbers(one) for one in found} == straight_numbers(there)
    assert 0 < len(found) < DEPARTMENTS


def test_places_are_or_within_and_and_between_facets(departments, duties):
    two = {one.canonical: numbers(one) for one in departments.all({"county": ("奇台县", "昌吉市")})}
    assert two == straight_numbers([duty for duty in duties if duty.county in ("奇台县", "昌吉市")])
    assert departments.all({"county": ("奇台县",), "township": ("甘沟乡",)}) == ()


def test_an_unknown_place_names_the_allowed_ones(departments):
    with pytest.raises(UnknownFacetValueError, match="庙尔沟乡"):
        departments.all({"township": ("没有乡",)})
    with pytest.raises(UnknownFacetValueError, match="奇台县"):
        departments.find("公安局", {"county": ("没有县",)})


def test_two_townships_of_one_name_are_two(lists, data, tuning, tmp_path):
    twins = [lists["qitai-kanerzi"], lists["jimsar-santai"]]
    renamed = [
        replace(
            one,
            place=replace(one.place, township="城关镇"),
            duties=tuple(replace(duty, township="城关镇") for duty in one.duties),
        )
        for one in twins
    ]
    build_index(renamed, tuning, stamp_of(data / "lists", tuning), tmp_path / "index")
    departments = Search.open(tmp_path / "index").departments()
    police = next(one for one in departments.all({"township": ("城关镇",)}) if one.canonical == "公安局")
    assert police.townships == len(departments.find("公安局").by_township) == 2


def test_every_canonical_and_every_full_name_is_found(departments):
    for one in departments.all():
        for name in (one.canonical, *one.names):
            assert departments.find(name).canonical == one.canonical


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("公安", "公安局"),
        ("市公安局", "公安局"),
        ("县公安局", "公安局"),
        ("奇台公安局", "公安局"),
        ("奇台县 公安局", "公安局"),
        ("縣公安局", "公安局"),
        (" 公安局 ", "公安局"),
        ("人社局", "人力资源和社会保障局"),
        ("住建局", "住房和城乡建设局"),
        ("发改委", "发展和改革委员会"),
        ("卫健委", "卫生健康委员会"),
        ("环保局", "生态环境局"),
        ("县委组织部", "组织部"),
        ("木垒残联", "残联"),
        ("国家统计局奇台调查队", "调查队"),
    ],
)
def test_short_forms_are_found(departments, name, canonical):
    assert departments.find(name).canonical == canonical


@pytest.mark.parametrize(
    ("name", "filters", "canonical"),
    [
        ("工信局", {"county": ("奇台",)}, "商务科技和工业信息化局"),
        ("工信局", {"county": ("昌吉市",)}, "商务和工业信息化局"),
        ("木垒工信局", {}, "商务科技和工业信息化局"),
        ("城管", {"township": ("甘沟乡",)}, "城市管理行政执法局"),
        ("住建局", {"county": ("乌鲁木齐县",)}, "建设局"),
        ("乌鲁木齐县住建局", {}, "建设局"),
        ("市公安局", {"county": ("奇台县",)}, "公安局"),
    ],
)
def test_the_place_tells_which_department_is_meant(departments, name, filters, canonical):
    assert departments.find(name, filters).canonical == canonical


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("工信局", ["商务和工业信息化局", "商务科技和工业信息化局"]),
        ("城管", ["城市管理局", "城市管理行政执法局"]),
        ("社保局", ["人力资源和社会保障局", "社会保险分中心"]),
        ("民政", ["民政局"]),
        ("奇台县民政", ["民政局"]),
        ("市公安局/刑侦大队", ["公安局"]),
        ("呼图壁县公安局", ["公安局"]),
        ("应急管理", ["应急管理局"]),
    ],
)
def test_a_doubtful_or_unknown_name_has_near_ones(departments, name, near):
    assert departments.find(name) is None
    assert departments.near(name)[: len(near)] == near


@pytest.mark.parametrize("name", ["", "  ", "\x00\x07", "12345", "没有这个", "★"])
def test_what_is_like_nothing_has_no_near_ones(departments, name):
    assert departments.find(name) is None
    assert departments.near(name) == []


@settings(max_examples=150, deadline=None)
@given(name=st.text(max_size=60) | st.text("市县局公安管理委员会昌吉奇台/ 　", max_size=500))
def test_no_name_makes_an_error(search, name):
    departments = search.departments()
    canonical = {one.canonical for one in departments.all()}
    found = departments.find(name)
    assert found is None or found.canonical in canonical
    near = departments.near(name)
    assert set(near) <= canonical
    assert len(near) == len(set(near)) <= 5


@pytest.mark.parametrize("canonical", ["公安局", "农业农村局", "卫生健康委员会", "城市管理局", "调查队"])
def test_a_department_has_all_its_duties_with_the_steps_that_bind_it(departments, duties, canonical):
    found = departments.find(canonical)
    own = of(duties, canonical)
    assert numbers(found) == straight_numbers(duties)[canonical]
    by_township = [one for part in found.by_township for one in part.duties]
    assert [one.duty for one in by_township] == own  # the fixture's order is that of the lists
    for one in by_township:
        assert [one.name] == names_in(one.duty, canonical)
        assert list(one.steps) == [step for step in one.duty.superior_steps if canonical in step.departments]


def test_the_dogs_are_the_polices_by_their_first_step(departments):
    police = departments.find("昌吉市公安局", {"township": ("庙尔沟",)})
    (township,) = police.by_township
    assert township.names == ("昌吉市公安局",)
    dogs = next(one for one in township.duties if one.duty.name == "文明养犬管理工作")
    assert [step.number for step in dogs.steps] == [1]
    assert "伤人" in dogs.steps[0].text


def test_each_township_has_its_own_list_and_name(departments, lists, duties):
    parts = departments.find("人社局").by_township
    assert [part.info.id for part in parts] == list(lists)
    for part in parts:
        own = of(duties, "人力资源和社会保障局", township=part.info.place.township)
        assert (part.cooperative, part.reclaimed) == (
            sum(duty.list_type is ListType.COOPERATIVE for duty in own),
            sum(duty.list_type is ListType.RECLAIMED for duty in own),
        )
    assert parts[-1].names == ("乌鲁木齐县人社局", "乌鲁木齐县人力资源和社会保障局")


@pytest.mark.parametrize("canonical", ["公安局", "水利局", "自然资源局"])
def test_by_list_and_category_every_duty_is_there_once(departments, duties, canonical):
    found = departments.find(canonical)
    assert [part.list_type for part in found.by_list] == list(LED)
    for part in found.by_list:
        shared = [one for category in part.categories for one in category.shared]
        shown = [one.duty.id for group in shared for one in group.duties]
        own = [duty.id for duty in of(duties, canonical) if duty.list_type is part.list_type]
        assert sorted(shown) == sorted(own)
        assert part.duties == len(own)
        for category in part.categories:
            assert {one.first.duty.category for one in category.shared} == {category.category}
        for group in shared:
            assert len({one.duty.list_id for one in group.duties}) == len(group.duties)


def test_a_shared_duty_is_one_row_with_its_townships(departments):
    cooperative = departments.find("公安局").by_list[0]
    safety = next(one for one in cooperative.categories if one.category == "平安法治")
    dogs = next(one for one in safety.shared if one.first.duty.name == "文明养犬管理工作")
    townships = ["庙尔沟乡", "坎尔孜乡", "大南沟乌孜别克族乡", "三台镇"]
    assert [one.duty.township for one in dogs.duties] == townships
    assert all(one.steps for one in dogs.duties)


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        ({"county": ("奇台",)}, lambda duty: duty.county == "奇台县"),
        ({"township": ("三台", "甘沟乡")}, lambda duty: duty.township in ("三台镇", "甘沟乡")),
        ({"list_type": ("收回",)}, lambda duty: duty.list_type is ListType.RECLAIMED),
        ({"category": ("自然资源",)}, lambda duty: duty.category == "自然资源"),
        (
            {"list_type": ("cooperative",), "category": ("乡村振兴",), "county": ("昌吉市",)},
            lambda duty: (
                (duty.list_type.value, duty.category, duty.county) == ("cooperative", "乡村振兴", "昌吉市")
            ),
        ),
    ],
)
def test_filters_leave_what_they_say(departments, duties, filters, passes):
    found = departments.find("水利局", filters)
    own = [duty for duty in of(duties, "水利局") if passes(duty)]
    assert own
    assert numbers(found) == straight_numbers(own)["水利局"]
    assert [one.duty for part in found.by_township for one in part.duties] == own
    assert sum(part.duties for part in found.by_list) == len(own)


def test_filters_that_leave_nothing_give_zeros(departments):
    for filters in ({"list_type": ("基本",)}, {"county": ("乌鲁木齐县",)}):
        found = departments.find("水利局", filters)
        assert numbers(found) == (0, 0, 0)
        assert (found.by_township, found.by_list) == ((), ())
        assert "奇台县水利局" in found.names


def test_a_large_department_comes_whole(departments, duties):
    largest = departments.all()[0]
    found = departments.find(largest.canonical)
    assert sum(len(part.duties) for part in found.by_township) == len(of(duties, largest.canonical)) > 90


def test_the_view_is_kept_for_its_generation(search):
    assert isinstance(search.departments(), Departments)
    assert search.departments() is search.departments()
