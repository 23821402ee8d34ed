"""The search page around its answer: what is found, how it is narrowed, and where it can be taken.

1. A result says its place, list, number, category, bodies and best steps, its list and ★ in words too.
2. What townships share is one result that names the others; a switch lists each by itself and back. Where only one
   list is looked at there is no switch. The interface keeps giving each by itself.
3. A question that names another place than the one chosen is told, with the way there; one that names the place
   chosen, or what it lies in, is not.
4. The places stay in the next search of the box, other filters don't: it is another caller's. Values beyond the first
   ones are folded, chosen ones always in sight.
5. Downloads have the question and the filters of the page, and all its results.
6. Order and pages are links that keep the rest; what was left out of the question is told.
"""

import csv
import io
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from search_service.core.request import SearchRequest, Sort
from search_service.pages.search_page import SHOWN_BODIES, SHOWN_VALUES

DOGS = "文明养犬管理工作"


def total(page):
    return int(page.select_one("#total b").text)


def query(link):
    return parse_qs(urlsplit(link["href"]).query)


def tool(page, key):
    """Return the link above the results that has a key, None where it isn't there."""
    return page.select_one(f".tools a[data-key='{key}']")


def duty_ids(page):
    return [urlsplit(link["href"]).path.rpartition("/")[2] for link in page.select(".result h2 a")]


# ── A result ──────────────────────────────────────────────────────────────────────────────────────


def test_a_result_says_what_it_is(read):
    result = read("/search?q=养犬&township=庙尔沟乡").select_one(".result")
    assert result.h2.a["href"] == "/duties/changji-miaoergou-cooperative-19?q=%E5%85%BB%E7%8A%AC"
    assert [one.text for one in result.select_one(".badges").find_all("span", recursive=False)[1:]] == [
        "昌吉市 · 庙尔沟乡",
        "第 19 项",
        "平安法治",
    ]
    bodies = result.select_one(".bodies")
    assert [one.text for one in bodies.select(".who")] == [
        "昌吉市公安局",
        "昌吉市城市管理局",
        "昌吉市农业农村局",
        "昌吉市市场监督管理局",
    ]
    assert len(bodies.select(".who")) == SHOWN_BODIES
    assert re.sub(r"\s", "", bodies.text).endswith("等6个部门牵头，乡镇配合")
    assert [side.text for side in result.select(".steps .side")] == ["上级", "上级", "乡镇"]
    assert result.select(".steps mark")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/search?q=低保&township=三台镇", "三台镇 自己负责"),
        ("/search?q=收养登记&township=三台镇&list_type=收回", "吉木萨尔县民政局 已收回"),
    ],
)
def test_who_is_responsible_is_said_for_every_list(read, path, says):
    bodies = [re.sub(r"\s+", " ", one.text).strip() for one in read(path).select(".result .bodies")]
    assert says.replace(" ", "") in [one.replace(" ", "") for one in bodies]


def test_lists_are_explained_to_who_cannot_see_colours(read):
    page = read("/search?q=处罚")
    meanings = {
        "基本": "乡镇（街道）自己负责的事项",
        "配合": "上级部门牵头负责、乡镇（街道）配合的事项",
        "收回": "上级部门已经收回、乡镇（街道）不再承担的事项",
    }
    badges = page.select(".badge")
    assert badges
    for badge in badges:
        assert badge.text == f"{badge.next_element}：{meanings[badge.next_element]}"
        assert badge["title"] == meanings[badge.next_element]
    options = page.select("#facet-list_type a")
    assert options
    for option in options:
        label = option.select_one(".label")
        assert label.text == f"{label.next_element}（{meanings[label.next_element]}）"


def test_stars_are_explained(read):
    page = read("/search?q=党代表&township=甘沟乡")
    stars = page.select(".result .star")
    assert stars
    assert {star.text for star in stars} == {"★（清单原文以★标注这一项）"}
    assert not read("/search?q=养犬").select(".star")


def test_texts_are_escaped(client, search, monkeypatch):
    evil = "<img src=x onerror=alert(1)>"

    def spoilt(duty):
        bodies = tuple(replace(body, name=evil) for body in duty.departments)
        return replace(duty, county=evil, township=evil, category=evil, departments=bodies)

    found = search.search(SearchRequest("养犬", {"list_type": ("配合",)}, collapse=True))
    response = replace(
        found,
        query=replace(found.query, dropped=[evil], corrected=evil),
        results=tuple(
            replace(one, duty=spoilt(one.duty), shared_with=tuple(map(spoilt, one.shared_with)))
            for one in found.results
        ),
    )
    monkeypatch.setattr(type(search), "search", lambda self, request: response)
    text = client.get("/search?q=养犬&list_type=配合").text
    assert "<img src=x" not in text
    assert text.count("&lt;img src=x") > 5


# ── What townships share ──────────────────────────────────────────────────────────────────────────


def test_a_shared_duty_names_the_others(read, search):
    response = search.search(SearchRequest("养犬", collapse=True))
    page = read("/search?q=养犬")
    assert total(page) == response.total
    assert any(result.shared_with for result in response.results)
    for shown, result in zip(page.select(".result"), response.results, strict=True):
        links = shown.select(".shared li > a")
        assert [link.text for link in links] == [
            f"{duty.county}{duty.township}" for duty in result.shared_with
        ]
        assert [urlsplit(link["href"]).path for link in links] == [
            f"/duties/{duty.id}" for duty in result.shared_with
        ]
        assert all(query(link) == {"q": ["养犬"]} for link in links)
        numbers = [re.search(r"第 (\d+) 项", item.text)[1] for item in shown.select(".shared li")]
        assert numbers == [str(duty.number) for duty in result.shared_with]
        if links:
            assert shown.select_one(".shared summary").text == f"另有 {len(links)} 个乡镇列有这一项"
            assert not shown.select_one(".shared").has_attr("open")


def test_who_shares_a_duty_need_not_have_it_in_the_same_list(read, search, duties):
    kinds = {duty.id: duty.list_type for duty in duties}
    duty = next(
        duty for duty in duties if any(kinds[one.id] != duty.list_type for one in search.duty(duty.id).same)
    )
    page = read(f"/search?q=“{duty.name[:20]}”&per_page=100")
    badges = [item.select_one(".badge").next_element for item in page.select(".shared li")]
    assert badges
    for item in page.select(".shared li"):
        duty_id = urlsplit(item.a["href"]).path.rpartition("/")[2]
        assert item.select_one(".badge").next_element == kinds[duty_id].label


def test_the_switch_lists_each_by_itself_and_back(read):
    page = read("/search?q=养犬")
    switch = tool(page, "collapse")
    assert switch.text == "各乡镇分开列"
    apart = read(switch["href"])
    assert query(switch) == {"q": ["养犬"], "collapse": ["false"]}
    assert not apart.select(".shared")
    joined = duty_ids(page) + [
        urlsplit(link["href"]).path.rpartition("/")[2] for link in page.select(".shared li > a")
    ]
    assert sorted(duty_ids(apart)) == sorted(joined)
    assert total(apart) == len(joined)
    back = tool(apart, "collapse")
    assert back.text == "合并各乡镇的同一事项"
    assert duty_ids(read(back["href"])) == duty_ids(page)
    assert "collapse" not in query(back)


def test_the_interface_gives_each_by_itself(client, read):
    answer = client.get("/api/v1/search?q=养犬").get_json()
    assert answer["total"] == total(read("/search?q=养犬&collapse=false"))
    assert not any(result["shared_with"] for result in answer["results"])


@pytest.mark.parametrize(
    ("places", "is_there"),
    [
        ("", True),
        ("&prefecture=昌吉回族自治州", True),
        ("&township=庙尔沟乡&township=三台镇", True),
        ("&township=庙尔沟乡", False),
        ("&county=奇台县", False),
        ("&prefecture=乌鲁木齐市", False),
        ("&county=昌吉市&county=奇台县&township=庙尔沟乡", False),
    ],
)
def test_there_is_a_switch_where_there_is_more_than_one_list(read, places, is_there):
    page = read(f"/search?q=养犬{places}")
    assert page.select(".result")
    assert bool(tool(page, "collapse")) == is_there
    assert is_there or not page.select(".shared")


def test_townships_of_one_name_are_more_than_one_list(read, shared_names):
    assert tool(read("/search?q=养犬&township=城关镇", via=shared_names), "collapse")
    assert not tool(read("/search?q=养犬&township=城关镇&county=乙县", via=shared_names), "collapse")


# ── Places in the question ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "says", "there"),
    [
        (
            "/search?q=奇台县狗咬人&township=庙尔沟乡",
            "问题里提到奇台县，现在只看庙尔沟乡。改看奇台县",
            {"county": ["奇台县"]},
        ),
        (
            "/search?q=三台镇狗咬人&township=庙尔沟乡&list_type=配合&sort=list",
            "问题里提到三台镇，现在只看庙尔沟乡。改看三台镇",
            {"township": ["三台镇"], "list_type": ["cooperative"], "sort": ["list"]},
        ),
        (
            "/search?q=三台镇狗咬人&county=奇台县",
            "问题里提到三台镇，现在只看奇台县。改看三台镇",
            {"township": ["三台镇"]},
        ),
        (
            "/search?q=庙尔沟乡狗咬人&county=昌吉市&county=奇台县",
            "问题里提到庙尔沟乡，现在只看2 个地区。改看庙尔沟乡",
            {"township": ["庙尔沟乡"]},
        ),
        (
            "/search?q=奇台县狗咬人&prefecture=乌鲁木齐市",
            "问题里提到奇台县，现在只看乌鲁木齐市。改看奇台县",
            {"county": ["奇台县"]},
        ),
        (
            "/search?q=木垒狗咬人&township=三台镇&township=庙尔沟乡",
            "问题里提到木垒哈萨克自治县，现在只看2 个地区。改看木垒哈萨克自治县",
            {"county": ["木垒哈萨克自治县"]},
        ),
    ],
)
def test_another_place_in_the_question_is_told(read, path, says, there):
    [note] = [note for note in read(path).select(".results p.note") if "问题里提到" in note.text]
    assert note.text == says
    question = parse_qs(urlsplit(path).query)["q"]
    assert query(note.a) == {"q": question, **there}
    page = read(note.a["href"])
    assert page.select(".result")
    assert not [note for note in page.select(".results p.note") if "问题里提到" in note.text]


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=奇台县狗咬人",
        "/search?q=狗咬人&township=庙尔沟乡",
        "/search?q=庙尔沟乡狗咬人&township=庙尔沟乡",
        "/search?q=庙尔沟乡狗咬人&township=庙尔沟乡&township=三台镇",
        "/search?q=昌吉市狗咬人&county=昌吉市",
        "/search?q=昌吉市狗咬人&township=庙尔沟乡",
        "/search?q=木垒狗咬人&township=大南沟乌孜别克族乡",
        "/search?q=奇台县狗咬人&prefecture=昌吉回族自治州",
        "/search?q=狗咬人&list_type=配合",
    ],
)
def test_the_place_chosen_is_no_other_place(read, path):
    assert "问题里提到" not in read(path).select_one(".results").text


# ── Filters ───────────────────────────────────────────────────────────────────────────────────────


def test_places_stay_in_the_next_search(read):
    page = read("/search?q=养犬&county=昌吉市&list_type=配合&department=昌吉市公安局&sort=list&page=1")
    fields = [(field["name"], field["value"]) for field in page.select("#search-form input[type=hidden]")]
    assert fields == [("county", "昌吉市")]
    assert page.select_one("#place span:not(.visually-hidden)").text == "昌吉市"
    several = read("/search?q=养犬&township=庙尔沟乡&township=三台镇&category=平安法治")
    assert several.select_one("#place span:not(.visually-hidden)").text == "2 个地区"
    fields = [(field["name"], field["value"]) for field in several.select("#search-form input[type=hidden]")]
    assert sorted(fields) == [("township", "三台镇"), ("township", "庙尔沟乡")]


def test_values_beyond_the_first_are_folded(read):
    page = read("/search?q=宣传")
    group = page.select_one("#facet-department")
    assert len(group.find("ul", recursive=False).select("a")) == SHOWN_VALUES
    more = group.select_one("details")
    assert not more.has_attr("open")
    assert more.summary.text == f"还有 {len(more.select('a'))} 个"
    assert page.select_one("[data-filters='facet-department']")["aria-label"] == "在责任部门中找"
    counts = [int(re.search(r"\d+", link.select_one(".count").text)[0]) for link in group.select("a")]
    assert counts == sorted(counts, reverse=True)


def test_what_is_chosen_is_in_sight(read):
    last = read("/search?q=宣传").select("#facet-department details a")[-1]
    page = read(last["href"])
    [chosen] = page.select("#facet-department [aria-current]")
    assert chosen["data-key"] == last["data-key"]
    assert not chosen.find_parent("details")
    assert total(page) >= 1


def test_facets_stand_in_their_order(read):
    titles = [title.text for title in read("/search?q=处罚").select(".facet h2")]
    assert titles == ["地区", "清单类型", "事项类别", "责任部门"]


# ── Downloads ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=宣传&page=3",
        "/search?q=宣传&township=三台镇&list_type=配合&sort=list",
        "/search?category=平安法治&department=公安局&collapse=false&per_page=5",
        "/search?q=养犬&department=昌吉市公安局",
    ],
)
def test_downloads_have_the_filters_and_all_results(read, client, path):
    page = read(path)
    links = page.select(".tools [aria-label='下载结果'] a")
    assert [(link.text, urlsplit(link["href"]).path) for link in links] == [
        ("CSV", "/search.csv"),
        ("Excel", "/search.xlsx"),
    ]
    wanted = {name: values for name, values in parse_qs(urlsplit(path).query).items() if "page" not in name}
    names = {"昌吉市公安局": "公安局", "配合": "cooperative"}
    wanted = {name: [names.get(value, value) for value in values] for name, values in wanted.items()}
    for link in links:
        assert link.has_attr("download")
        assert query(link) == wanted
    rows = list(
        csv.DictReader(io.StringIO(client.get(links[0]["href"]).data.decode("utf-8-sig"), newline=""))
    )
    everything = read(re.sub(r"&(?:page|per_page)=\d+", "", path) + "&per_page=100")
    ids = [row["网址"].rpartition("/")[2] for row in rows]
    expected = []
    for result in everything.select(".result"):
        links = [result.h2.a, *result.select(".shared li > a")]
        expected += [urlsplit(link["href"]).path.rpartition("/")[2] for link in links]
    assert ids[: len(expected)] == expected
    assert total(everything) > 100 or len(ids) == len(expected)


def test_nothing_is_not_offered_for_download(read):
    page = read("/search?q=犇麤")
    assert total(page) == 0
    assert not page.select(".tools a")


# ── Order, pages, words ───────────────────────────────────────────────────────────────────────────


def test_the_order_is_a_link(read, search):
    page = read("/search?q=养犬&collapse=false&page=1")
    order = page.select_one("[aria-label='排序']")
    assert order.select_one("[aria-current]").text == "最相关"
    link = tool(page, "sort:清单顺序")
    assert query(link) == {"q": ["养犬"], "collapse": ["false"], "sort": ["list"]}
    listed = search.search(SearchRequest("养犬", sort=Sort.LIST))
    assert duty_ids(read(link["href"])) == [result.duty.id for result in listed.results]
    assert not read("/search").select("[aria-label='排序']")


@pytest.mark.parametrize(
    ("page", "labels"),
    [
        (1, ["1", "2", "3", "…", "N", "下一页"]),
        (2, ["上一页", "1", "2", "3", "4", "…", "N", "下一页"]),
        (6, ["上一页", "1", "…", "4", "5", "6", "7", "8", "…", "N", "下一页"]),
        (-1, ["上一页", "1", "…", "N-2", "N-1", "N"]),
    ],
)
def test_pages_are_links(read, search, page, labels):
    pages = search.search(SearchRequest("宣传", {"list_type": ("basic", "cooperative")}, collapse=True)).pages
    assert pages > 9
    here = page if page > 0 else pages
    shown = read(f"/search?q=宣传&list_type=基本,配合&page={here}")
    links = shown.select_one("nav.pager").find_all(["a", "b", "span"])
    names = {"N": pages, "N-1": pages - 1, "N-2": pages - 2}
    assert [link.text for link in links] == [str(names.get(label, label)) for label in labels]
    assert shown.select_one("[aria-current=page]").text == str(here)
    for link in links:
        if link.name != "a":
            assert link.text in ("…", str(here))
            continue
        number = {"上一页": here - 1, "下一页": here + 1}.get(link.text) or int(link.text)
        found = query(link)
        assert found.pop("page", ["1"]) == [str(number)]
        assert {name: sorted(values) for name, values in found.items()} == {
            "q": ["宣传"],
            "list_type": ["basic", "cooperative"],
        }


def test_one_page_needs_no_pager(read):
    assert not read("/search?q=养犬").select(".pager")


def test_words_left_out_are_told(read, search):
    question = "犇麤的养犬了"
    dropped = search.search(SearchRequest(question, collapse=True)).query.dropped
    assert {"的", "犇"} <= set(dropped)
    told = read(f"/search?q={question}").select_one(".dropped").text
    assert told == f"，未用到：{'、'.join(word for word in dropped if word in '犇麤')}"
    assert not read("/search?q=养犬").select(".dropped")
    assert not read("/search?q=养犬的").select(".dropped")  # nobody means a stop word


def test_results_beside_no_answer_are_no_answer(read):
    assert read("/search?q=护照到期换新").select_one("#total").text.startswith("字面上有关的 ")
    assert "未必是答案" in read("/search?q=护照到期换新").select_one("#total").text
    assert read("/search?q=养犬").select_one("#total").text == "找到 3 项"
    assert read("/search?q=%20").select_one("#total").text.startswith("共 ")


def test_the_page_says_what_it_is_about(read):
    page = read("/search?q=狗咬人")
    assert page.title.text == "狗咬人 · 谁来管？"
    assert page.h1.text == "“狗咬人”谁来管"
    assert read("/search").h1.text == "浏览履职事项"
