"""Tables that go to the terminal as well as into a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from rich.console import JustifyMethod

_WORDS = ("asked in", "kind", "peer", "target")
"""Columns of words; all others hold numbers."""

_PAGE = 200
"""Characters of a line in a document: nothing may be cut off."""


_LINE = 120
"""Characters that the widest table needs; a narrower terminal, or a file, gets as many."""


def new_console() -> Console:
    """Return where tables are printed, wide enough for them."""
    console = Console()
    console.width = max(console.width, _LINE)
    return console


def new_table(title: str | None, *headings: str) -> Table:
    """Return a table without rows."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for heading in headings:
        side: JustifyMethod = "left" if heading in _WORDS else "right"
        table.add_column(heading, justify=side, no_wrap=True)
    return table


def markdown_of(table: Table) -> str:
    """Return the table in Markdown, its title above it."""
    title, table.title, table.box = table.title, None, box.MARKDOWN
    for row in table.rows:
        row.end_section = False  # a line between rows would be a row of dashes
    console = Console(width=_PAGE, color_system=None, force_terminal=False)
    with console.capture() as captured:
        console.print(table)
    lines = [line.strip() for line in captured.get().splitlines() if line.strip()]
    return "\n".join([f"**{title}**", "", *lines] if title else lines)
