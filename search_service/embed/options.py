"""What a portal can set: the same for the element's attributes, a frame's address and the builder's form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from search_service.pages.links import PAGE_DEFAULT, address, search_url

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_PER_PAGE = 5
DEFAULT_ACCENT = "#14527a"


class Mode(StrEnum):
    """What is shown: the answer above the results, or the results alone."""

    ANSWER = "answer"
    SEARCH = "search"

    @property
    def label(self) -> str:
        """Return the choice in Chinese."""
        return {Mode.ANSWER: "直接给出答案，下面列相关事项", Mode.SEARCH: "只列事项"}[self]


class Theme(StrEnum):
    """The colours: the visitor's system decides, or the portal does."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"

    @property
    def label(self) -> str:
        """Return the choice in Chinese."""
        return {Theme.AUTO: "随访客的系统", Theme.LIGHT: "浅色", Theme.DARK: "深色"}[self]


@dataclass(frozen=True, slots=True)
class EmbedOptions:
    """Everything a portal can set; `filters` maps a facet's name to the values that every search keeps to."""

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mode: Mode = Mode.ANSWER
    theme: Theme = Theme.AUTO
    placeholder: str = ""
    per_page: int = DEFAULT_PER_PAGE
    accent: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        """Return the element's attributes, those left out whose value is the default."""
        given = {
            **{name: ",".join(values) for name, values in self.filters.items()},
            "mode": "" if self.mode is Mode.ANSWER else self.mode.value,
            "per_page": "" if self.per_page == DEFAULT_PER_PAGE else str(self.per_page),
            "theme": "" if self.theme is Theme.AUTO else self.theme.value,
            "accent": "" if self.accent.lower() == DEFAULT_ACCENT else self.accent,
            "placeholder": self.placeholder,
        }
        return {name.replace("_", "-"): value for name, value in given.items() if value}

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the filters as parameters of an address or fields of a form."""
        return [(name, value) for name, values in self.filters.items() for value in values]

    @property
    def frame_path(self) -> str:
        """Return the address of the page for a frame that shows the same."""
        return address("/embed", [(name.replace("-", "_"), value) for name, value in self.attributes.items()])

    @property
    def search_path(self) -> str:
        """Return the address of the search page under the same filters."""
        return search_url(replace(PAGE_DEFAULT, filters=self.filters))
