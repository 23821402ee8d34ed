"""What a run found out, as it is printed, drawn and kept."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Self

from benchmarks.building import Build
from benchmarks.figures import Figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.documents import Facts

ALL_KINDS = "all"


@dataclass(frozen=True, slots=True)
class CorpusFacts:
    """How large and how varied one corpus is."""

    duties: int
    townships: int
    counties: int
    terms_per_duty: float
    distinct_texts: float
    """Share of the duties' texts that no other duty of the corpus has before it."""

    @classmethod
    def of(cls, facts: Facts) -> Self:
        """Return what is told of a corpus."""
        return cls(
            duties=facts.documents,
            townships=len(facts.townships),
            counties=len(facts.counties),
            terms_per_duty=facts.average_length,
            distinct_texts=facts.distinct_texts / facts.documents,
        )


@dataclass(frozen=True, slots=True)
class Built:
    """What a peer's index of a corpus took."""

    duties: int
    peer: str
    build: Build


@dataclass(frozen=True, slots=True)
class Timed:
    """What a peer took for the questions of one kind, asked in one series."""

    duties: int
    series: str
    kind: str
    peer: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Skipped:
    """A peer that was left out of a corpus, and why."""

    duties: int
    peer: str
    reason: str


@dataclass(slots=True)
class Results:
    """Everything of one run; `versions` names what was measured."""

    versions: dict[str, str]
    corpora: list[CorpusFacts] = field(default_factory=list)
    builds: list[Built] = field(default_factory=list)
    times: list[Timed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def add_times(self, duties: int, series: str, times: Mapping[str, Mapping[str, Sequence[int]]]) -> None:
        """Add what `benchmarks.measuring.measure` returned, and the figures of all kinds together."""
        for peer, of_kinds in times.items():
            everything = [one for found in of_kinds.values() for one in found]
            for kind, found in {**of_kinds, ALL_KINDS: everything}.items():
                self.times.append(Timed(duties, series, kind, peer, Figures.of(found)))

    def figures(self, duties: int, series: str, kind: str, peer: str) -> Figures | None:
        """Return the figures of a peer, or None where it was left out."""
        for one in self.times:
            if (one.duties, one.series, one.kind, one.peer) == (duties, series, kind, peer):
                return one.figures
        return None

    def save(self, file: Path) -> None:
        """Write the results as JSON."""
        file.write_text(
            json.dumps(_rounded(asdict(self)), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read what `save` wrote."""
        data = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            versions=data["versions"],
            corpora=[CorpusFacts(**one) for one in data["corpora"]],
            builds=[Built(**{**one, "build": Build(**one["build"])}) for one in data["builds"]],
            times=[Timed(**{**one, "figures": Figures(**one["figures"])}) for one in data["times"]],
            skipped=[Skipped(**one) for one in data["skipped"]],
        )


def _rounded(data: object) -> object:
    """Return the data with fractions cut to what the clock can tell."""
    if isinstance(data, dict):
        return {key: _rounded(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_rounded(value) for value in data]
    return round(data, 4) if isinstance(data, float) else data
