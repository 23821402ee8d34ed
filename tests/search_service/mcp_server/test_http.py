"""``duty-search mcp --transport http``: a real process on a free port.

1. The SDK's client lists the tools and gets answers and refusals by streamable HTTP at /mcp, in both eras.
2. Several clients at once are each answered for their own place.
3. Only hosts and origins of this machine, or named at the start, are served: no web page gets in by rebinding.
4. A body that is too large is refused; there is nothing beside /mcp.
5. A generation published while it runs is served without a failed call.
6. Its address is said at the start; no question is logged. It stops on SIGTERM.
"""

import asyncio
import json
import signal
import urllib.error
import urllib.request

import pytest
from mcp import Client

from search_service.mcp_server.transports import MAX_BODY, security
from tests.generations import publish_copy
from tests.search_service.mcp_server.conftest import PATIENCE, ask, running, text_of
from tests.search_service.mcp_server.event_loop import run

POLICE = {"庙尔沟乡": "昌吉市公安局", "坎尔孜乡": "奇台县公安局", "三台镇": "吉木萨尔县公安局"}


def post(url, body, **headers):
    """Return status and text of a request by hand."""
    request = urllib.request.Request(
        url,
        data=body,
        headers={
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return response.status, response.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8")


def message(method, **params):
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode("utf-8")


CALL = message("tools/call", name="who_handles", arguments={"question": "狗咬人", "township": "庙尔沟乡"})


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_is_answered(http_server, mode):
    async def session():
        async with Client(http_server.url, mode=mode, read_timeout_seconds=PATIENCE) as client:
            return (
                (await client.list_tools()).tools,
                await client.call_tool("who_handles", {"question": "狗咬人了找谁", "township": "庙尔沟乡"}),
                await client.call_tool("search_duties", {"question": "高龄津贴"}),
                await client.call_tool("who_handles", {"question": "狗咬人", "township": "没有乡"}),
                await client.call_tool("who_handles", {"question": "我的电话和住址" * 100}),
            )

    tools, answer, found, unknown, too_long = run(session())
    assert len(tools) == 4
    assert all(tool.output_schema for tool in tools)
    assert answer.structured_content["responsible"][0]["name"] == "昌吉市公安局"
    assert found.structured_content["total"] > 0
    assert unknown.is_error
    assert "三台镇" in text_of(unknown)
    assert too_long.is_error


def test_several_clients_at_once(http_server):
    async def client(township):
        async with Client(http_server.url, read_timeout_seconds=PATIENCE) as client:
            results = await asyncio.gather(
                *(
                    client.call_tool("who_handles", {"question": question, "township": township})
                    for question in ("狗咬人", "养犬扰民", "狗咬人了找谁")
                )
            )
        return [result.structured_content["responsible"][0]["name"] for result in results]

    async def clients():
        return await asyncio.gather(*(client(township) for township in list(POLICE) * 2))

    assert run(clients()) == [[name] * 3 for name in POLICE.values()] * 2


def test_a_plain_request_gets_plain_json(http_server):
    status, text = post(http_server.url, CALL)
    assert status == 200
    assert json.loads(text)["result"]["structuredContent"]["status"] == "answered"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:8001"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Content_Type": "text/plain"}, 400),
        ({"Host": "localhost:8001", "Origin": "http://localhost:6274"}, 200),
    ],
)
def test_foreign_hosts_and_origins_are_refused(http_server, headers, status):
    assert post(http_server.url, CALL, **headers)[0] == status


def test_a_body_that_is_too_large_is_refused(http_server):
    assert post(http_server.url, CALL + b" " * MAX_BODY)[0] == 413


@pytest.mark.parametrize("path", ["/", "/mcp/x", "/api/v1/search"])
def test_there_is_nothing_else(http_server, path):
    assert post(http_server.url.removesuffix("/mcp") + path, CALL)[0] == 404


def test_what_is_no_message_is_refused_without_a_traceback(http_server):
    status, text = post(http_server.url, "不是消息".encode())
    assert status == 400
    assert "Traceback" not in text
    assert "不是消息" not in text


def test_a_published_generation_is_served(http_server):
    name = publish_copy(http_server.index)
    results = ask(
        http_server.url,
        *[("who_handles", {"question": "狗咬人", "township": "庙尔沟乡"}), ("list_places", {})] * 3,
    )
    assert not any(result.is_error for result in results)
    assert results[-1].structured_content["generation"] == name


def test_its_address_is_said_and_no_question_logged(http_server, http_log):
    ask(
        http_server.url,
        ("who_handles", {"question": "邻居的秘密"}),
        ("who_handles", {"question": "邻居的秘密" * 101}),
        ("who_handles", {"question": "邻居的秘密", "township": "没有乡"}),
    )
    said = http_log.read_text(encoding="utf-8")
    assert f"\n{http_server.url}\n" in said
    assert "邻居" not in said
    assert "Traceback" not in said


def test_other_names_are_allowed_at_the_start_and_it_stops_on_sigterm(index_folder, tmp_path):
    with running(index_folder, tmp_path / "stderr.txt", "--allow-host", "duties.example") as server:
        for host in ("duties.example", "duties.example:8443"):
            origin = f"https://{host}"
            assert post(server.url, CALL, Host=host, Origin=origin)[0] == 200
        assert post(server.url, CALL, Host="evil.example")[0] == 421
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=PATIENCE) == -signal.SIGTERM
    assert "Traceback" not in (tmp_path / "stderr.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("host", "names", "allowed", "refused"),
    [
        ("127.0.0.1", (), {"127.0.0.1:*", "localhost:*", "[::1]:*"}, set()),
        ("10.0.0.5", (), {"10.0.0.5:*", "localhost:*"}, set()),
        ("0.0.0.0", (), {"localhost:*"}, {"0.0.0.0:*"}),  # noqa: S104
        ("::", ("duties.example", "fe80::1"), {"duties.example", "[fe80::1]:*"}, {"[::]:*"}),
    ],
)
def test_hosts_that_requests_may_name(host, names, allowed, refused):
    settings = security(host, names)
    assert settings.enable_dns_rebinding_protection
    assert allowed <= set(settings.allowed_hosts)
    assert not refused & set(settings.allowed_hosts)
