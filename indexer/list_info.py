"""What the index knows of each list beside its duties: place, date, source and size."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from indexer.duty import ListType, Place

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ListInfo:
    """One township's list in the index; `date` is year and month (``2025-07``) or None where unknown."""

    id: str
    file: str
    place: Place
    date: str | None
    counts: Mapping[ListType, int]
    """Number of duties in each of the three lists."""

    @property
    def duties(self) -> int:
        """Return the number of duties of all three lists."""
        return sum(self.counts.values())

    def to_record(self) -> dict[str, Any]:
        """Return the same as plain JSON data."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """Rebuild the info from `to_record`'s data read back from JSON."""
        counts = {ListType(key): count for key, count in record["counts"].items()}
        return cls(**{**record, "place": Place(**record["place"]), "counts": counts})
