"""The lines that a portal's editor copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from search_service.embed.parameters import Kind
from search_service.embed.released import NEWEST, NEWEST_FRAME, integrity

if TYPE_CHECKING:
    from search_service.embed.options import EmbedOptions

FRAME_HEIGHT = 460
"""Pixels of a frame until its script knows better."""

_SCRIPT = Markup(
    '<script src="{host}/embed/{name}" integrity="{integrity}" crossorigin="anonymous" defer></script>'
)
_ELEMENT = Markup(
    '<duty-search{attributes}>\n  <a href="{host}{search}">查一查这件事谁来管</a>\n</duty-search>'
)
_FRAME = Markup(
    '<iframe src="{host}{path}" title="谁来管？乡镇履职事项检索" width="100%" height="{height}"\n'
    '        frameborder="0" loading="lazy" referrerpolicy="strict-origin"></iframe>'
)


def snippet(kind: Kind, options: EmbedOptions, host: str) -> str:
    """Return the HTML to copy; `host` is this service's origin, ``https://duty.example.gov.cn``."""
    if kind is Kind.FRAME:
        return _lines(
            _FRAME.format(host=host, path=options.frame_path, height=FRAME_HEIGHT), NEWEST_FRAME, host
        )
    attributes = Markup("").join(Markup(' {}="{}"').format(*pair) for pair in options.attributes.items())
    return _lines(_ELEMENT.format(attributes=attributes, host=host, search=options.search_path), NEWEST, host)


def _lines(markup: Markup, script: str, host: str) -> str:
    return f"{markup}\n{_SCRIPT.format(host=host, name=script, integrity=integrity(script))}\n"
