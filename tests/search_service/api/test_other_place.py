"""A question that names a place outside of its filters: `query.other_place`.

1. Search, answer and answers name it; with what they find it is not about that place.
2. A place inside of the filters, wider or narrower, is no other place; nor is any without filters of place.
3. Filters may go by short names; a key's filters count as well.
"""

import pytest

DOGS = "狗咬人了找谁"


def other_place(client, path, question, **filters):
    response = client.get(f"/api/v1/{path}", query_string={"q": question, **filters})
    assert response.status_code == 200
    return response.get_json()["query"]["other_place"]


@pytest.mark.parametrize("path", ["search", "answer"])
@pytest.mark.parametrize(
    ("place", "filters", "other"),
    [
        ("奇台县", {"county": "昌吉市"}, "奇台县"),
        ("奇台县", {"township": "庙尔沟乡"}, "奇台县"),
        ("奇台", {"prefecture": "乌鲁木齐市"}, "奇台县"),
        ("三台镇", {"county": "昌吉市"}, "三台镇"),
        ("三台镇", {"township": "庙尔沟"}, "三台镇"),
        ("奇台县三台镇", {"county": "奇台县"}, "三台镇"),
        ("奇台县", {"county": ["昌吉市", "奇台县"]}, None),
        ("奇台县", {"prefecture": "昌吉回族自治州"}, None),
        ("昌吉市", {"township": "庙尔沟乡"}, None),
        ("庙尔沟", {"county": "昌吉市"}, None),
        ("奇台县", {}, None),
        ("", {"county": "昌吉市"}, None),
    ],
)
def test_the_place_that_the_filters_leave_out(client, path, place, filters, other):
    assert other_place(client, path, place + DOGS, **filters) == other


def test_filters_of_another_kind_leave_no_place_out(client):
    assert other_place(client, "search", f"奇台县{DOGS}", list_type="配合") is None


def test_each_question_of_many_has_its_own(client):
    asked = [{"q": f"奇台县{DOGS}", "county": "昌吉市"}, {"q": f"昌吉市{DOGS}", "county": "昌吉市"}]
    answers = client.post("/api/v1/answers", json=asked).get_json()["answers"]
    assert [one["query"]["other_place"] for one in answers] == ["奇台县", None]
