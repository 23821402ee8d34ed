"""The answer on top of the search page.

1. It names the body, the sentence, the township's part and where that is written, with a link to the duty.
2. Where places differ, each stands in a table; where no body is common, the advice asks for the place.
3. What no list answers is said so, with the desk or the townships that know it, and no body is named.
4. It is there for a question on the first page under place filters, and not otherwise.
5. What a question contains is escaped.
"""

import re

import pytest


def card_of(client, path):
    """Return the HTML of the card, or None."""
    found = re.search(r'<section class="answer.*?</section>', client.get(path).text, re.DOTALL)
    return found[0] if found else None


def test_the_body_the_sentence_and_where_it_stands(client):
    card = card_of(client, "/search?q=狗咬人&township=庙尔沟乡")
    assert '<p class="body"><span>昌吉市公安局</span></p>' in card
    assert "<blockquote>负责查处养犬扰民、伤人治安案件</blockquote>" in card
    assert "上级牵头，乡镇配合" in card
    assert "<b>乡镇配合</b>组织村结合走访入户" in card
    assert (
        '<a href="/duties/changji-miaoergou-cooperative-19">庙尔沟乡配合履职事项清单第19项（2025年7月）</a>'
        in card
    )
    assert "<table>" not in card


def test_the_township_itself(client):
    card = card_of(client, "/search?q=拖欠农民工工资&township=三台镇")
    assert "<span>三台镇</span>" in card
    assert "乡镇自己负责" in card


def test_places_that_differ_stand_in_a_table(client):
    card = card_of(client, "/search?q=森林防火")
    rows = re.findall(r'<th scope="row"><a href="(/duties/[^"]+)">([^<]+)</a></th><td>([^<]+)</td>', card)
    assert len(rows) > 1
    assert len({bodies for _, _, bodies in rows}) > 1


@pytest.mark.parametrize(
    ("path", "says", "badge"),
    [
        ("/search?q=护照到期换新", "出入境", "不在清单内"),
        ("/search?q=收养登记&township=庙尔沟乡", "大南沟乌孜别克族乡", "本地清单没有"),
        ("/search?q=庙尔沟乡", "没有听出要办的是什么事", "没有答案"),
    ],
)
def test_without_an_answer_no_body_is_named(client, path, says, badge):
    card = card_of(client, path)
    assert badge in card
    assert says in card
    assert 'class="body"' not in card


@pytest.mark.parametrize(
    "path", ["/", "/search?q=&township=庙尔沟乡", "/search?q=养犬&page=2", "/search?q=养犬&list_type=basic"]
)
def test_pages_without_a_card(client, path):
    assert card_of(client, path) is None


def test_a_question_is_escaped(client):
    html = client.get("/search?q=<script>alert(1)</script>养犬").text
    assert "<script>alert" not in html
