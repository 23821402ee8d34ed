"""The places beside the results: prefecture over county over township, each a link that filters.

1. Places stand below each other in the order of the lists; a place counts what stands below it.
2. A place chosen is added or taken away at its own level, and those of the other levels are dropped: a township and
   a foreign county find nothing. Text, order and the other filters stay; the page starts over.
3. Townships of one name are told apart by their counties, and counties by their prefectures: each is chosen with
   what is above it, and alone.
4. Counts are those without any place chosen, so siblings stay; what has none is left out unless it is chosen.
5. Up to twelve townships everything is in sight; of more each county opens by itself, that of the township chosen
   stands open.
6. On a page each link finds as many duties as stands beside it, also where names are shared.
"""

from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from indexer.duty import ListType, Place
from indexer.list_info import ListInfo
from search_service.core.request import SearchRequest, Sort
from search_service.pages.place_tree import SHOWN_TOWNSHIPS, place_tree

PLACES = {
    "甲甲城": ("甲州", "甲县", "城关镇"),
    "甲甲河": ("甲州", "甲县", "河东乡"),
    "甲乙城": ("甲州", "乙县", "城关镇"),
    "乙丙南": ("乙州", "丙市", "南山乡"),
}
COUNTS = {"甲甲城": 3, "甲甲河": 5, "甲乙城": 7, "乙丙南": 11}


def info(key, prefecture, county, township):
    return ListInfo(
        key, f"{key}.txt", Place("某省", prefecture, county, township), None, {ListType.BASIC: 20}
    )


LISTS = [info(key, *names) for key, names in PLACES.items()]


def tree(counts=COUNTS, lists=LISTS, text="养犬", **filters):
    places = {name: (values,) if isinstance(values, str) else values for name, values in filters.items()}
    return place_tree(SearchRequest(text, places, collapse=True), lists, counts)


def flat(nodes):
    """Return all nodes, each place before those in it."""
    return [one for node in nodes for one in (node, *flat(node.children))]


def node(nodes, *path):
    for label in path:
        [found] = [one for one in nodes if one.label == label]
        nodes = found.children
    return found


def filters_of(found):
    return {name: values for name, values in parse_qs(urlsplit(found.url).query).items() if name != "q"}


def selected(nodes):
    return [one.label for one in flat(nodes) if one.selected]


def test_places_stand_below_each_other():
    assert [(one.facet, one.label, one.count) for one in flat(tree())] == [
        ("prefecture", "甲州", 15),
        ("county", "甲县", 8),
        ("township", "城关镇", 3),
        ("township", "河东乡", 5),
        ("county", "乙县", 7),
        ("township", "城关镇", 7),
        ("prefecture", "乙州", 11),
        ("county", "丙市", 11),
        ("township", "南山乡", 11),
    ]
    assert selected(tree()) == []


def test_lists_of_one_county_need_not_follow_each_other():
    lists = [LISTS[0], LISTS[3], LISTS[2], LISTS[1]]
    assert [one.label for one in flat(tree(lists=lists))] == [
        *("甲州", "甲县", "城关镇", "河东乡", "乙县", "城关镇"),
        *("乙州", "丙市", "南山乡"),
    ]


@pytest.mark.parametrize(
    ("path", "filters"),
    [
        (("甲州",), {"prefecture": ["甲州"]}),
        (("甲州", "甲县"), {"county": ["甲县"]}),
        (("甲州", "甲县", "河东乡"), {"township": ["河东乡"]}),
        (("甲州", "甲县", "城关镇"), {"county": ["甲县"], "township": ["城关镇"]}),
        (("甲州", "乙县", "城关镇"), {"county": ["乙县"], "township": ["城关镇"]}),
        (("乙州", "丙市", "南山乡"), {"township": ["南山乡"]}),
    ],
)
def test_a_link_means_its_place_alone(path, filters):
    assert filters_of(node(tree(), *path)) == filters


@pytest.mark.parametrize(
    ("chosen", "path", "filters"),
    [
        ({"county": "甲县"}, ("甲州", "乙县"), {"county": ["甲县", "乙县"]}),
        ({"county": "甲县"}, ("甲州", "甲县", "河东乡"), {"township": ["河东乡"]}),
        ({"county": "甲县"}, ("甲州", "乙县", "城关镇"), {"county": ["乙县"], "township": ["城关镇"]}),
        ({"county": "甲县"}, ("乙州",), {"prefecture": ["乙州"]}),
        ({"township": "河东乡"}, ("甲州",), {"prefecture": ["甲州"]}),
        ({"township": "河东乡"}, ("甲州", "乙县"), {"county": ["乙县"]}),
        ({"township": "河东乡"}, ("乙州", "丙市", "南山乡"), {"township": ["河东乡", "南山乡"]}),
        ({"county": "甲县", "township": "城关镇"}, ("甲州", "乙县"), {"county": ["甲县", "乙县"]}),
        ({"county": "甲县", "township": "城关镇"}, ("乙州",), {"prefecture": ["乙州"]}),
        ({"prefecture": "甲州"}, ("乙州", "丙市"), {"county": ["丙市"]}),
        ({"prefecture": "甲州"}, ("乙州",), {"prefecture": ["甲州", "乙州"]}),
    ],
)
def test_places_are_chosen_at_one_level_only(chosen, path, filters):
    assert filters_of(node(tree(**chosen), *path)) == filters


@pytest.mark.parametrize(
    ("chosen", "path", "labels", "left"),
    [
        ({"prefecture": "甲州"}, ("甲州",), ["甲州"], {}),
        ({"county": ("甲县", "乙县")}, ("甲州", "乙县"), ["甲县", "乙县"], {"county": ["甲县"]}),
        ({"township": "河东乡"}, ("甲州", "甲县", "河东乡"), ["河东乡"], {}),
        (
            {"township": ("河东乡", "南山乡")},
            ("甲州", "甲县", "河东乡"),
            ["河东乡", "南山乡"],
            {"township": ["南山乡"]},
        ),
        ({"county": "乙县", "township": "城关镇"}, ("甲州", "乙县", "城关镇"), ["乙县", "城关镇"], {}),
    ],
)
def test_choosing_again_takes_away(chosen, path, labels, left):
    found = tree(**chosen)
    assert selected(found) == labels
    assert filters_of(node(found, *path)) == left


def test_of_two_townships_of_one_name_only_the_one_chosen_is_marked():
    found = tree(county="乙县", township="城关镇")
    assert node(found, "甲州", "乙县", "城关镇").selected
    assert not node(found, "甲州", "甲县", "城关镇").selected
    both = tree(township="城关镇")  # an address written by hand means both
    assert node(both, "甲州", "乙县", "城关镇").selected
    assert node(both, "甲州", "甲县", "城关镇").selected


def test_the_rest_of_the_search_stays():
    request = SearchRequest(
        "养犬 &a",
        {"category": ("平安法治",), "county": ("甲县",), "department": ("公安局", "民政局")},
        page=4,
        per_page=20,
        sort=Sort.LIST,
        collapse=False,
    )
    for found in flat(place_tree(request, LISTS, COUNTS)):
        values = parse_qs(urlsplit(found.url).query)
        assert urlsplit(found.url).path == "/search"
        assert "page" not in values
        kept = {
            name: values[name] for name in ("q", "category", "department", "sort", "collapse", "per_page")
        }
        assert kept == {
            "q": ["养犬 &a"],
            "category": ["平安法治"],
            "department": ["公安局", "民政局"],
            "sort": ["list"],
            "collapse": ["false"],
            "per_page": ["20"],
        }


@pytest.mark.parametrize(
    "chosen",
    [
        {"prefecture": "乙州"},
        {"county": "甲县"},
        {"township": "南山乡"},
        {"county": "乙县", "township": "城关镇"},
    ],
)
def test_counts_of_siblings_stay(chosen):
    assert [one.count for one in flat(tree(**chosen))] == [one.count for one in flat(tree())]


def test_places_without_a_match_are_left_out():
    found = tree(counts={**COUNTS, "甲乙城": 0, "乙丙南": 0})
    assert [one.label for one in flat(found)] == ["甲州", "甲县", "城关镇", "河东乡"]
    assert tree(counts=dict.fromkeys(COUNTS, 0)) == []


@pytest.mark.parametrize(
    ("chosen", "stays"),
    [
        ({"township": "南山乡"}, ["乙州", "丙市", "南山乡"]),
        ({"county": "丙市"}, ["乙州", "丙市", "南山乡"]),
        ({"prefecture": "乙州"}, ["乙州", "丙市", "南山乡"]),
        ({"county": "乙县", "township": "城关镇"}, ["甲州", "乙县", "城关镇"]),
        ({"county": "乙县", "township": "南山乡"}, []),
    ],
)
def test_what_is_chosen_stays_without_a_match(chosen, stays):
    found = flat(tree(counts=dict.fromkeys(COUNTS, 0), **chosen))
    assert [(one.label, one.count) for one in found] == [(label, 0) for label in stays]


def test_a_name_without_a_match_still_tells_which_one_is_meant():
    found = tree(counts={**COUNTS, "甲甲城": 0})
    assert filters_of(node(found, "甲州", "乙县", "城关镇")) == {"county": ["乙县"], "township": ["城关镇"]}


def many(number):
    lists = [info(f"己{n}", "戊州", "己县" if n % 2 else "庚县", f"{n}号乡") for n in range(number)]
    return {"lists": lists, "counts": {one.id: 1 for one in lists}}


def test_few_townships_are_all_in_sight():
    assert all(one.is_open for one in flat(tree(**many(SHOWN_TOWNSHIPS))))


def test_of_many_townships_each_county_opens_by_itself():
    [prefecture] = tree(**many(SHOWN_TOWNSHIPS + 1))
    assert prefecture.is_open
    assert [county.is_open for county in prefecture.children] == [False, False]
    [prefecture] = tree(**many(SHOWN_TOWNSHIPS + 1), township="3号乡")
    assert {county.label: county.is_open for county in prefecture.children} == {"庚县": False, "己县": True}


def test_only_townships_with_a_match_count_as_many():
    found = many(SHOWN_TOWNSHIPS + 5)
    found["counts"] |= {f"己{n}": 0 for n in range(5)}
    assert all(one.is_open for one in flat(tree(**found)))


def drawn(app, nodes):
    with app.app_context():
        facets = app.jinja_env.get_template("facets.html").module.facets
        return BeautifulSoup(facets(SimpleNamespace(places=nodes, groups=[])), "html.parser")


def test_a_closed_county_says_how_many_townships_it_has(app):
    html = drawn(app, tree(**many(SHOWN_TOWNSHIPS + 1), township="3号乡"))
    [closed] = html.select("details")
    assert not closed.has_attr("open")
    assert closed.summary.text == "7 个乡镇"
    assert [link.text for link in closed.select(".label")] == [f"{n}号乡" for n in range(0, 13, 2)]
    [chosen] = html.select("[aria-current]")
    assert chosen.select_one(".label").text == "3号乡"
    assert not chosen.find_parent("details")


def test_links_find_what_stands_beside_them_where_names_are_shared(read, shared_names):
    path = "/search?q=养犬&collapse=false"
    links = read(path, via=shared_names).select(".tree a")
    assert [link.select_one(".label").text for link in links].count("城关镇") == 2
    assert [link.select_one(".label").text for link in links].count("新区") == 2
    for link in links:
        found = read(link["href"], via=shared_names)
        assert int(found.select_one("#total b").text) == int(link.select_one(".count").next_element)
        again = [one for one in found.select(".tree [aria-current]") if one["data-key"] == link["data-key"]]
        assert len(again) == 1  # not its namesake
        assert parse_qs(urlsplit(again[0]["href"]).query) == {"q": ["养犬"], "collapse": ["false"]}
