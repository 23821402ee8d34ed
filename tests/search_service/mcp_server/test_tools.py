"""The tools, asked by the SDK's client in the same process.

1. Both eras of the protocol list the four tools: title, description, an input schema that is closed, an output
   schema, and that they only read. Every parameter is described, with Chinese where it takes text.
2. `who_handles` names the body, its sentence, the township's role, the citation and how sure it is.
3. Of several places with bodies of their own it names none by its own name; where places differ none at all.
4. Where no list answers it says what to do: elsewhere, outside all lists, or the nearest duty to be checked.
5. A place in the question counts unless one is given, and one outside of those given is named; short names, several
   values and null are understood.
6. `search_duties` finds, filters, browses, pages, collapses and counts; its texts are free of markup.
7. `get_duty` is the whole record; its ids are those of the other tools. `list_places` is every list.
8. All is what the HTTP interface answers.
9. A wrong call is an error that says what is allowed: unknown place, value, parameter or duty, a filter without a
   value, places that don't go together, a question of no or too many characters, a number out of range, an unknown
   tool. Without an index the remedy is named.
10. What breaks inside is told without its text; no error holds the question.
11. A generation published meanwhile answers.
"""

import json
import shutil

import pytest
from mcp import Client

from indexer.duty import ListType
from search_service import Search
from search_service.core.answers.answering import Answers
from search_service.mcp_server.parameters import MAX_FILTER_LENGTH, values
from search_service.mcp_server.plain_text import plain
from search_service.mcp_server.server import create_server
from tests.generations import publish_copy
from tests.search_service.mcp_server.conftest import ask, text_of
from tests.search_service.mcp_server.event_loop import run

TOOLS = ["who_handles", "search_duties", "get_duty", "list_places"]
DOG_DUTY = "changji-miaoergou-cooperative-19"


@pytest.fixture(scope="module", params=["auto", "legacy"])
def listed(request, mcp_server):
    """Return the tools as a client gets them, and what the server says of itself."""

    async def session():
        async with Client(mcp_server, mode=request.param) as client:
            return (await client.list_tools()).tools, client.instructions, client.server_info

    return run(session())


def test_the_tools_are_listed(listed):
    tools, instructions, info = listed
    assert [tool.name for tool in tools] == TOOLS
    assert info.name == "duty-search"
    assert info.version
    assert "who_handles" in instructions
    assert "not_found" in instructions
    for tool in tools:
        assert tool.title
        assert "township" in tool.description
        assert not any(line.startswith(" ") for line in tool.description.splitlines())
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.destructive_hint is False
        assert tool.annotations.idempotent_hint is True
        assert tool.annotations.open_world_hint is False


def test_parameters_and_results_have_schemas(listed):
    tools, _, _ = listed
    for tool in tools:
        assert tool.input_schema["additionalProperties"] is False
        assert tool.output_schema["type"] == "object"
        assert tool.output_schema["properties"]
        for name, schema in tool.input_schema["properties"].items():
            assert schema["description"], name
            takes_text = "string" in json.dumps(schema) and name != "duty_id"
            assert not takes_text or any("一" <= letter <= "鿿" for letter in schema["description"]), name
    who_handles, search_duties, get_duty, _ = tools
    assert who_handles.input_schema["required"] == ["question"]
    assert who_handles.input_schema["properties"]["question"]["maxLength"] == 500
    assert "required" not in search_duties.input_schema
    assert get_duty.input_schema["required"] == ["duty_id"]
    list_type = search_duties.input_schema["properties"]["list_type"]
    for one in ListType:
        assert one.value in list_type["description"]
        assert one.label in list_type["description"]
    assert {"status", "responsible", "citation", "by_township", "advice"} <= set(
        who_handles.output_schema["required"]
    )


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_body_and_the_sentence(mcp_server, mode):
    (result,) = ask(
        mcp_server, ("who_handles", {"question": "狗咬人了找谁", "township": "庙尔沟乡"}), mode=mode
    )
    assert not result.is_error
    answer = result.structured_content
    assert answer["status"] == "answered"
    assert answer["responsible"] == [
        {"name": "昌吉市公安局", "canonical": "公安局", "evidence": "负责查处养犬扰民、伤人治安案件"}
    ]
    assert answer["township_role"] == "assists"
    assert answer["township_evidence"].startswith("组织村结合走访入户、政策宣传")
    assert answer["citation"] == "庙尔沟乡配合履职事项清单第19项（2025年7月）"
    assert answer["summary"].startswith("这件事归昌吉市公安局：“负责查处养犬扰民、伤人治安案件”")
    assert 0.7 < answer["confidence"] <= 1
    assert answer["stands_out"] is True
    assert answer["duty"] == {
        "duty_id": DOG_DUTY,
        "county": "昌吉市",
        "township": "庙尔沟乡",
        "list_type": "cooperative",
        "number": 19,
        "name": "文明养犬管理工作",
    }
    assert [one["duty"]["township"] for one in answer["by_township"]] == ["庙尔沟乡"]
    assert (answer["advice"], answer["elsewhere"], answer["outside"]) == (None, None, None)
    assert json.loads(text_of(result)) == answer
    assert "昌吉市公安局" in text_of(result)  # not escaped


def test_bodies_of_several_places_go_by_the_name_they_share(call):
    answer = call("who_handles", question="狗咬人", township="庙尔沟乡，三台镇")
    assert answer["status"] == "answered"
    assert [one["name"] for one in answer["responsible"]] == ["当地公安局"]
    told = {
        one["duty"]["township"]: (one["responsible"][0]["name"], one["citation"])
        for one in answer["by_township"]
    }
    assert told == {
        "庙尔沟乡": ("昌吉市公安局", "庙尔沟乡配合履职事项清单第19项（2025年7月）"),
        "三台镇": ("吉木萨尔县公安局", "三台镇配合履职事项清单第19项（2025年7月）"),
    }


def test_where_places_differ_no_body_is_named_first(call):
    answer = call("who_handles", question="校车没有座位")
    assert answer["status"] == "ambiguous"
    assert answer["responsible"] == []
    assert (answer["township_role"], answer["citation"], answer["duty"]) == (None, None, None)
    assert answer["summary"].startswith("各地不一样：")
    assert "请先选来电人所在的乡镇" in answer["advice"]
    told = {one["duty"]["township"]: one["responsible"][0]["name"] for one in answer["by_township"]}
    assert told["甘沟乡"] == "乌鲁木齐县教育局"
    assert told["庙尔沟乡"] == "庙尔沟乡"
    assert all(one["responsible"][0]["evidence"] and one["citation"] for one in answer["by_township"])


def test_what_other_townships_list_is_said(call):
    answer = call("who_handles", question="收养登记", township="庙尔沟乡")
    assert answer["status"] == "not_found"
    assert answer["elsewhere"]["townships"]
    assert "庙尔沟乡" not in answer["elsewhere"]["townships"]
    assert answer["advice"].startswith("庙尔沟乡的清单里没有找到这一项；")
    assert (answer["responsible"], answer["by_township"], answer["summary"]) == ([], [], None)


def test_what_no_list_holds_is_named_with_its_desk(call):
    answer = call("who_handles", question="护照到期换新")
    assert answer["status"] == "not_found"
    assert answer["outside"]["name"] == "护照和出入境证件"
    assert answer["outside"]["desk"] in answer["advice"]


def test_the_nearest_duty_is_named_to_be_checked(call):
    answer = call("who_handles", question="wifi", township="庙尔沟乡")
    assert answer["status"] == "not_found"
    (nearest,) = answer["alternatives"]
    assert nearest["duty"]["name"] == "负责本乡网络安全宣传教育工作"
    assert nearest["responsible"][0]["name"] == "庙尔沟乡"
    assert nearest["township_role"] == "responsible"


def test_other_duties_that_may_be_meant(call):
    answer = call("who_handles", question="狗屎没人清", township="庙尔沟乡")
    assert answer["status"] == "answered"
    assert len(answer["alternatives"]) == 3


@pytest.mark.parametrize(
    ("arguments", "townships"),
    [
        ({"question": "庙尔沟乡狗咬人"}, {"庙尔沟乡"}),
        ({"question": "庙尔沟乡狗咬人", "township": "三台镇"}, {"三台镇"}),
        ({"question": "狗咬人", "township": "庙尔沟"}, {"庙尔沟乡"}),
        ({"question": "狗咬人", "township": " 庙尔沟乡、 三台镇 "}, {"庙尔沟乡", "三台镇"}),
        ({"question": "狗咬人", "county": "奇台县", "township": None}, {"坎尔孜乡"}),
        ({"question": "狗咬人", "county": "", "prefecture": "乌鲁木齐市"}, {"甘沟乡"}),
    ],
)
def test_places(call, arguments, townships):
    answer = call("who_handles", **arguments)
    assert {one["duty"]["township"] for one in answer["by_township"]} == townships


@pytest.mark.parametrize(
    ("question", "places", "other"),
    [
        ("奇台县狗咬人", {"county": "昌吉市"}, "奇台县"),
        ("三台镇狗咬人", {"township": "庙尔沟"}, "三台镇"),
        ("奇台县狗咬人", {"prefecture": "昌吉回族自治州"}, None),
        ("昌吉市狗咬人", {"township": "庙尔沟乡"}, None),
        ("奇台县狗咬人", {}, None),
    ],
)
def test_a_place_outside_of_those_given_is_named(call, question, places, other):
    assert call("who_handles", question=question, **places)["other_place"] == other


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("basic", {"basic"}),
        ("基本", {"basic"}),
        ("cooperative, 收回", {"cooperative", "reclaimed"}),
        ("基本、配合；reclaimed", {"basic", "cooperative", "reclaimed"}),
        ("", {"basic", "cooperative", "reclaimed"}),
    ],
)
def test_lists_go_by_both_names_and_several(call, text, wanted):
    found = call("search_duties", list_type=text, township="庙尔沟乡", per_page=100, collapse=False)
    counted = {"basic": 107, "cooperative": 101, "reclaimed": 34}
    assert found["total"] == sum(counted[one] for one in wanted)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ()),
        ("", ()),
        (" ，", ()),
        ("甲乡", ("甲乡",)),
        ("甲乡, 乙镇；丙乡、丁镇,", ("甲乡", "乙镇", "丙乡", "丁镇")),
    ],
)
def test_several_values_in_a_text(text, expected):
    assert values(text) == expected


def test_a_search(call):
    found = call("search_duties", question="养犬", township="庙尔沟乡", per_page=3)
    assert found["results"][0]["duty_id"] == DOG_DUTY
    assert found["results"][0]["category"] == "平安法治"
    assert found["results"][0]["departments"][0] == "昌吉市公安局"
    assert any("养犬扰民" in text for text in found["results"][0]["matching_steps"])
    assert found["total"] >= len(found["results"])
    assert found["counts"]["county"]["昌吉市"] == found["total"]
    assert all(len(counts) <= 10 for counts in found["counts"].values())
    assert "<mark>" not in json.dumps(found)


def test_one_result_for_a_duty_of_several_townships(call):
    collapsed, single = (call("search_duties", question="养犬", collapse=how) for how in (True, False))
    assert collapsed["total"] < single["total"]
    first = collapsed["results"][0]
    assert {one["name"] for one in first["same_in"]} == {"文明养犬管理工作"}
    assert first["township"] not in {one["township"] for one in first["same_in"]}
    assert all(one["same_in"] == [] for one in single["results"])


def test_browsing_by_filters(call):
    found = call(
        "search_duties", department="昌吉市公安局", township="庙尔沟乡", list_type="cooperative", per_page=100
    )
    assert found["total"] == len(found["results"]) == found["counts"]["department"]["公安局"]
    assert all("昌吉市公安局" in one["departments"] for one in found["results"])
    assert [one["number"] for one in found["results"]] == sorted(one["number"] for one in found["results"])
    everything = call("search_duties", collapse=False)
    assert everything["total"] == 1243


def test_pages(call):
    first, second, beyond = (
        call("search_duties", question="老人", category="民生服务", page=page, per_page=5)
        for page in (1, 2, 999)
    )
    assert (first["page"], second["page"]) == (1, 2)
    assert first["pages"] == -(-first["total"] // 5)
    assert not {one["duty_id"] for one in first["results"]} & {one["duty_id"] for one in second["results"]}
    assert beyond["results"] == []


def test_a_slip_is_corrected_and_said(call):
    found = call("search_duties", question="gaolingjintie")
    assert found["corrected"] == "高龄津贴"
    assert "高龄津贴" in found["results"][0]["name"] + "".join(found["results"][0]["matching_steps"])


@pytest.mark.parametrize(
    ("highlight", "text"),
    [("<mark>养犬</mark>扰民", "养犬扰民"), ("a &lt;mark&gt; &amp; b", "a <mark> & b"), ("", "")],
)
def test_markup_is_taken_away(highlight, text):
    assert plain(highlight) == text


def test_a_duty_whole(call, client):
    duty = call("get_duty", duty_id=DOG_DUTY)
    over_http = client.get(f"/api/v1/duties/{DOG_DUTY}").get_json()
    for name in ("name", "category", "province", "prefecture", "list_id", "number", "marked", "list_type"):
        assert duty[name] == over_http["duty"][name]
    for name in ("departments", "superior_steps", "township_steps", "source"):
        assert duty[name] == over_http["duty"][name]
    assert [one["duty_id"] for one in duty["same_elsewhere"]] == [
        one["id"] for one in over_http["shared_with"]
    ]
    assert duty["list_name"] == "配合履职事项清单"
    assert duty["township_role"] == "assists"
    assert duty["citation"] == "庙尔沟乡配合履职事项清单第19项（2025年7月）"


def test_every_id_leads_to_its_duty(call):
    found = call("search_duties", question="低保", per_page=20)
    ids = {one["duty_id"] for result in found["results"] for one in (result, *result["same_in"])}
    assert len(ids) > 5
    for duty_id in ids:
        assert call("get_duty", duty_id=duty_id)["duty_id"] == duty_id


def test_places_are_those_of_the_index(call, client):
    places = call("list_places")
    over_http = client.get("/api/v1/places").get_json()
    assert places["total"] == over_http["total"] == 5
    assert places["duties"] == 1243
    for mine, theirs in zip(places["places"], over_http["places"], strict=True):
        counts = theirs.pop("counts")
        assert mine == {**theirs, **counts}


@pytest.mark.parametrize("question", ["狗咬人", "狗屎没人清", "收养登记", "低保怎么申请", "护照到期换新"])
def test_it_is_what_the_http_interface_answers(call, client, question):
    mine = call("who_handles", question=question, township="庙尔沟乡")
    theirs = client.get("/api/v1/answer", query_string={"q": question, "township": "庙尔沟乡"}).get_json()
    assert (mine["status"], mine["advice"]) == (theirs["status"], theirs["advice"])
    assert len(mine["alternatives"]) == len(theirs["alternatives"])
    if theirs["answer"]:
        assert mine["duty"]["duty_id"] == theirs["answer"]["duty"]["id"]
        for name in ("summary", "citation", "township_role", "township_evidence", "stands_out"):
            assert mine[name] == theirs["answer"][name]
        assert mine["confidence"] == round(theirs["answer"]["confidence"], 2)
        assert [one["evidence"] for one in mine["responsible"]] == [
            one["evidence"] for one in theirs["answer"]["responsible"]
        ]


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("who_handles", {"township": "没有乡"}, "township: '没有乡' is not allowed; allowed: 庙尔沟乡"),
        ("who_handles", {"county": "没有县"}, "county: '没有县' is not allowed; allowed: 昌吉市, 奇台县"),
        ("who_handles", {"prefecture": "没有州"}, "昌吉回族自治州"),
        ("search_duties", {"township": "庙尔沟乡,没有乡"}, "township: '没有乡' is not allowed"),
        ("search_duties", {"category": "没有类"}, "平安法治"),
        ("search_duties", {"department": "没有局"}, "公安局"),
        (
            "search_duties",
            {"list_type": "全部"},
            "list_type: '全部' is not allowed; allowed: basic, cooperative",
        ),
        ("search_duties", {"list_type": "基本,全部"}, "list_type: '全部' is not allowed"),
        ("search_duties", {"department": "，，"}, "department: names no value; leave it out"),
        ("who_handles", {"township": " 、; "}, "township: names no value"),
        (
            "who_handles",
            {"county": "昌吉市", "township": "三台镇"},
            "township: '三台镇' contradicts county=昌吉市, for there is only 昌吉回族自治州吉木萨尔县三台镇; leave",
        ),
        (
            "search_duties",
            {"county": "奇台", "township": "坎尔孜乡,三台镇"},
            "township: '三台镇' contradicts",
        ),
        ("search_duties", {"prefecture": "乌鲁木齐市", "county": "奇台县"}, "county: '奇台县' contradicts"),
        ("search_duties", {"page": 0}, "page: Input should be greater than or equal to 1"),
        ("search_duties", {"per_page": 101}, "per_page: Input should be less than or equal to 100"),
        ("search_duties", {"page": "二"}, "page: Input should be a valid integer"),
        (
            "who_handles",
            {"twonship": "庙尔沟乡"},
            "unknown parameter 'twonship'; allowed: question, township,",
        ),
        ("who_handles", {"township": "乡" * (MAX_FILTER_LENGTH + 1)}, "at most 200 characters"),
        ("who_handles", {"township": 5}, "township: Input should be a valid string"),
    ],
)
def test_a_wrong_call_is_told_what_is_allowed(refused, tool, arguments, told):
    message = refused(tool, question="狗咬人", **arguments)
    assert told in message
    assert message.startswith(f"Error executing tool {tool}: ")
    assert "狗咬人" not in message
    assert "Traceback" not in message
    assert "http" not in message


@pytest.mark.parametrize("question", ["", "　 \n", "问" * 501, None, 5, ["狗咬人"]])
def test_a_question_of_no_or_too_many_characters_is_refused(refused, question):
    message = refused("who_handles", question=question)
    assert message.startswith("Error executing tool who_handles: question: ")
    assert "问问" not in message


def test_a_search_text_of_too_many_characters_is_refused(refused):
    assert "at most 500 characters" in refused("search_duties", question="问" * 501)


def test_five_hundred_characters_are_answered(call):
    assert (
        call("who_handles", question=("狗咬人了，" * 100)[:500], township="庙尔沟乡")["status"] == "answered"
    )


@pytest.mark.parametrize("question", ['["狗咬人"]', '{"a": 1}', "null", "12345"])
def test_a_question_that_looks_like_json_is_taken_as_it_is(call, question):
    assert call("who_handles", question=question)["status"]


def test_missing_parameters_are_named(refused):
    assert refused("who_handles") == "Error executing tool who_handles: question: Field required"
    assert refused("get_duty") == "Error executing tool get_duty: duty_id: Field required"


def test_a_tool_without_parameters_takes_none(refused):
    assert "unknown parameter 'q'; allowed: none" in refused("list_places", q="狗")


@pytest.mark.parametrize("duty_id", ["nope", "文明养犬", "changji-miaoergou-cooperative-9999"])
def test_an_unknown_duty(refused, duty_id):
    message = refused("get_duty", duty_id=duty_id)
    assert f"no duty has the id '{duty_id}'" in message
    assert "changji-miaoergou-cooperative-19" in message


def test_an_unknown_tool(refused):
    assert refused("drop_tables") == "Unknown tool: drop_tables"


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("who_handles", {"question": "狗咬人"}),
        ("search_duties", {}),
        ("get_duty", {"duty_id": DOG_DUTY}),
        ("list_places", {}),
    ],
)
def test_without_an_index_the_remedy_is_named(tmp_path, tool, arguments):
    (result,) = ask(create_server(Search.open(tmp_path / "没有")), (tool, arguments))
    assert result.is_error
    assert "duty-index build" in text_of(result)
    assert str(tmp_path) not in text_of(result)


def test_what_breaks_inside_is_told_without_its_text(mcp_server, monkeypatch):
    def fail(self, request):
        raise RuntimeError(f"{request.text}: /etc/secret")

    monkeypatch.setattr(Answers, "answer", fail)
    broken, working = ask(
        mcp_server, ("who_handles", {"question": "狗咬人"}), ("get_duty", {"duty_id": DOG_DUTY})
    )
    assert broken.is_error
    assert text_of(broken) == "Error executing tool who_handles"
    assert not working.is_error


def test_a_published_generation_answers(index_folder, tmp_path):
    index = tmp_path / "index"
    shutil.copytree(index_folder, index)
    server = create_server(Search.open(index))
    (before,) = ask(server, ("list_places", {}))
    name = publish_copy(index)
    after, answer = ask(
        server, ("list_places", {}), ("who_handles", {"question": "狗咬人", "township": "庙尔沟乡"})
    )
    assert before.structured_content["generation"] != name
    assert after.structured_content["generation"] == name
    assert answer.structured_content["responsible"][0]["name"] == "昌吉市公安局"
