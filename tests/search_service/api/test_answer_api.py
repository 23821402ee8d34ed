"""GET /api/v1/answer and POST /api/v1/answers.

1. An answer has exactly the keys of the contract and the extras, in every way it can end.
2. Places filter as in a search: repeated, comma-separated, or both.
3. A bad parameter is a 422 of the one error shape that names it and what is allowed: no question or a blank one,
   one too long or given twice, unknown places, unknown parameters; what is asked for is no place.
4. Many questions come as a bare array or under `questions`, and are answered in their order, each with its id,
   whatever JSON that is, and as a question of its own would be.
5. A bad body or a bad question refuses the whole request; the question is named by its number.
6. Townships of a question may be a text, a comma-separated list or an array.
   A place that is null is not given.
7. A body that does not call itself JSON is a 415. Wrong methods are 405, without an index it is a 503, as JSON; no value at all makes a 500 (property tests).
"""

import json
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_service.app import create_app
from search_service.core.search import Search

ANSWER = "/api/v1/answer"
ANSWERS = "/api/v1/answers"
KEYS = ["query", "status", "answer", "alternatives", "advice", "elsewhere", "outside"]
ERROR_KEYS = {"code", "status", "message", "errors"}
SUMMARY_KEYS = {
    "id", "prefecture", "county", "township", "list_type", "list_type_label", "number", "name", "url",
}  # fmt: skip
DUTY_KEYS = SUMMARY_KEYS | {
    "list_id", "province", "category", "marked", "departments", "superior_steps", "township_steps", "source",
}  # fmt: skip
PROPERTY = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None
)


def get(client, **parameters):
    return client.get(ANSWER, query_string=parameters)


def post(client, body):
    return client.post(ANSWERS, json=body)


def post_raw(client, text, content_type="application/json"):
    return client.post(ANSWERS, data=text, content_type=content_type)


def test_the_answer_has_the_shape_of_the_contract(client):
    response = get(client, q="狗咬人", township="庙尔沟乡").get_json()
    assert list(response) == KEYS
    assert set(response["query"]) == {
        "text", "terms", "synonyms", "dropped", "corrected", "detected", "other_place", "pieces",
    }  # fmt: skip
    assert response["query"]["text"] == "狗咬人"
    assert response["query"]["detected"] == {"county": None, "township": None, "department": None}
    assert response["status"] == "answered"
    assert [response[key] for key in ("alternatives", "advice", "elsewhere", "outside")] == [
        [],
        None,
        None,
        None,
    ]
    answer = response["answer"]
    duty, confidence = answer.pop("duty"), answer.pop("confidence")
    assert set(duty) == DUTY_KEYS
    assert duty["id"] == "changji-miaoergou-cooperative-19"
    assert duty["url"] == "/duties/changji-miaoergou-cooperative-19"
    assert 0.8 < confidence < 1
    evidence = "负责查处养犬扰民、伤人治安案件"
    help_text = (
        "组织村结合走访入户、政策宣传，第一时间将发现的流浪犬隐患线索、无证养犬信息报送本乡派出所、警务室"
    )
    responsible = [{"department": "昌吉市公安局", "canonical": "公安局", "evidence": evidence}]
    assert answer == {
        "responsible": responsible,
        "township_role": "assists",
        "township_evidence": help_text,
        "stands_out": True,
        "summary": f"这件事归昌吉市公安局：“{evidence}”；庙尔沟乡配合：“{help_text}”。",
        "citation": "庙尔沟乡配合履职事项清单第19项（2025年7月）",
        "by_township": [
            {
                "township": "庙尔沟乡",
                "county": "昌吉市",
                "duty_id": "changji-miaoergou-cooperative-19",
                "list_type": "cooperative",
                "responsible": responsible,
                "township_role": "assists",
            }
        ],
    }


def test_a_basic_duty_is_the_townships_with_its_canonical_name(client):
    answer = get(client, q="宅基地审批", township="庙尔沟乡").get_json()["answer"]
    [body] = answer["responsible"]
    assert (body["department"], body["canonical"]) == ("庙尔沟乡", "乡镇")
    assert answer["township_role"] == "responsible"


def test_a_reclaimed_duty_has_no_township(client):
    answer = get(client, q="收养登记", township="三台镇").get_json()["answer"]
    assert (answer["township_role"], answer["township_evidence"]) == ("none", None)
    assert answer["responsible"][0]["canonical"] == "民政局"


def test_alternatives_have_the_shape_of_findings(client):
    response = get(client, q="狗屎没人清", township="庙尔沟乡").get_json()
    assert response["alternatives"]
    for one in response["alternatives"]:
        assert set(one) == {"duty", "responsible", "township_role", "township_evidence", "stands_out"}
        assert set(one["duty"]) == SUMMARY_KEYS
        assert set(one["responsible"][0]) == {"department", "canonical", "evidence"}


def test_an_ambiguous_answer_tells_each_place_and_asks(client):
    response = get(client, q="校车没有座位").get_json()
    assert list(response) == KEYS
    assert response["status"] == "ambiguous"
    assert "请先选来电人所在的乡镇" in response["advice"]
    bodies = {
        one["township"]: [body["canonical"] for body in one["responsible"]]
        for one in response["answer"]["by_township"]
    }
    assert (bodies["庙尔沟乡"], bodies["甘沟乡"]) == (["乡镇"], ["教育局"])


def test_a_refusal_may_carry_the_nearest_duty(client):
    response = get(client, q="wifi").get_json()
    assert list(response) == KEYS
    assert (response["status"], response["answer"]) == ("not_found", None)
    [nearest] = response["alternatives"]
    assert nearest["duty"]["name"] in response["advice"]


@pytest.mark.parametrize("text", ["阜康市低保", "上海高龄津贴"])
def test_a_place_without_a_list_is_not_found(client, text):
    response = get(client, q=text).get_json()
    assert (response["status"], response["answer"], response["alternatives"]) == ("not_found", None, [])
    assert "不能拿别处的清单来答" in response["advice"]


def test_a_matter_outside_the_lists_is_not_found(client):
    response = get(client, q="护照到期换新").get_json()
    assert list(response) == KEYS
    assert (response["status"], response["answer"], response["alternatives"]) == ("not_found", None, [])
    assert response["outside"] == {
        "name": "护照和出入境证件",
        "desk": "县市公安局出入境管理窗口（国家移民管理局热线12367）",
    }
    assert response["outside"]["desk"] in response["advice"]
    assert response["elsewhere"] is None


def test_what_only_others_list_is_not_found_here(client):
    response = get(client, q="收养登记", township="庙尔沟乡").get_json()
    assert (response["status"], response["answer"], response["outside"]) == ("not_found", None, None)
    assert set(response["elsewhere"]) == {"duty", "townships"}
    assert set(response["elsewhere"]["duty"]) == SUMMARY_KEYS
    assert set(response["elsewhere"]["townships"]) == {"大南沟乌孜别克族乡", "三台镇", "坎尔孜乡"}


@pytest.mark.parametrize(
    "places",
    [
        "township=庙尔沟乡&township=三台镇",
        "township=庙尔沟乡,三台镇",
        "township=庙尔沟乡, 三台镇,",
        "township=庙尔沟,三台镇",
        "county=昌吉市,吉木萨尔县",
    ],
)
def test_places_may_be_written_in_every_way(client, places):
    answer = client.get(f"{ANSWER}?q=狗咬人&{places}").get_json()["answer"]
    assert {one["township"] for one in answer["by_township"]} == {"庙尔沟乡", "三台镇"}


def test_five_hundred_characters_are_answered(client):
    assert get(client, q="狗" * 500).status_code == 200


@pytest.mark.parametrize(
    ("parameters", "name", "says"),
    [
        ({}, "q", "Missing data for required field"),
        ({"township": "庙尔沟乡"}, "q", "Missing data for required field"),
        ({"q": ""}, "q", "must not be empty"),
        ({"q": " \u3000\n"}, "q", "must not be empty"),
        ({"q": "问" * 501}, "q", "500"),
        ({"q": ["狗咬人", "狗叫"]}, "q", "given more than once; one value is allowed"),
        ({"q": "狗咬人", "township": "没有乡"}, "township", "'没有乡' is not allowed; allowed: 庙尔沟乡, 坎尔孜乡"),
        ({"q": "狗咬人", "township": "庙尔沟乡,没有乡"}, "township", "甘沟乡"),
        ({"q": "狗咬人", "county": "没有县"}, "county", "奇台县"),
        ({"q": "狗咬人", "county": "县" * 101}, "county", "100"),
        ({"q": "狗咬人", "prefecture": "没有州"}, "prefecture", "昌吉回族自治州"),
        ({"q": "狗咬人", "list_type": "basic"}, "list_type", "unknown parameter; allowed: q, prefecture, county, township"),
        ({"q": "狗咬人", "department": "公安局"}, "department", "allowed: q, prefecture, county, township"),
        ({"q": "狗咬人", "乡镇": "庙尔沟乡"}, "乡镇", "unknown parameter; allowed: q, prefecture, county, township"),
    ],
)  # fmt: skip
def test_a_bad_parameter_names_itself_and_what_is_allowed(client, parameters, name, says):
    response = get(client, **parameters)
    assert response.status_code == 422
    error = response.get_json()
    assert set(error) == ERROR_KEYS
    assert (error["code"], error["status"]) == (422, "Unprocessable Entity")
    assert name in error["message"]
    assert list(error["errors"]["query"]) == [name]
    assert says in error["errors"]["query"][name][0]


@pytest.mark.parametrize("wrap", [lambda many: many, lambda many: {"questions": many}])
def test_many_questions_are_answered_in_their_order(client, wrap):
    texts = ["狗咬人", "护照到期换新", "校车没有座位", "狗咬人"]
    response = post(client, wrap([{"q": text} for text in texts]))
    assert response.status_code == 200
    body = response.get_json()
    assert list(body) == ["total", "answers"]
    assert body["total"] == 4
    assert [one["query"]["text"] for one in body["answers"]] == texts
    assert [one["status"] for one in body["answers"]] == ["answered", "not_found", "ambiguous", "answered"]
    assert all(set(one) == {"id", *KEYS} for one in body["answers"])


IDS = [1, 0, -2.5, "12345-工单", "", None, True, False, [1, ["二"]], {"号": {"内": None}}, 10**30]


def test_ids_of_any_kind_come_back_in_their_order(client):
    questions = [{"id": one, "q": "狗咬人", "township": "庙尔沟乡"} for one in IDS]
    answers = post(client, questions).get_json()["answers"]
    assert [json.dumps(one["id"], sort_keys=True) for one in answers] == [
        json.dumps(one, sort_keys=True) for one in IDS
    ]


def test_without_an_id_it_is_null(client):
    assert post(client, [{"q": "狗咬人"}]).get_json()["answers"][0]["id"] is None


def test_ids_may_stand_twice(client):
    questions = [{"id": "同", "q": "狗咬人"}, {"id": "同", "q": "校车"}]
    answers = post(client, questions).get_json()["answers"]
    assert [(one["id"], one["query"]["text"]) for one in answers] == [("同", "狗咬人"), ("同", "校车")]


@pytest.mark.parametrize("text", ["狗咬人", "校车", "收养登记", "护照到期换新", "魑魅魍魉"])
def test_one_of_many_is_answered_like_one_alone(client, text):
    alone = get(client, q=text, township="庙尔沟乡").get_json()
    [one] = post(client, [{"id": 7, "q": text, "township": "庙尔沟乡"}]).get_json()["answers"]
    assert one == {**alone, "id": 7}


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ({"township": "庙尔沟乡"}, {"庙尔沟乡"}),
        ({"township": "庙尔沟乡,三台镇"}, {"庙尔沟乡", "三台镇"}),
        ({"township": ["庙尔沟乡", "三台镇"]}, {"庙尔沟乡", "三台镇"}),
        ({"township": ["庙尔沟乡,三台镇", "坎尔孜乡"]}, {"庙尔沟乡", "三台镇", "坎尔孜乡"}),
        ({"county": "奇台县"}, {"坎尔孜乡"}),
        ({"prefecture": ["昌吉回族自治州"], "township": "三台镇"}, {"三台镇"}),
        ({"township": ""}, {"庙尔沟乡", "三台镇", "坎尔孜乡", "大南沟乌孜别克族乡"}),
        ({"township": []}, {"庙尔沟乡", "三台镇", "坎尔孜乡", "大南沟乌孜别克族乡"}),
        ({"township": None}, {"庙尔沟乡", "三台镇", "坎尔孜乡", "大南沟乌孜别克族乡"}),
        ({"prefecture": None, "county": "奇台县", "township": None}, {"坎尔孜乡"}),
        ({"township": "庙尔沟"}, {"庙尔沟乡"}),
        ({"township": ["庙尔沟", "三台"]}, {"庙尔沟乡", "三台镇"}),
    ],
)
def test_places_of_a_question_come_in_every_form(client, places, expected):
    [one] = post(client, [{"q": "狗咬人", **places}]).get_json()["answers"]
    assert {found["township"] for found in one["answer"]["by_township"]} == expected


def test_a_hundred_questions_are_answered_and_no_more(client):
    hundred = [{"id": number, "q": "狗咬人", "township": "庙尔沟乡"} for number in range(100)]
    body = post(client, hundred).get_json()
    assert body["total"] == 100
    assert [one["id"] for one in body["answers"]] == list(range(100))
    refused = post(client, [*hundred, {"q": "狗叫"}])
    assert refused.status_code == 422
    assert "100" in refused.get_json()["errors"]["json"]["questions"][0]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ([], "questions"),
        ({"questions": []}, "questions"),
        ({}, "questions"),
        ({"questions": None}, "questions"),
        ({"questions": "狗咬人"}, "questions"),
        ({"questions": {"q": "狗咬人"}}, "questions"),
        ({"问题": [{"q": "狗咬人"}]}, "问题"),
        ({"questions": [{"q": "狗咬人"}], "乡镇": "庙尔沟乡"}, "乡镇"),
        ("狗咬人", "_schema"),
        (12345, "_schema"),
    ],
)
def test_a_body_of_another_shape_is_refused(client, body, name):
    response = post(client, body)
    assert response.status_code == 422
    error = response.get_json()
    assert set(error) == ERROR_KEYS
    assert name in error["errors"]["json"]
    assert name in error["message"]


def test_null_is_no_question(client):
    response = post(client, [{"q": "狗咬人"}, None])
    assert response.status_code == 422
    assert list(response.get_json()["errors"]["json"]["questions"]) == ["1"]


@pytest.mark.parametrize("body", ["狗咬人", 12345, True])
def test_a_body_that_is_no_object_is_told_the_keys_of_one(client, body):
    errors = post(client, body).get_json()["errors"]
    assert errors == {"json": {"_schema": ["expected an object with the keys questions"]}}


@pytest.mark.parametrize(
    ("question", "key", "says"),
    [
        ({}, "q", "Missing"),
        ({"id": 1}, "q", "Missing"),
        ({"q": ""}, "q", "must not be empty"),
        ({"q": "　 "}, "q", "must not be empty"),
        ({"q": None}, "q", "null"),
        ({"q": 12345}, "q", "string"),
        ({"q": ["狗咬人"]}, "q", "string"),
        ({"q": "问" * 501}, "q", "500"),
        ({"q": "狗咬人", "township": "没有乡"}, "township", "'没有乡' is not allowed; allowed: 庙尔沟乡, 坎尔孜乡"),
        ({"q": "狗咬人", "township": ["庙尔沟乡", "没有乡"]}, "township", "甘沟乡"),
        ({"q": "狗咬人", "county": "没有县"}, "county", "奇台县"),
        ({"q": None, "township": None}, "q", "null"),
        ({"q": "狗咬人", "township": {"名": "庙尔沟乡"}}, "township", "not allowed"),
        ({"q": "狗咬人", "township": [["庙尔沟乡"]]}, "township", "not allowed"),
        ({"q": "狗咬人", "township": 5}, "township", "not allowed"),
        ({"q": "狗咬人", "list_type": "basic"}, "list_type", "unknown key; allowed: id, q"),
        ({"q": "狗咬人", "乡镇": "庙尔沟乡"}, "乡镇", "unknown key; allowed: id, q"),
        ("狗咬人", "_schema", "expected an object with the keys id, q, prefecture, county, township"),
        (["狗咬人"], "_schema", "expected an object with the keys id, q, prefecture, county, township"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", [0, 2])
def test_a_bad_question_refuses_the_request_and_is_named_by_its_number(client, question, key, says, before):
    good = {"q": "狗咬人", "township": "三台镇"}
    response = post(client, [*[good] * before, question, good])
    assert response.status_code == 422
    error = response.get_json()
    assert set(error) == ERROR_KEYS
    assert "questions" in error["message"]
    of_questions = error["errors"]["json"]["questions"]
    assert list(of_questions) == [str(before)]
    assert says in of_questions[str(before)][key][0]


@pytest.mark.parametrize(
    "body", [[{"q": "狗咬人", "乡镇": "庙尔沟乡"}], {"questions": [{"q": "狗咬人"}], "乡镇": "三台镇"}]
)
def test_an_unknown_key_names_what_is_allowed(client, body):
    allowed = "township" if isinstance(body, list) else "questions"
    assert allowed in json.dumps(post(client, body).get_json()["errors"])


@pytest.mark.parametrize("text", ["不是", "{", '[{"q": "狗咬人"},]', b"\xff\xfe", b'[{"q": "\xb9\xb7"}]'])
def test_what_is_no_json_is_a_bad_request(client, text):
    response = post_raw(client, text)
    assert response.status_code == 400
    error = response.get_json()
    assert set(error) == ERROR_KEYS
    assert error["errors"] == {"json": ["Invalid JSON body."]}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
@pytest.mark.parametrize("text", ['[{"q": "狗咬人"}]', None])
def test_what_does_not_call_itself_json_is_refused(client, text, content_type):
    response = post_raw(client, text, content_type)
    assert response.status_code == 415
    error = response.get_json()
    assert set(error) == ERROR_KEYS
    assert (error["code"], error["status"]) == (415, "Unsupported Media Type")
    assert "Content-Type: application/json" in error["message"]


def in_chunks(client, body):
    """Send a body whose length isn't told, as the server hands on one that came in chunks."""
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    return client.post(
        ANSWERS, input_stream=BytesIO(body), content_type="application/json", environ_overrides=chunked
    )


def test_a_body_without_end_is_too_large(client):
    text = json.dumps([{"q": "狗咬人", "id": "长" * 200_000}])
    for response in (post_raw(client, text), in_chunks(client, text.encode())):
        assert response.status_code == 413
        assert set(response.get_json()) == ERROR_KEYS


def test_a_body_in_chunks_is_read(client):
    response = in_chunks(client, json.dumps([{"q": "狗咬人", "township": "庙尔沟乡"}]).encode())
    assert response.status_code == 200
    assert response.get_json()["answers"][0]["status"] == "answered"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '[{"q": "狗咬人", "id": ' + "9" * 5000 + "}]",
        r'[{"q": "狗咬人\ud800"}]',
        r'[{"q": "狗咬人", "id": "\ud800"}]',
    ],
    ids=["deep", "long number", "surrogate in q", "surrogate in id"],
)
def test_no_body_makes_a_server_error(client, text):
    assert post_raw(client, text).status_code < 500


def test_the_answer_to_any_body_is_json(client):
    def refuse(constant):
        raise ValueError(constant)

    response = post_raw(client, '[{"q": "狗咬人", "id": NaN}]')
    json.loads(response.text, parse_constant=refuse)


@pytest.mark.parametrize(
    ("method", "path"), [("get", ANSWERS), ("put", ANSWERS), ("post", ANSWER), ("delete", ANSWER)]
)
def test_wrong_methods_are_405(client, method, path):
    response = getattr(client, method)(path, json=[{"q": "狗咬人"}])
    assert response.status_code == 405
    assert response.get_json()["code"] == 405
    assert set(response.get_json()) == ERROR_KEYS


def test_without_an_index_it_says_so(tmp_path):
    client = create_app(Search.open(tmp_path / "无")).test_client()
    for response in (get(client, q="狗咬人"), post(client, [{"q": "狗咬人"}])):
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert str(tmp_path) not in response.text


@PROPERTY
@given(
    name=st.sampled_from(["q", "prefecture", "county", "township", "list_type"]), value=st.text(max_size=40)
)
def test_no_value_makes_a_server_error(client, name, value):
    given = {"q": "狗咬人"} | {name: value.encode("utf-8", "replace")}
    assert client.get(ANSWER, query_string=given).status_code in (200, 422)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@PROPERTY
@given(value=JSON, key=st.sampled_from(["id", "q", "township", "county", "号"]), bare=st.booleans())
def test_no_question_makes_a_server_error(client, value, key, bare):
    many = [{"q": "狗咬人"} | {key: value}]
    response = post(client, many if bare else {"questions": many})
    assert response.status_code in (200, 422)
    if key == "id":
        assert response.get_json()["answers"][0]["id"] == value
