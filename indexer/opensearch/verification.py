"""Looking at an index that is in use: whether it holds what it says, and can be searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.index.generation import IndexStateError
from indexer.opensearch.checks import wrong_counts
from indexer.opensearch.cluster import ClusterUnavailableError, plain_errors
from indexer.opensearch.health import health_of
from indexer.opensearch.mapping import PROPERTIES, mappings
from indexer.opensearch.opened import open_index
from indexer.opensearch.undo import pending

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

    from indexer.opensearch.names import Names

SHOWN = 5
"""Lists that a text names."""

_DEFAULT = ("index_options", "positions")


def verify(client: OpenSearch, names: Names, index: str) -> list[str]:
    """Return what is wrong with an index and its companion, in words; nothing where both are good.

    Raises ClusterUnavailableError where the cluster doesn't answer.
    """
    wrong = _of_health(client, names, index)
    if any("red" in one for one in wrong):
        return wrong  # what is counted in it would be wrong as well
    wrong += _of_settings(client, index)
    try:
        opened = open_index(client, names, index)
        if pending(client, opened.companion):
            wrong.append("an update was broken off, or is under way: run it again")
        counts = wrong_counts(client, index, opened.growing)
        wrong += counts[:SHOWN]
        if len(counts) > SHOWN:
            wrong.append(f"so have {len(counts) - SHOWN} more lists")
        held = sum(info.duties for info in opened.growing.lists)
        if held != opened.head.manifest.duties:
            wrong.append(f"its lists say {held} duties, its manifest {opened.head.manifest.duties}")
    except ClusterUnavailableError:
        raise
    except IndexStateError as error:
        wrong.append(str(error).removeprefix(f"{index}: "))
    return wrong


def _of_health(client: OpenSearch, names: Names, index: str) -> list[str]:
    said = {"yellow": "copies of shards are missing (yellow)", "red": "shards are missing (red)"}
    wrong = []
    for one in (index, names.companion(index)):
        health = health_of(client, one)
        if health in said:
            wrong.append(said[health] if one == index else f"{one}: {said[health]}")
    return wrong


def _of_settings(client: OpenSearch, index: str) -> list[str]:
    """Return how mapping and settings differ from those that an index is made with."""
    with plain_errors(f"reading {index}"):
        found = client.indices.get_mapping(index=index)[index]["mappings"]
        settings = client.indices.get_settings(index=index)[index]["settings"]["index"]
    expected = mappings() | {"properties": _told(PROPERTIES)}
    wrong = [f"its mapping has another {name}" for name in expected if found.get(name) != expected[name]]
    blocks = [name for name, value in settings.get("blocks", {}).items() if value == "true"]
    wrong += [f"is blocked: {name}" for name in blocks]
    if settings.get("refresh_interval") != "-1":
        wrong.append("is refreshed by itself: an update would be seen half (refresh_interval must be -1)")
    return wrong


def _told(properties: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return fields as the cluster tells them: without what is the default."""
    return {
        name: {key: value for key, value in field.items() if (key, value) != _DEFAULT}
        for name, field in properties.items()
    }
