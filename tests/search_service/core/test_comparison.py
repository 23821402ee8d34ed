"""Townships compared, on the five real lists and on small ones made for it.

1. Rows, cells and numbers are those of a straight count over all records, for every category.
2. A duty that townships sort under different categories is one row in each of these, and the cell says so.
3. Townships differ in a row by a gap, by the list and by the leading departments, whose spelling doesn't count; one
   township alone differs from nothing.
4. Counties and townships choose the columns in every form that a filter takes; a list type keeps whole rows; the
   numbers count all rows also where only those that differ are wanted.
5. Townships of the same name are columns of their own.
6. Of too many townships the first are compared, and the others counted.
7. Without a category it is the one with the most duties; the categories come with their numbers of duties.
8. A category or place that no duty has is an error that names it; places that exclude each other give nothing.
"""

from collections import Counter
from dataclasses import replace

import pytest

from indexer.duty import Department, ListType
from indexer.facets import UnknownFacetValueError
from indexer.index.build import build_index, stamp_of
from search_service.core.comparison import (
    MOST_TOWNSHIPS,
    Cell,
    ComparisonRequest,
    Difference,
    Row,
    categories,
    compare,
)
from search_service.core.search import Search

LIST_TYPES = list(ListType)
DOGS, CHILDREN = "文明养犬管理工作", "开展预防未成年人犯罪教育，做好未成年人保护工作"
SAME_COUNTY_NAME = ("甲州", "乙州")


@pytest.fixture(scope="module")
def generation(search):
    return search.index.generation


@pytest.fixture(scope="module")
def groups(generation, duties):
    """Return the duties of each group, in list order."""
    found = {}
    for duty in duties:
        members = {duty.id, *(other.id for other in generation.engine.same_duties(duty.id))}
        found.setdefault(frozenset(members), []).append(duty)
    return list(found.values())


@pytest.fixture(scope="module")
def small(data, lists, tuning, tmp_path_factory):
    """Return a generation of 15 townships with two duties; in some of them one is missing or otherwise."""
    model = lists["changji-miaoergou"]
    kept = [duty for duty in model.duties if duty.name in (DOGS, CHILDREN)]
    assert len(kept) == 2

    def township(number, prefecture, county, name, change=lambda duty: duty):
        place = {"prefecture": prefecture, "county": county, "township": name}
        made, originals = [], {}
        for duty in kept:
            key = f"t{number}-{duty.list_type}-{duty.number}"
            changed = change(replace(duty, id=key, list_id=f"t{number}", **place))
            if changed:
                made.append(changed)
                originals[key] = model.originals[duty.id]
        return replace(
            model,
            id=f"t{number}",
            place=replace(model.place, **place),
            duties=tuple(made),
            originals=originals,
        )

    def dogs_under(category):
        return lambda duty: replace(duty, category=category) if duty.name == DOGS else duty

    def by_another_body(duty):
        return replace(duty, departments=(Department("戊县民政局", "民政局"),)) if duty.name == DOGS else duty

    changes = {
        2: lambda duty: duty if duty.name == DOGS else None,
        3: dogs_under("民生服务"),
        4: by_another_body,
    }
    made = [
        township(0, "甲州", "甲县", "城关镇"),
        township(1, "甲州", "乙县", "城关镇"),
        *(
            township(number, "甲州", "丙县", f"第{name}乡", changes.get(number, lambda duty: duty))
            for number, name in enumerate("三四五六七八九十子丑", 2)
        ),
        township(12, "甲州", "丙县", "城关镇", dogs_under("安全稳定")),
        *(township(number, one, "新区", "河口镇") for number, one in enumerate(SAME_COUNTY_NAME, 13)),
    ]
    folder = tmp_path_factory.mktemp("small")
    build_index(made, tuning, stamp_of(data / "lists", tuning), folder)
    return Search.open(folder).index.generation


def straight_rows(duties, groups, category, list_ids):
    """Return what a comparison of these lists must hold: (name, ids of each cell), rows in list order."""
    group_of = {duty.id: number for number, group in enumerate(groups) for duty in group}
    rows = {}
    for duty in duties:
        if duty.list_id in list_ids:
            rows.setdefault(group_of[duty.id], []).append(duty)
    return [
        (members[0].name, [[duty.id for duty in members if duty.list_id == one] for one in list_ids])
        for members in rows.values()
        if any(duty.category == category for duty in members)
    ]


def shown_rows(comparison):
    return [(row.name, [[duty.id for duty in cell.duties] for cell in row.cells]) for row in comparison.rows]


def all_categories(duties):
    return list(dict.fromkeys(duty.category for duty in duties))


def test_every_category_is_what_the_records_say(generation, duties, groups, lists):
    for category in all_categories(duties):
        found = compare(ComparisonRequest(category), generation)
        expected = straight_rows(duties, groups, category, list(lists))
        assert [info.id for info in found.townships] == list(lists)
        assert shown_rows(found) == expected != []
        assert found.category == category
        assert found.total == len(expected)
        assert found.gaps == sum(cells.count([]) for _, cells in expected)
        assert found.left_out == 0


def test_every_duty_of_the_category_is_in_the_comparison(generation, duties):
    found = compare(ComparisonRequest("平安法治"), generation)
    shown = [duty.id for row in found.rows for cell in row.cells for duty in cell.duties]
    assert len(shown) == len(set(shown))
    assert {duty.id for duty in duties if duty.category == "平安法治"} <= set(shown)


def test_differences_are_what_the_records_say(generation, duties, groups, lists):
    by_id = {duty.id: duty for duty in duties}
    for category in all_categories(duties):
        found = compare(ComparisonRequest(category), generation)
        expected = 0
        for _, cells in straight_rows(duties, groups, category, list(lists)):
            kinds = {
                (duty.list_type, frozenset(body.canonical for body in duty.departments))
                for duty in (by_id[duty_id] for cell in cells for duty_id in cell)
            }
            expected += len(kinds) > 1
        assert found.differing == expected == sum(row.differs for row in found.rows)


def test_rows_are_in_list_order(generation, duties):
    position = {duty.id: number for number, duty in enumerate(duties)}
    found = compare(ComparisonRequest("民生服务"), generation)
    firsts = [next(duty for cell in row.cells for duty in cell.duties) for row in found.rows]
    assert [position[duty.id] for duty in firsts] == sorted(position[duty.id] for duty in firsts)


def test_a_duty_under_another_category_is_in_the_row(generation, duties):
    found = compare(ComparisonRequest("民生服务"), generation)
    elsewhere = [cell for row in found.rows for cell in row.cells if cell.other_categories]
    assert elsewhere
    for cell in elsewhere:
        assert cell.other_categories == tuple({duty.category: None for duty in cell.duties})
        assert "民生服务" not in cell.other_categories
        for other in cell.other_categories:
            there = compare(ComparisonRequest(other), generation)
            assert any(cell.duties[0] in one.duties for row in there.rows for one in row.cells)


def test_one_township_sorts_a_duty_otherwise(small):
    rows = {
        category: next(row for row in compare(ComparisonRequest(category), small).rows if row.name == DOGS)
        for category in ("平安法治", "民生服务")
    }
    assert [number for number, cell in enumerate(rows["平安法治"].cells) if cell.other_categories] == [3]
    assert rows["平安法治"].cells[3].other_categories == ("民生服务",)
    assert [number for number, cell in enumerate(rows["民生服务"].cells) if not cell.other_categories] == [3]
    without = compare(ComparisonRequest("民生服务", townships=("第三乡", "第五乡")), small)
    assert without.rows == ()  # none of these has it there


def test_kinds_of_differences(duties):
    by_id = {duty.id: duty for duty in duties}
    here, there = by_id["qitai-kanerzi-cooperative-19"], by_id["mulei-dananggou-cooperative-19"]
    more = by_id["changji-miaoergou-cooperative-19"]
    basic = by_id["changji-miaoergou-basic-33"]
    reclaimed = replace(here, list_type=ListType.RECLAIMED)

    def differences(*cells):
        return Row("", tuple(Cell(cell, "平安法治") for cell in cells)).differences

    assert here.departments != there.departments  # 奇台县公安局, 木垒县公安局
    assert differences((here,), (there,)) == ()
    assert differences((here,)) == ()
    assert differences((basic,), (basic,)) == ()
    assert differences((here,), ()) == (Difference.GAP,)
    assert differences((here,), (more,)) == (Difference.DEPARTMENTS,)
    assert differences((here,), (basic,)) == (Difference.LIST_TYPE,)
    assert differences((here,), (reclaimed,)) == (Difference.LIST_TYPE,)
    assert differences((more,), (reclaimed,), ()) == tuple(Difference)
    assert not Row("", (Cell((here,), ""), Cell((there,), ""))).differs
    assert Cell((), "").is_gap


def test_only_what_differs_with_the_numbers_of_all(generation):
    everything = compare(ComparisonRequest("平安法治"), generation)
    differing = compare(ComparisonRequest("平安法治", only_differing=True), generation)
    assert 0 < everything.differing < everything.total == len(everything.rows)
    assert differing.rows == tuple(row for row in everything.rows if row.differs)
    assert replace(differing, rows=everything.rows) == everything


@pytest.mark.parametrize(
    ("counties", "townships", "expected"),
    [
        ((), ("三台镇", "庙尔沟"), ["changji-miaoergou", "jimsar-santai"]),
        (("奇台县", "木垒"), (), ["qitai-kanerzi", "mulei-dananggou"]),
        (("奇台县",), ("坎尔孜乡", "三台镇"), ["qitai-kanerzi"]),
        ((), (" ",), [
            "changji-miaoergou", "qitai-kanerzi", "mulei-dananggou", "jimsar-santai", "urumqi-gangou"
        ]),
    ],
)  # fmt: skip
def test_places_choose_the_columns(generation, duties, groups, counties, townships, expected):
    found = compare(ComparisonRequest("社会保障", counties, townships), generation)
    assert [info.id for info in found.townships] == expected
    assert shown_rows(found) == straight_rows(duties, groups, "社会保障", expected) != []


def test_one_township_differs_from_nothing(generation, duties):
    found = compare(ComparisonRequest("平安法治", townships=("三台镇",)), generation)
    assert (found.differing, found.gaps) == (0, 0)
    assert found.total == sum(duty.category == "平安法治" and duty.township == "三台镇" for duty in duties)


def test_places_that_exclude_each_other(generation):
    found = compare(ComparisonRequest("平安法治", ("奇台县",), ("三台镇",)), generation)
    assert (found.townships, found.rows, found.total, found.gaps) == ((), (), 0, 0)


@pytest.mark.parametrize("list_type", LIST_TYPES)
def test_a_list_type_keeps_whole_rows(generation, list_type):
    everything = compare(ComparisonRequest("自然资源"), generation)
    found = compare(ComparisonRequest("自然资源", list_type=list_type), generation)
    assert found.rows == tuple(
        row for row in everything.rows if any(list_type in cell.list_types for cell in row.cells)
    )
    assert 0 < found.total == len(found.rows) < everything.total
    assert found.gaps == sum(row.gaps for row in found.rows)


def test_townships_of_one_name_are_columns_of_their_own(small):
    found = compare(ComparisonRequest("平安法治", townships=("城关镇",)), small)
    assert [(info.id, info.place.county) for info in found.townships] == [
        ("t0", "甲县"),
        ("t1", "乙县"),
        ("t12", "丙县"),
    ]
    assert [[duty.list_id for cell in row.cells for duty in cell.duties] for row in found.rows] == [
        ["t0", "t1", "t12"]
    ] * 2
    one = compare(ComparisonRequest("平安法治", ("乙县",), ("城关镇",)), small)
    assert [info.id for info in one.townships] == ["t1"]
    both = compare(ComparisonRequest("平安法治", ("新区",)), small)
    assert [info.place.prefecture for info in both.townships] == list(SAME_COUNTY_NAME)


def test_too_many_townships(small):
    found = compare(ComparisonRequest("平安法治"), small)
    assert [info.id for info in found.townships] == [f"t{number}" for number in range(MOST_TOWNSHIPS)]
    assert found.left_out == 3
    children, dogs = sorted(found.rows, key=lambda row: row.name == DOGS)
    assert (children.gaps, dogs.gaps, found.gaps) == (1, 0, 1)
    assert children.differences == (Difference.GAP,)
    assert children.cells[2].is_gap
    assert dogs.differences == (Difference.DEPARTMENTS,)
    assert all(len(row.cells) == MOST_TOWNSHIPS for row in found.rows)


def test_a_category_that_only_a_township_left_out_has(small):
    # 丙县 and 城关镇 are names of columns, 丙县城关镇 is none.
    found = compare(ComparisonRequest("安全稳定"), small)
    assert (len(found.townships), found.rows, found.total) == (MOST_TOWNSHIPS, (), 0)
    asked = compare(ComparisonRequest("安全稳定", ("丙县",), ("城关镇",)), small)
    assert [(row.name, row.cells[0].other_categories) for row in asked.rows] == [(DOGS, ())]


def test_categories_with_their_numbers(generation, duties):
    counts = Counter(duty.category for duty in duties)
    found = categories(generation.engine)
    assert {one.category: one.duties for one in found} == counts
    assert [one.duties for one in found] == sorted(counts.values(), reverse=True)


@pytest.mark.parametrize("category", [None, "", "  "])
def test_without_a_category_it_is_the_most_frequent(generation, category):
    found = compare(ComparisonRequest(category), generation)
    assert found == compare(ComparisonRequest("党的建设"), generation)


@pytest.mark.parametrize(
    ("request_", "facet", "value"),
    [
        (ComparisonRequest("没有类"), "category", "没有类"),
        (ComparisonRequest("平安法治", counties=("没有县",)), "county", "没有县"),
        (ComparisonRequest("平安法治", townships=("三台镇", "没有乡")), "township", "没有乡"),
    ],
)
def test_unknown_values_are_named(generation, request_, facet, value):
    with pytest.raises(UnknownFacetValueError, match=f"{facet}: '{value}' is not allowed; allowed: "):
        compare(request_, generation)
