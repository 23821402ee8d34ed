"""The page that puts townships side by side.

1. It shows the comparison of the core: a column for each township, a row for each duty, in the cells its list, who
   does it and a link to it; what a township lacks is a gap, said in words as well.
2. Its numbers are those of all rows, and what differs is named beside the duty.
3. The form holds what is shown, its controls are labelled, and what it sends leads to the same comparison.
4. Another category, list or choice of townships, and the rows that differ alone, are shown; nothing left is said so.
5. The downloads have the parameters of the page.
6. Of too many townships the first are shown, the others counted; townships of one name have columns of their own.
7. What no list has is a page with 422; everything is escaped.
"""

import csv
import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from indexer.duty import ListType
from search_service.core.comparison import MOST_TOWNSHIPS, ComparisonRequest, categories, compare

DOGS = "文明养犬管理工作"


@pytest.fixture(scope="module")
def generation(search):
    return search.index.generation


def numbers(page):
    return [int(number) for number in re.findall(r"\d+", page.select_one(".figures").text)]


def sent(form):
    """Return what a browser would send for a form as it stands."""
    pairs = []
    for field in form.select("select"):
        chosen = [option["value"] for option in field.select("option[selected]")]
        pairs.append((field["name"], chosen[0] if chosen else field.option["value"]))
    pairs += [(box["name"], box["value"]) for box in form.select("input[checked]")]
    return pairs


@pytest.mark.parametrize(
    ("query", "request_"),
    [
        ("", ComparisonRequest()),
        ("?category=平安法治", ComparisonRequest("平安法治")),
        ("?category=民生服务&county=奇台县", ComparisonRequest("民生服务", counties=("奇台县",))),
        (
            "?category=平安法治&township=三台镇&township=庙尔沟乡&differing=true",
            ComparisonRequest("平安法治", townships=("三台镇", "庙尔沟乡"), only_differing=True),
        ),
        ("?category=城乡建设&list_type=收回", ComparisonRequest("城乡建设", list_type=ListType.RECLAIMED)),
        ("?category=&list_type=&township=", ComparisonRequest()),
    ],
)
def test_it_shows_the_comparison(read, generation, query, request_):
    page, expected = read(f"/compare{query}"), compare(request_, generation)
    assert page.select_one("h1").text == f"各乡镇对照：{expected.category}"
    assert page.select_one("nav [aria-current]").text == "对照"
    columns = page.select("table.compare thead th")[1:]
    assert [(one.next_element, one.b.text) for one in columns] == [
        (info.place.county, info.place.township) for info in expected.townships
    ]
    rows = page.select("table.compare tbody tr")
    assert len(rows) == len(expected.rows) > 0
    for shown, row in zip(rows, expected.rows, strict=True):
        assert shown.th.next_element[:60] == row.name[:60]
        cells = shown.select("td")
        assert len(cells) == len(row.cells)
        for cell, one in zip(cells, row.cells, strict=True):
            links = [link["href"] for link in cell.select("a")]
            assert links == [f"/duties/{duty.id}" for duty in one.duties]
            labels = [badge.next_element for badge in cell.select(".badge")]
            assert labels == [duty.list_type.label for duty in one.duties]
            assert ("gap" in cell.get("class", ())) == one.is_gap


def test_who_does_it_is_said_in_short(read, generation):
    page = read("/compare?category=平安法治")
    [row] = [row for row in page.select("tbody tr") if row.th.next_element == DOGS]
    bodies = [cell.a.small.text for cell in row.select("td:not(.gap)")]
    assert bodies[0] == "公安局、城市管理局 等 6 家"
    basic = [link for link in page.select("tbody a") if link.select(".badge.basic")]
    assert {link.small.text for link in basic} == {"乡镇自己"}


def test_a_gap_is_said_in_words(read):
    page = read("/compare?category=平安法治")
    gaps = page.select("td.gap")
    assert len(gaps) == numbers(page)[2] > 0
    assert {gap.text for gap in gaps} == {"—没有对应上的事项"}
    assert "“—”是说那里的清单里没有对应上的事项" in page.text


def test_what_differs_is_named(read, generation):
    page = read("/compare?category=平安法治")
    expected = compare(ComparisonRequest("平安法治"), generation)
    for shown, row in zip(page.select("tbody tr"), expected.rows, strict=True):
        words = shown.th.small.text if shown.th.small else ""
        assert words == "、".join(difference.label for difference in row.differences)
        assert ("differs" in shown.get("class", ())) == row.differs


def test_a_duty_under_another_category_says_so(read, generation):
    expected = compare(ComparisonRequest("党的建设"), generation)
    others = [cell.other_categories for row in expected.rows for cell in row.cells]
    assert any(others)
    shown = [
        small.text
        for cell in read("/compare?category=党的建设").select("tbody td")
        for small in cell.find_all("small", recursive=False)
    ]
    assert shown == [f"列在{'、'.join(one)}" for one in others if one]


@pytest.mark.parametrize("query", ["?category=平安法治", "?category=平安法治&differing=true"])
def test_numbers_count_all_rows(read, generation, query):
    expected = compare(ComparisonRequest("平安法治"), generation)
    assert numbers(read(f"/compare{query}")) == [expected.total, expected.differing, expected.gaps]


def test_only_what_differs(read, generation):
    page = read("/compare?category=平安法治&differing=true")
    expected = compare(ComparisonRequest("平安法治"), generation)
    rows = page.select("tbody tr")
    assert len(rows) == expected.differing < expected.total
    assert all(row.th.small.text != "有空缺" for row in rows)


def test_one_township_differs_from_nothing(read):
    page = read("/compare?category=平安法治&township=三台镇&differing=true")
    assert not page.select("table")
    assert "这一类里没有清单或部门不同的事项" in page.text


def test_nothing_in_a_category_is_said(read):
    page = read("/compare?category=商贸流通&township=三台镇")
    assert not page.select("table")
    assert "这一类里没有事项" in page.text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?category=平安法治&list_type=cooperative",
        "?category=民生服务&township=三台镇&township=甘沟乡&differing=true",
        "?category=民生服务&county=奇台县&county=昌吉市",
    ],
)
def test_the_form_holds_what_is_shown(client, read, query):
    page = read(f"/compare{query}")
    form = page.select_one("form.choices")
    assert (form["action"], form["method"]) == ("/compare", "get")
    response = client.get("/compare", query_string=sent(form))
    assert response.status_code == 200
    again = type(page)(response.text, "html.parser")
    assert str(again.select_one("table")) == str(page.select_one("table"))
    assert str(again.select_one("form.choices select")) == str(form.select_one("select"))
    assert numbers(again) == numbers(page)


def test_every_control_is_labelled(read, generation):
    form = read("/compare?category=民生服务&list_type=收回").select_one("form.choices")
    for control in form.select("select, input"):
        assert control.find_parent("label").text.strip()
    assert form.fieldset.legend.text == "并排哪些乡镇"
    options = form.select("select[name=category] option")
    assert [option.text for option in options] == [one.category for one in categories(generation.engine)]
    assert [option.text for option in form.select("option[selected]")][1] == "上级部门收回事项清单"


@pytest.mark.parametrize(
    "query",
    [
        "?category=平安法治",
        "?category=平安法治&township=三台镇&township=庙尔沟乡&list_type=配合&differing=true",
    ],
)
def test_downloads_hold_what_is_shown(client, read, query):
    page = read(f"/compare{query}")
    for link in page.select(".tools a"):
        address = urlsplit(link["href"])
        assert address.path in ("/compare.csv", "/compare.xlsx")
        asked = parse_qs(query.removeprefix("?"))
        assert parse_qs(address.query) == {
            **asked,
            **({"list_type": ["cooperative"]} if "list_type" in asked else {}),
        }
        assert link.has_attr("download")
    data = client.get(page.select_one(".tools a")["href"]).data.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(data, newline=""))
    assert [one.split()[-1] for one in header[1:-1]] == [one.text for one in page.select("thead b")]
    assert len(rows) == len(page.select("tbody tr"))


def test_of_too_many_townships_the_first_are_shown(read, shared_names):
    page = read("/compare", via=shared_names)
    assert len(page.select("thead b")) == MOST_TOWNSHIPS
    assert f"只能并排 {MOST_TOWNSHIPS} 个乡镇，还有 2 个没有列出" in page.text
    assert len(page.select("input[type=checkbox][name=township]")) == 14


def test_townships_of_one_name_have_columns_of_their_own(read, shared_names):
    page = read("/compare?category=平安法治&township=城关镇", via=shared_names)
    assert [(one.next_element, one.b.text) for one in page.select("thead th")[1:]] == [
        ("甲县", "城关镇"),
        ("乙县", "城关镇"),
    ]
    [row] = [row for row in page.select("tbody tr") if row.th.next_element == DOGS]
    assert [link["href"] for link in row.select("td a")] == [
        "/duties/t0-cooperative-19",
        "/duties/t1-cooperative-19",
    ]
    page = read("/compare?category=平安法治&township=城关镇&county=乙县", via=shared_names)
    assert [one.next_element for one in page.select("thead th")[1:]] == ["乙县"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("category=没有类", "清单里没有这个事项类别：没有类"),
        ("township=没有乡", "清单里没有这个乡镇：没有乡"),
        ("county=没有县", "清单里没有这个县市区：没有县"),
        ("list_type=全部", "清单类型：没有“全部”这一种"),
        ("differing=vielleicht", "只看不同的事项：只能是"),
        ("category=a&category=b", "只能写一个"),
        ("category=<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_wrong_parameters_are_told(client, read, query, says):
    assert says in read(f"/compare?{query}", status=422).select_one("main").text
    assert "<script>alert" not in client.get(f"/compare?{query}").text
