"""A tool that refuses what it doesn't know, and says in one line what is wrong with a call."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import ToolAnnotations
from pydantic import ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server.mcpserver import Context

_READS_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


class StrictTool(Tool):
    """A tool of the SDK, but a misspelt parameter must not be a filter that was never applied."""

    @classmethod
    def reading(cls, function: Callable[..., object], title: str) -> Tool:
        """Return the tool that a function is, described by its docstring; it changes nothing anywhere."""
        tool = cls.from_function(
            function,
            title=title,
            description=inspect.getdoc(function),
            annotations=_READS_ONLY,
            structured_output=True,
        )
        tool.parameters["additionalProperties"] = False
        return tool

    async def run(
        self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False
    ) -> Any:
        """Run the tool; raise ToolError for a call that its parameters don't allow."""
        allowed = self.parameters["properties"]
        unknown = [name for name in arguments if name not in allowed]
        if unknown:
            raise ToolError(
                f"{self._refusal}: unknown parameter {', '.join(map(repr, unknown))}; "
                f"allowed: {', '.join(allowed) or 'none'}"
            )
        try:
            return await super().run(arguments, context, convert_result)
        except UnexpectedToolError:
            raise
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                # Chained, so that the SDK logs the names of the parameters alone.
                raise ToolError(f"{self._refusal}: {_worded(cause)}") from cause
            raise

    @property
    def _refusal(self) -> str:
        """Return how the SDK begins what it says of a failed call."""
        return f"Error executing tool {self.name}"


def _worded(error: ValidationError) -> str:
    """Return what is wrong with each parameter, without the values: one of them is the question."""
    return "; ".join(
        f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}"
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    )
