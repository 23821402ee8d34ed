"""Every page is sound HTML that everybody can use.

1. Tags are closed in their order and nested as HTML allows; no attribute stands twice.
2. An id stands once, and whatever refers to one finds it.
3. Every control has a label, every image a text, every button says what kind it is or sends a form.
4. One h1, no level left out below it; a title, the language, a main part, one search.
5. It is so for whoever has chosen a township, and where places share their names.
"""

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import pytest

EMPTY = frozenset(re.findall(r"\w+", "area base br col embed hr img input link meta source track wbr"))
BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote details div dl fieldset footer form h1 h2 h3 h4 header hr main nav ol "
        "p section table ul",
    )
)
PARENTS = {
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "tr": {"thead", "tbody"},
    "td": {"tr"},
    "th": {"tr"},
    "option": {"select"},
    "summary": {"details"},
    "legend": {"fieldset"},
}
CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "table": {"thead", "tbody"},
    "tr": {"th", "td"},
}
REFERENCES = (
    "for",
    "form",
    "aria-controls",
    "aria-labelledby",
    "aria-describedby",
    "data-copy",
    "data-filters",
)
PATHS = [
    "/",
    "/search",
    "/search?q=狗咬人了找谁",
    "/search?q=饭馆卫生不好",
    "/search?q=残疾证&township=三台镇",
    "/search?q=泉水洼子的牌子倒了&township=三台镇",
    "/search?q=奇台县养犬&county=昌吉市&list_type=配合&department=公安局",
    "/search?q=宣传&page=2&collapse=false&sort=list",
    "/search?q=护照到期换新",
    "/search?q=收养登记&township=庙尔沟乡",
    "/search?q=犇麤",
    "/search?q=养犬&page=99",
    "/duties/changji-miaoergou-cooperative-19?q=狗咬人",
    "/duties/changji-miaoergou-basic-28",
    "/duties/urumqi-gangou-reclaimed-4?q=奖励",
    "/duties/urumqi-gangou-cooperative-47",
    "/departments",
    "/departments/公安局",
    "/departments/市场监督管理局?county=奇台县&township=坎尔孜乡",
    "/departments/没有局",
    "/compare",
    "/compare?category=平安法治&township=三台镇&differing=true",
    "/township?back=/search?q=养犬",
    "/api/docs",
    "/nothing",
    "/search?township=没有乡&page=0",
]


class Checked(HTMLParser):
    """Reads a page and collects what is wrong with it."""

    def __init__(self, text):
        super().__init__()
        self.wrong = []
        self.open = []
        self.tags = []
        self.feed(text)
        self.close()
        if self.open:
            self.wrong.append(f"not closed: {self.open}")
        self._check_ids()
        self._check_controls()
        self._check_outline()

    def handle_starttag(self, tag, attrs):
        parent = self.open[-1] if self.open else None
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names):
            self.wrong.append(f"<{tag}> has an attribute twice: {names}")
        if tag in BLOCKS and "p" in self.open:
            self.wrong.append(f"<{tag}> in <p>")
        if tag in PARENTS and parent not in PARENTS[tag]:
            self.wrong.append(f"<{tag}> in <{parent}>")
        if parent in CHILDREN and tag not in CHILDREN[parent]:
            self.wrong.append(f"<{tag}> in <{parent}>")
        if tag in ("a", "button", "input", "select", "textarea") and {"a", "button"} & set(self.open):
            self.wrong.append(f"<{tag}> in {self.open[-3:]}")
        if tag == "form" and "form" in self.open:
            self.wrong.append("<form> in <form>")
        self.tags.append((tag, {name: value or "" for name, value in attrs}, tuple(self.open)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        if tag not in EMPTY and "svg" not in self.open:
            self.wrong.append(f"<{tag}/>")
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.wrong.append(f"</{tag}> in {self.open[-3:]}")

    def _check_ids(self):
        ids = Counter(attrs["id"] for _, attrs, _ in self.tags if "id" in attrs)
        self.wrong += [f"id {one!r} stands {count} times" for one, count in ids.items() if count > 1]
        self.wrong += [f"id {one!r} has a space" for one in ids if re.search(r"\s", one) or not one]
        for tag, attrs, _ in self.tags:
            for name in REFERENCES:
                self.wrong += [
                    f"<{tag}> {name} names {one!r}" for one in attrs.get(name, "").split() if one not in ids
                ]
            if attrs.get("href", "").startswith("#") and attrs["href"][1:] not in ids:
                self.wrong.append(f"<{tag}> leads to {attrs['href']!r}")

    def _check_controls(self):
        labelled = {attrs["for"] for tag, attrs, _ in self.tags if tag == "label" and "for" in attrs}
        for tag, attrs, above in self.tags:
            is_control = tag in ("select", "textarea") or (tag == "input" and attrs.get("type") != "hidden")
            if is_control and not (
                attrs.get("aria-label") or "label" in above or attrs.get("id", "-") in labelled
            ):
                self.wrong.append(f"<{tag}> has no label: {attrs}")
            if tag == "img" and "alt" not in attrs:
                self.wrong.append(f"<img> has no text: {attrs}")
            if tag == "button" and "type" not in attrs and "form" not in above and "form" not in attrs:
                self.wrong.append(f"<button> sends nothing: {attrs}")
            if tag == "nav" and not attrs.get("aria-label"):
                self.wrong.append("<nav> has no name")

    def _check_outline(self):
        levels = [
            int(tag[1])
            for tag, _, above in self.tags
            if re.fullmatch("h[1-6]", tag) and "dialog" not in above
        ]
        if levels.count(1) != 1:
            self.wrong.append(f"{levels.count(1)} h1")
        self.wrong += [f"h{below} under h{above}" for above, below in pairwise(levels) if below > above + 1]
        for tag, count in Counter(tag for tag, *_ in self.tags).items():
            if tag in ("html", "head", "title", "body", "main") and count != 1:
                self.wrong.append(f"{count} <{tag}>")
        roles = [attrs.get("role") for _, attrs, _ in self.tags]
        if roles.count("search") != 1:
            self.wrong.append(f"{roles.count('search')} searches")
        if ("html", {"lang": "zh-CN"}, ()) not in self.tags:
            self.wrong.append("no language")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_sound(client, path):
    response = client.get(path)
    assert response.mimetype == "text/html"
    assert Checked(response.text).wrong == []


@pytest.mark.parametrize(
    "path", ["/", "/search?q=养犬", "/township", "/duties/changji-miaoergou-basic-28?q=低保", "/x"]
)
def test_so_it_is_with_a_township_chosen(app, path):
    client = app.test_client()
    client.set_cookie("township", "qitai-kanerzi")
    assert Checked(client.get(path).text).wrong == []


@pytest.mark.parametrize(
    "path",
    [
        "/search",
        "/search?q=养犬&county=新区",
        "/search?q=养犬&township=城关镇",
        "/township",
        "/compare?category=平安法治",
        "/departments/公安局",
    ],
)
def test_so_it_is_where_names_are_shared(shared_names, path):
    assert Checked(shared_names.get(path).text).wrong == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("<p><div></div></p>", "<div> in <p>"),
        ("<ul><p></p></ul>", "<p> in <ul>"),
        ("<b><i></b></i>", "</b> in ['b', 'i']"),
        ("<section>", "not closed: ['section']"),
        ("<i id=a></i><b id=a></b>", "id 'a' stands 2 times"),
        ("<label for=x></label>", "<label> for names 'x'"),
        ("<input name=a>", "<input> has no label: {'name': 'a'}"),
        ("<a href=/><button></button></a>", "<button> in ['a']"),
        ("<h1></h1><h3></h3>", "h3 under h1"),
        ("<div/>", "<div/>"),
        ("<i class=a class=b></i>", "<i> has an attribute twice: ['class', 'class']"),
    ],
)
def test_what_is_wrong_is_noticed(text, wrong):
    assert wrong in Checked(text).wrong
