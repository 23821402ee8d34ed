"""The indexes of an installation on the cluster: which is live, which was so before, what is left over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from indexer.index.generation import IndexStateError
from indexer.opensearch.cluster import SLOW, plain_errors
from indexer.opensearch.companion import read_head
from indexer.opensearch.lock import holder, writing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opensearchpy import OpenSearch

    from indexer.index.generation import Manifest
    from indexer.opensearch.names import Names

PUBLISHING = "publish"
"""The first word of what a publisher says it works at: what has no alias meanwhile is its own."""

_GENERATION = re.compile(r"\d{8}t\d{6}z-[0-9a-f]{6}(?:-\d+)?")
"""What ends the names of our indexes; others are none of ours, whatever they begin with."""


class State(StrEnum):
    """What an index is to its installation."""

    LIVE = "live"
    PREVIOUS = "previous"
    KEPT = "kept"
    """It has some other alias: somebody wants to keep it."""
    IN_PROGRESS = "in progress"
    LEFT_OVER = "left over"


@dataclass(frozen=True, slots=True)
class Aliased:
    """The index that is searched, and the one that was so before; None where there is none."""

    live: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """An index of duties; `manifest` is None where its companion can't be read, `bytes` are of all copies."""

    name: str
    state: State
    health: str
    duties: int
    bytes: int
    made_at: datetime
    manifest: Manifest | None


def aliased(client: OpenSearch, names: Names) -> Aliased:
    """Return what the aliases name; raise IndexStateError where one names several indexes."""
    of_indexes = _aliases(client, names)
    return Aliased(_only_one(of_indexes, names.live), _only_one(of_indexes, names.previous))


def live_index(client: OpenSearch, names: Names) -> str:
    """Return the index that is searched; raise IndexStateError where there is none."""
    live = aliased(client, names).live
    if live is None:
        raise IndexStateError(
            f"{names.live}: no index has been published under this name; run: duty-index opensearch publish"
        )
    return live


def found(client: OpenSearch, names: Names) -> list[Found]:
    """Return the indexes of duties in the order of their making, oldest first."""
    aliases = _aliases(client, names)
    writer = holder(client, names)
    is_publishing = writer is not None and writer.work.startswith(PUBLISHING)
    with plain_errors(f"listing the indexes of {names.live}"):
        rows = client.cat.indices(
            index=f"{names.all_duties},{names.all_companions}", format="json", bytes="b",
            h="index,health,docs.count,store.size,creation.date",
        )  # fmt: skip
    of_indexes = {row["index"]: row for row in rows}
    listed = [
        _found(client, names, name, _state(aliases[name], names, is_publishing=is_publishing), of_indexes)
        for name in aliases
        if name in of_indexes
    ]
    return sorted(listed, key=lambda one: one.made_at)


def prune(client: OpenSearch, names: Names) -> list[str]:
    """Remove every index that no alias names, with its companion; return their names.

    Raises IndexStateError where somebody is writing: what has no alias yet may be theirs.
    """
    with writing(client, names, "prune"):
        return remove_left_over(client, names)


def remove_left_over(client: OpenSearch, names: Names) -> list[str]:
    """Remove what `prune` removes; the caller holds the lock."""
    aliases = _aliases(client, names)
    unused = sorted(name for name, given in aliases.items() if not given)
    kept = {names.companion(name) for name, given in aliases.items() if given}
    with plain_errors(f"listing the companions of {names.live}"):
        companions = client.indices.get_alias(index=names.all_companions)
    alone = [name for name, value in companions.items() if name not in kept and not value["aliases"]]
    remove(client, [*unused, *(name for name in alone if _is_ours(name, names.all_companions))])
    return unused


def remove(client: OpenSearch, indexes: Iterable[str]) -> None:
    """Remove indexes that nobody uses, as far as they are there."""
    for index in indexes:
        with plain_errors(f"removing {index}"):
            client.indices.delete(index=index, request_timeout=SLOW, ignore=[404])


def free_name(client: OpenSearch, names: Names, generation: str) -> str:
    """Return a name for a generation's index: with a number where it is there already, as published twice."""
    taken = _aliases(client, names)
    first = names.duties(generation)
    others = (f"{first}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (first, *others) if name not in taken)


def _aliases(client: OpenSearch, names: Names) -> dict[str, frozenset[str]]:
    """Return our indexes of duties, each with its aliases."""
    with plain_errors(f"reading the aliases of {names.live}"):
        answer: dict[str, Any] = client.indices.get_alias(index=names.all_duties)
    return {
        name: frozenset(value["aliases"])
        for name, value in answer.items()
        if _is_ours(name, names.all_duties)
    }


def _is_ours(name: str, pattern: str) -> bool:
    return _GENERATION.fullmatch(name.removeprefix(pattern.removesuffix("*"))) is not None


def _only_one(of_indexes: dict[str, frozenset[str]], alias: str) -> str | None:
    named = [name for name, aliases in of_indexes.items() if alias in aliases]
    if len(named) > 1:
        raise IndexStateError(f"{alias}: names {len(named)} indexes ({', '.join(named)}); leave it to one")
    return named[0] if named else None


def _state(aliases: frozenset[str], names: Names, *, is_publishing: bool) -> State:
    if names.live in aliases:
        return State.LIVE
    if names.previous in aliases:
        return State.PREVIOUS
    if aliases:
        return State.KEPT
    return State.IN_PROGRESS if is_publishing else State.LEFT_OVER


def _found(
    client: OpenSearch, names: Names, name: str, state: State, of_indexes: dict[str, dict[str, Any]]
) -> Found:
    row = of_indexes[name]
    companion = names.companion(name)
    return Found(
        name=name,
        state=state,
        health=row["health"],
        duties=int(row["docs.count"] or 0),
        bytes=int(row["store.size"] or 0) + int(of_indexes.get(companion, {}).get("store.size") or 0),
        made_at=datetime.fromtimestamp(int(row["creation.date"]) / 1000, UTC),
        manifest=_manifest_or_none(client, companion),
    )


def _manifest_or_none(client: OpenSearch, companion: str) -> Manifest | None:
    try:
        with plain_errors(f"reading {companion}"):
            return read_head(client, companion).manifest
    except (IndexStateError, LookupError, TypeError):
        return None
