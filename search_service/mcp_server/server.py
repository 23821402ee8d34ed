"""The MCP server: the tools over one search core, and what tells an assistant how to use them."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver import MCPServer

from search_service.mcp_server.strict_tool import StrictTool
from search_service.mcp_server.tools import DutyTools

if TYPE_CHECKING:
    from search_service.core.search import Search

INSTRUCTIONS = """\
Official duty lists (履职事项清单) of Chinese townships: who handles a matter in a place, and which sentence
of which list says so.

- For 谁来管 / 归哪个部门 call who_handles with the question as it was asked, in Chinese, and with the
  township or county where it is known. Name the body, quote its evidence, and give the citation.
- status ambiguous: ask which township it is about, then ask again. status not_found: pass on the advice.
  Never name a body that no list names.
- search_duties looks around and compares, get_duty gives the full text of a duty, list_places the places.
"""


def create_server(search: Search) -> MCPServer[Any]:
    """Return the MCP server over a search core; its transport is still to be chosen."""
    tools = DutyTools(search)
    return MCPServer(
        "duty-search",
        title="乡镇履职事项检索 / duty search",
        description="Who handles X? The duty lists (履职事项清单) of China's townships",
        instructions=INSTRUCTIONS,
        version=version("duty-search"),
        tools=[
            StrictTool.reading(tools.who_handles, "谁来管：归哪个部门、依据哪一句"),
            StrictTool.reading(tools.search_duties, "检索履职事项"),
            StrictTool.reading(tools.get_duty, "查看一项履职事项全文"),
            StrictTool.reading(tools.list_places, "已收录的乡镇"),
        ],
        log_level="WARNING",
        subscriptions=False,  # nothing ever changes that a client could be told of
    )
