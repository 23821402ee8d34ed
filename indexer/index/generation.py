"""One generation of the index: its manifest, and the error that says an index can't be used."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path


class IndexStateError(RuntimeError):
    """An index that can't be used as it stands; the message says what is wrong and what to do."""


class IndexUnavailableError(IndexStateError):
    """An index that can't be asked now and will be another time, without anybody doing anything to it."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index was made with. An index is current when its stamp equals the one of today's input."""

    schema: int
    analyzer: str
    dictionaries: str
    lists: str
    code: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands beside an index: its name, stamp, number of duties and time of building (UTC)."""

    generation: str
    stamp: Stamp
    duties: int
    built_at: str

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a generation's manifest; raise IndexStateError where it is missing or damaged."""
        try:
            data = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            return cls(**{**data, "stamp": Stamp(**data["stamp"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise IndexStateError(
                f"{folder}: the manifest can't be read ({error}); run: duty-index build"
            ) from error

    def write(self, folder: Path) -> None:
        """Write the manifest into a generation's folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
