"""``duty-search mcp`` as clients start it: a real process, spoken to on its standard input and output.

1. The SDK's client lists the tools and gets answers, in both eras of the protocol; the process ends with the client.
2. Questions asked all at once are each answered for their own place.
3. Standard output holds messages of the protocol and nothing else, whatever the locale, also after lines that are
   none; it ends with exit code 0 when its input does.
4. On standard error there is what is served, and no question, not even a refused one.
"""

import asyncio
import json
import os
import subprocess

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from tests.search_service.mcp_server.conftest import PATIENCE, command, text_of
from tests.search_service.mcp_server.event_loop import run

INITIALIZE = {
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "测试", "version": "1"},
    },
}


@pytest.fixture
def started(index_folder, tmp_path):
    """Return a function that makes a client of a process of its own; its standard error goes to a file."""

    def started(errors, mode="auto"):
        parameters = StdioServerParameters(command=command(), args=["mcp", "--index", str(index_folder)])
        return Client(stdio_client(parameters, errlog=errors), mode=mode, read_timeout_seconds=PATIENCE)

    return started


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_is_answered(started, tmp_path, mode):
    async def session(errors):
        async with started(errors, mode) as client:
            tools = (await client.list_tools()).tools
            answer = await client.call_tool(
                "who_handles", {"question": "狗咬人了找谁", "township": "庙尔沟乡"}
            )
            refused = await client.call_tool("who_handles", {"question": "我的电话和住址" * 100})
            unknown = await client.call_tool(
                "who_handles", {"question": "邻居养犬扰民", "township": "没有乡"}
            )
            return tools, answer, refused, unknown

    with (tmp_path / "stderr.txt").open("w+", encoding="utf-8") as errors:
        tools, answer, refused, unknown = run(session(errors))
        errors.seek(0)
        said = errors.read()
    assert [tool.name for tool in tools] == ["who_handles", "search_duties", "get_duty", "list_places"]
    assert answer.structured_content["responsible"][0]["name"] == "昌吉市公安局"
    assert refused.is_error
    assert "at most 500 characters" in text_of(refused)
    assert unknown.is_error
    assert "三台镇" in text_of(unknown)
    assert said.startswith("1243 duties, generation ")
    assert len(said.splitlines()) == 1


def test_questions_asked_at_once_get_their_own_answers(started, tmp_path):
    police = {
        "庙尔沟乡": "昌吉市公安局",
        "坎尔孜乡": "奇台县公安局",
        "大南沟乌孜别克族乡": "木垒县公安局",
        "三台镇": "吉木萨尔县公安局",
    }
    townships = list(police) * 5

    async def session(errors):
        async with started(errors) as client:
            return await asyncio.gather(
                *(
                    client.call_tool("who_handles", {"question": "狗咬人", "township": township})
                    for township in townships
                )
            )

    with (tmp_path / "stderr.txt").open("w", encoding="utf-8") as errors:
        results = run(session(errors))
    told = [result.structured_content["responsible"][0]["name"] for result in results]
    assert told == [police[township] for township in townships]


@pytest.mark.parametrize("locale", [{"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_nothing_but_the_protocol_is_on_standard_output(index_folder, locale):
    process = subprocess.Popen(
        [command(), "mcp", "--index", str(index_folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **locale},
    )
    calls = [
        ("who_handles", {"question": "庙尔沟乡狗咬人"}),
        ("who_handles", {"question": ""}),
        ("who_handles", {"question": "狗咬人", "township": "没有乡"}),
        ("search_duties", {"question": "gaolingjintie"}),
        ("get_duty", {"duty_id": "nope"}),
        ("list_places", {}),
    ]
    requests = [INITIALIZE, {"method": "tools/list"}] + [
        {"method": "tools/call", "params": {"name": name, "arguments": arguments}}
        for name, arguments in calls
    ]
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": number, **request}, ensure_ascii=False)
        for number, request in enumerate(requests)
    ]
    lines[1:1] = ['{"jsonrpc": "2.0", "method": "notifications/initialized"}', "不是消息", ""]
    process.stdin.write("".join(f"{line}\n" for line in lines).encode("utf-8"))
    process.stdin.flush()
    answers = [json.loads(process.stdout.readline()) for _ in requests]
    rest, errors = process.communicate(timeout=PATIENCE)  # closes its input
    assert rest == b""
    assert process.returncode == 0
    assert {answer["jsonrpc"] for answer in answers} == {"2.0"}
    by_id = {answer["id"]: answer["result"] for answer in answers}
    assert set(by_id) == set(range(len(requests)))
    assert by_id[0]["serverInfo"]["name"] == "duty-search"
    assert by_id[2]["structuredContent"]["status"] == "answered"
    assert [by_id[number].get("isError", False) for number in range(2, 8)] == [
        False, True, True, False, True, False,
    ]  # fmt: skip
    (line,) = errors.decode("utf-8").splitlines()
    assert line.startswith("1243 duties, generation ")
