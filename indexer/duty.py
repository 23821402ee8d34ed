"""The records of the domain: a duty, who does it, where, and where that is written."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


class ListType(StrEnum):
    """Which of the three lists of a township a duty stands in."""

    BASIC = "basic"
    COOPERATIVE = "cooperative"
    RECLAIMED = "reclaimed"

    @property
    def label(self) -> str:
        """Return the short Chinese word for the list, e.g. ``配合``."""
        return _LABELS[self]

    @property
    def full_name(self) -> str:
        """Return the official name of the list, e.g. ``配合履职事项清单``."""
        return _FULL_NAMES[self]

    @property
    def meaning(self) -> str:
        """Return one Chinese sentence that says who is responsible for duties of this list."""
        return _MEANINGS[self]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an English value (``basic``) or a Chinese label (``基本``).

        Raises ValueError for any other text.
        """
        for member in cls:
            if text.strip().lower() == member.value or text.strip() == member.label:
                return member
        raise ValueError(f"unknown list type {text!r}; allowed: {', '.join(cls.allowed())}")

    @classmethod
    def allowed(cls) -> list[str]:
        """Return every text that `parse` accepts."""
        return [text for member in cls for text in (member.value, member.label)]


_LABELS = {ListType.BASIC: "基本", ListType.COOPERATIVE: "配合", ListType.RECLAIMED: "收回"}
_FULL_NAMES = {
    ListType.BASIC: "基本履职事项清单",
    ListType.COOPERATIVE: "配合履职事项清单",
    ListType.RECLAIMED: "上级部门收回事项清单",
}
_MEANINGS = {
    ListType.BASIC: "乡镇（街道）自己负责的事项",
    ListType.COOPERATIVE: "上级部门牵头负责、乡镇（街道）配合的事项",
    ListType.RECLAIMED: "上级部门已经收回、乡镇（街道）不再承担的事项",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A township with everything above it; `county_code` follows GB/T 2260, empty where unknown."""

    province: str
    prefecture: str
    county: str
    township: str
    county_code: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    """A body as the document names it, and its one canonical name without place."""

    name: str
    canonical: str


@dataclass(frozen=True, slots=True)
class Step:
    """One clause of responsibility. `number` is None where the document gives none."""

    number: int | None
    text: str
    heading: str | None = None
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a duty is written: the file's name and the 1-based line its row starts on.

    `original` maps each field that a reviewed correction changed to its wording in the document.
    """

    file: str
    line: int
    original: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Duty:
    """One numbered row of a list. Texts are clean: no markup, no stray spaces, no step numbers."""

    id: str
    list_id: str
    province: str
    prefecture: str
    county: str
    township: str
    list_type: ListType
    number: int
    category: str
    name: str
    marked: bool
    departments: tuple[Department, ...]
    superior_steps: tuple[Step, ...]
    township_steps: tuple[Step, ...]
    source: Source

    def to_record(self) -> dict[str, Any]:
        """Return the duty as plain JSON data, the shape of one line of an export.

        ``source.original`` is there only where something was corrected.
        """
        record = asdict(self)
        if not self.source.original:
            del record["source"]["original"]
        return record

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """Rebuild a duty from `to_record`'s data (or from the same data read back from JSON)."""
        return cls(
            **{
                **record,
                "list_type": ListType(record["list_type"]),
                "departments": tuple(Department(**item) for item in record["departments"]),
                "superior_steps": _steps(record["superior_steps"]),
                "township_steps": _steps(record["township_steps"]),
                "source": Source(**record["source"]),
            }
        )


def _steps(items: list[dict[str, Any]]) -> tuple[Step, ...]:
    return tuple(Step(**{**item, "departments": tuple(item["departments"])}) for item in items)
