"""The departments' pages.

1. The directory names every department with what it leads and what it took back, and links to its page; one finds a
   department by the names that the lists write, too.
2. A department's page holds every duty it leads or took back, once, with what it does there and every township that
   has the duty; its numbers are those of the core.
3. Its townships narrow it, each to as many duties as its count says, townships of one name apart.
4. A full, a short or an odd form of a name leads to the canonical one, with the parameters; the address of every
   department is its own.
5. A name that nobody has, or that several have, is a Chinese page with 404 that offers near ones; it is escaped.
6. A wrong filter is a page with 422; a department without duties in a place is a page that says so.
"""

import re
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from search_service.pages.links import department_url


@pytest.fixture(scope="module")
def departments(search):
    return search.departments()


def numbers(text):
    return [int(number) for number in re.findall(r"\d+", text)]


def count(link):
    return numbers(link.select_one(".count").text)[0]


def test_the_directory_names_every_department(read, departments):
    page = read("/departments")
    assert page.select_one("nav [aria-current]").text == "部门"
    items = page.select("#departments li")
    everything = departments.all()
    assert [item.a.text for item in items] == [one.canonical for one in everything]
    for item, one in zip(items, everything, strict=True):
        assert item.a["href"] == department_url(one.canonical)
        said = item.select_one(".count").text
        assert ("牵头" in said) == bool(one.cooperative)
        assert ("收回" in said) == bool(one.reclaimed)
        assert numbers(said) == [number for number in (one.cooperative, one.reclaimed) if number]


def test_a_department_is_found_by_the_names_that_lists_write(read):
    page = read("/departments")
    box = page.select_one("input.list-filter")
    assert box["aria-label"]
    assert page.select_one(f"#{box['data-filters']}")
    [police] = [link for link in page.select("#departments a") if link.text == "公安局"]
    assert {"昌吉市公安局", "奇台县公安局"} <= set(police["data-keys"].split())


def test_every_department_has_a_page(client, departments):
    for one in departments.all():
        response = client.get(department_url(one.canonical))
        assert response.status_code == 200, one.canonical
        assert f"<h1>{one.canonical}</h1>" in response.text


@pytest.mark.parametrize("name", ["公安局", "民政局", "残联", "编办"])
def test_a_page_holds_every_duty_once(read, departments, name):
    found = departments.find(name)
    page = read(department_url(found.canonical))
    assert numbers(page.select_one(".figures").text) == [
        found.cooperative,
        found.reclaimed,
        found.townships,
    ]
    shown = [link["href"] for link in page.select(".duty .where a")]
    expected = [f"/duties/{one.duty.id}" for place in found.by_township for one in place.duties]
    assert sorted(shown) == sorted(expected)
    assert len(shown) == len(set(shown)) == found.duties
    headings = [heading.text for heading in page.select("article > h2")]
    assert len(headings) == len(found.by_list)
    assert ("收回的事项（乡镇不再承办）" in headings) == bool(found.reclaimed)
    assert ("牵头的事项（乡镇配合）" in headings) == bool(found.cooperative)
    assert "、".join(found.names) in page.select_one(".hint").text


def test_a_shared_duty_is_one_row(read, departments):
    found = departments.find("公安局")
    rows = [shared for part in found.by_list for group in part.categories for shared in group.shared]
    shown = read(department_url("公安局")).select(".duty")
    assert len(shown) == len(rows)
    for item, shared in zip(shown, rows, strict=True):
        first = shared.first.duty
        assert item.p.a.text == first.name
        assert item.p.a["href"] == f"/duties/{first.id}"
        assert [link.text for link in item.select(".where a")] == [
            f"{one.duty.township} 第 {one.duty.number} 项" for one in shared.duties
        ]


def test_what_it_does_is_said(read, departments):
    found = departments.find("公安局")
    rows = [shared for part in found.by_list for group in part.categories for shared in group.shared]
    for item, shared in zip(read(department_url("公安局")).select(".duty"), rows, strict=True):
        steps = [step.text for step in shared.first.steps]
        assert [step.text for step in item.select(".own-steps li")] == steps
        assert bool(item.details) == (len(steps) > 3)
        if item.details:
            assert item.details.summary.text == f"还有 {len(steps) - 3} 条"
        if not steps:
            assert "清单没有写明它做哪一步" in item.text


def test_townships_narrow_it(read, departments):
    everything = departments.find("公安局")
    links = read(department_url("公安局")).select("ul.chips a")
    assert [link.next_element for link in links] == [
        "全部乡镇",
        *(one.info.place.township for one in everything.by_township),
    ]
    assert count(links[0]) == everything.duties == sum(map(count, links[1:]))
    assert links[0].has_attr("aria-current")
    for link in links[1:]:
        page = read(link["href"])
        assert (
            len(page.select(".duty .where a"))
            == count(link)
            == sum(numbers(page.select_one(".figures").text)[:2])
        )
        [chosen] = page.select("ul.chips [aria-current]")
        assert chosen["href"] == link["href"]
        assert {one.text.split()[0] for one in page.select(".duty .where a")} == {link.next_element}
        again = page.select("ul.chips a")
        assert [(one["href"], count(one)) for one in again] == [(one["href"], count(one)) for one in links]


def test_townships_of_one_name_are_apart(read, shared_names):
    links = read(department_url("公安局"), via=shared_names).select("ul.chips a")
    same = [link for link in links if link.next_element == "城关镇"]
    assert len(same) == 2
    for link in same:
        page = read(link["href"], via=shared_names)
        assert len(page.select(".duty .where a")) == count(link) == 1
        assert [chosen["href"] for chosen in page.select("ul.chips [aria-current]")] == [link["href"]]


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("昌吉市公安局", "公安局"),
        ("公安", "公安局"),
        ("市公安局", "公安局"),
        ("木垒县公安局", "公安局"),
        (" 公安局 ", "公安局"),
        ("乌鲁木齐县人社局", "人力资源和社会保障局"),
    ],
)
def test_other_forms_of_a_name_lead_to_the_canonical_one(client, asked, canonical):
    response = client.get(f"/departments/{quote(asked)}?county=奇台县&township=坎尔孜乡&utm_source=x")
    assert response.status_code == 302
    location = urlsplit(response.location)
    assert unquote(location.path) == f"/departments/{canonical}"
    assert parse_qs(location.query) == {"county": ["奇台县"], "township": ["坎尔孜乡"], "utm_source": ["x"]}
    assert client.get(response.location).status_code == 200


def test_the_canonical_name_leads_nowhere_else(client):
    assert client.get(department_url("公安局")).status_code == 200


@pytest.mark.parametrize("name", ["//evil.example", "/evil.example/公安局", "https://evil.example"])
def test_a_name_never_leads_elsewhere(client, name):
    response = client.get(f"/departments/{quote(name, safe='')}")
    if response.status_code == 308:  # double slashes are joined
        location = urlsplit(response.location)
        assert location.netloc == "localhost"
        assert location.path.startswith("/departments/")
        response = client.get(response.location)
    assert response.status_code == 404


def test_a_name_with_a_slash_is_a_name():
    assert department_url("a/b?c#d") == "/departments/a%2Fb%3Fc%23d"


@pytest.mark.parametrize(("name", "near"), [("公安句", "公安局"), ("工信局", "商务和工业信息化局")])
def test_an_unknown_name_offers_near_ones(read, departments, name, near):
    page = read(department_url(name), status=404)
    assert f"清单里没有叫“{name}”的部门" in page.select_one("h1").text
    links = page.select(".empty ul a")
    assert near in [link.text for link in links]
    assert [link.text for link in links] == departments.near(name)
    for link in links:
        assert read(link["href"]).select_one("h1").text == link.text
    assert page.select_one(".empty a.button")["href"] == "/departments"


def test_nonsense_offers_nothing_but_the_directory(read):
    page = read(department_url("犇麤"), status=404)
    assert [link["href"] for link in page.select("main a")] == ["/departments"]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\"'><b>x", "{{7*7}}", "局" * 500])
def test_an_unknown_name_is_escaped(client, read, name):
    response = client.get(department_url(name))
    assert response.status_code == 404
    assert "<script>alert" not in response.text
    assert "<b>x" not in response.text
    assert name[:20] in read(department_url(name), status=404).select_one("h1").text
    assert len(read(department_url(name), status=404).select_one("h1").text) < 100


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("township=没有乡", "乡镇：清单里没有"),
        ("list_type=全部", "清单类型：没有“全部”"),
        ("county=" + "县" * 101, "县市区：最多"),
    ],
)
def test_a_wrong_filter_is_told(read, query, says):
    page = read(department_url("公安局") + f"?{query}", status=422)
    assert says in page.select_one("main").text
    [retry] = [link for link in page.select("main a") if link.text == "去掉有误的条件再查"]
    assert read(retry["href"]).select_one("h1").text == "公安局"


def test_a_department_without_duties_there_says_so(read, departments):
    only_there = next(
        one
        for one in departments.all()
        if one.townships == 1 and not departments.find(one.canonical, {"township": ("三台镇",)}).duties
    )
    page = read(department_url(only_there.canonical) + "?county=吉木萨尔县&township=三台镇")
    assert numbers(page.select_one(".figures").text) == [0, 0, 0]
    assert "这里没有它牵头或收回的事项" in page.text
    assert count(page.select("ul.chips a")[0]) == only_there.duties


def test_other_filters_work_too(read, departments):
    page = read(department_url("公安局") + "?category=平安法治&list_type=配合")
    found = departments.find("公安局", {"category": ("平安法治",), "list_type": ("cooperative",)})
    assert len(page.select(".duty .where a")) == found.duties > 0
    assert not page.select("ul.chips [aria-current]")
