"""``duty-search answer``.

1. As text: the body, the sentence to read out, where it is written, how sure it is; where places differ that they
   do and what each says, and what else may be meant; where there is no answer what to do.
2. As JSON: the same data as the HTTP interface.
3. Exit code 0: answered or ambiguous; 1: not found, or no usable index; 2: wrong call, a place without list too,
   with those there are.
"""

import json

import pytest
from click.testing import CliRunner

from search_service.cli import main


@pytest.fixture
def run(index_folder, monkeypatch):
    """Return a function that asks on the command line, over the shared index."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments, index=index_folder):
        return CliRunner().invoke(main, ["answer", *arguments, "--index", str(index)])

    return run


def test_an_answer_is_printed_to_be_read_out(run):
    result = run("狗咬人", "--township", "庙尔沟乡")
    assert result.exit_code == 0, result.output
    body, summary, citation = result.stdout.splitlines()
    assert body == "昌吉市公安局"
    assert summary.startswith("这件事归昌吉市公安局：“负责查处养犬扰民、伤人治安案件”；庙尔沟乡配合：“")
    assert citation.startswith("依据：庙尔沟乡配合履职事项清单第19项（2025年7月）  把握 9")
    assert citation.endswith("%")


def test_what_else_may_be_meant_is_printed(run):
    result = run("狗屎没人清", "--township", "庙尔沟乡")
    others = [line for line in result.stdout.splitlines() if line.startswith("也可能是：")]
    assert len(others) == 3
    assert all("  → " in line for line in others)


def test_several_places_are_printed_one_a_line(run):
    result = run("狗咬人", "--township", "庙尔沟乡", "--township", "三台镇")
    assert result.exit_code == 0
    assert "  庙尔沟乡  昌吉市公安局" in result.stdout.splitlines()
    assert "  三台镇  吉木萨尔县公安局" in result.stdout.splitlines()


def test_counties_and_prefectures_filter_too(run):
    assert "奇台县公安局" in run("狗咬人", "--county", "奇台县").stdout
    everywhere = run("狗咬人", "--prefecture", "昌吉回族自治州").stdout
    assert all(f"  {township}  " in everywhere for township in ("庙尔沟乡", "坎尔孜乡", "三台镇"))


def test_a_short_name_of_a_place_filters_like_the_full_one(run):
    short, full = (run("狗咬人", "--township", name) for name in ("庙尔沟", "庙尔沟乡"))
    assert (short.exit_code, short.stdout) == (0, full.stdout)


def test_an_ambiguous_answer_names_no_body_first_but_what_each_place_says(run):
    result = run("校车没有座位")
    assert result.exit_code == 0
    headline, summary, *lines = result.stdout.splitlines()
    assert headline == "各地不同"
    assert summary.startswith("各地不一样：")
    assert summary.endswith("甘沟乡由教育局办。请先问清来电人在哪个乡镇。")
    assert "  甘沟乡  乌鲁木齐县教育局" in lines
    assert "  庙尔沟乡  庙尔沟乡" in lines
    assert "依据：" not in result.stdout


def test_a_refusal_prints_the_nearest_duty(run):
    result = run("wifi", "--township", "庙尔沟乡")
    assert result.exit_code == 1
    advice, other = result.stdout.splitlines()
    assert advice.startswith("没有对得上的事项，没有把握。最接近的是庙尔沟乡的“负责本乡网络安全宣传教育工作”")
    assert other == "也可能是：负责本乡网络安全宣传教育工作  → 庙尔沟乡"


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["护照到期换新"], "听起来是“护照和出入境证件”，通常归县市公安局出入境管理窗口"),
        (["收养登记", "--township", "庙尔沟乡"], "庙尔沟乡的清单里没有找到这一项；"),
        (["魑魅魍魉"], "没有找到这件事，不要凭猜测派单"),
        (["阜康市低保"], "没有阜康市的履职事项清单，不能拿别处的清单来答。"),
        (["13912345678"], "没有听出要办的是什么事。"),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_not_found_is_exit_code_1_with_advice(run, arguments, advice, form):
    result = run(*arguments, "--format", form)
    assert result.exit_code == 1
    assert advice in result.stdout
    assert result.stderr == ""
    if form == "json":
        assert json.loads(result.stdout)["status"] == "not_found"


@pytest.mark.parametrize("text", ["狗咬人", "狗屎没人清", "收养登记"])
def test_as_json_it_is_what_the_interface_answers(run, client, text):
    result = run(text, "--township", "庙尔沟乡", "--format", "json")
    answered = client.get("/api/v1/answer", query_string={"q": text, "township": "庙尔沟乡"}).get_json()
    assert json.loads(result.stdout) == answered
    assert result.exit_code == (0 if answered["answer"] else 1)
    assert text in result.stdout  # not escaped


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("--township", "没有乡", "庙尔沟乡"),
        ("--county", "没有县", "奇台县"),
        ("--prefecture", "没有州", "昌吉回族自治州"),
    ],
)
def test_a_place_without_list_is_a_wrong_call_that_names_those_there_are(run, option, value, allowed):
    result = run("狗咬人", option, value)
    assert result.exit_code == 2
    assert option in result.stderr
    assert value in result.stderr
    assert allowed in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("text", ["", "　 ", "问" * 501])
def test_a_question_of_no_or_too_many_characters_is_a_wrong_call(run, text):
    result = run(text)
    assert result.exit_code == 2
    assert "expected 1 to 500 characters" in result.stderr


def test_five_hundred_characters_are_answered(run):
    assert run(("狗咬人了，" * 100)[:500]).exit_code == 0


@pytest.mark.parametrize(
    "arguments", [["狗咬人", "--format", "xml"], ["狗咬人", "--list-type", "基本"], ["狗咬人", "狗叫"], []]
)
def test_wrong_calls(run, arguments):
    assert run(*arguments).exit_code == 2


def test_without_an_index_the_remedy_is_named(run, tmp_path):
    result = run("狗咬人", index=tmp_path / "没有")
    assert result.exit_code == 1
    assert "duty-index build" in result.stderr
    assert result.stdout == ""
