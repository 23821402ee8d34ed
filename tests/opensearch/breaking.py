"""What tests do to an installation on a cluster, and undo: other indexes behind its alias, damage, full disks."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.opensearch.service import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from opensearchpy import OpenSearch

    from indexer.opensearch.names import Names

PUBLISH = "run: duty-index opensearch publish"


def live(client: OpenSearch, names: Names) -> list[str]:
    """Return the indexes that the alias names."""
    return list(client.indices.get_alias(name=names.live))


# Something else behind the alias. Each gives the pattern of what must be said of it.


@contextmanager
def other_mapping(client: OpenSearch, names: Names) -> Iterator[str]:
    """Have an index with other fields behind the alias."""
    index = f"{names.prefix}-by-hand"
    fields = {"事项": {"type": "text"}, "duty": {"type": "keyword"}}
    with (
        _index(client, index, {"mappings": {"properties": fields}}),
        _behind_the_alias(client, names, [index]),
    ):
        yield rf"{index}: has another mapping \(version None, needed \d+; other fields: .*事项.*\); {PUBLISH}"


@contextmanager
def no_companion(client: OpenSearch, names: Names) -> Iterator[str]:
    """Have an index without its companion behind the alias."""
    index = names.duties("20260101T000000Z-abcdef")
    with _index(client, index), _behind_the_alias(client, names, [index]):
        yield f"{names.companion(index)}: missing, or a part of it; {PUBLISH}"


@contextmanager
def two_indexes(client: OpenSearch, names: Names) -> Iterator[str]:
    """Have the alias name two indexes."""
    index = names.duties("20260101T000000Z-fedcba")
    with _index(client, index), _behind_the_alias(client, names, [*live(client, names), index]):
        yield f"{names.live}: names 2 indexes; leave it to one of them"


@contextmanager
def damage(client: OpenSearch, names: Names, name: str, source: Mapping[str, Any] | None) -> Iterator[str]:
    """Have another document in the companion, or none, and another revision, as after a new list."""
    companion = names.companion(live(client, names)[0])
    found = client.search(index=companion, body={"size": 1000, "query": {"match_all": {}}})["hits"]["hits"]
    before = {hit["_id"]: hit["_source"] for hit in found}
    head = before["head"]["head"]
    growing = f"growing-{head['revision']}"
    _write(client, companion, "growing-999", before[growing] if name != "growing" else source)
    _write(client, companion, "head", {"head": {**head, "revision": 999}})
    if name != "growing":
        _write(client, companion, name, source)
    try:
        yield rf"{companion}: (missing, or a part of it|damaged \(\w+\)); {PUBLISH}"
    finally:
        for one, kept in before.items():
            _write(client, companion, one, kept)
        _write(client, companion, "growing-999", None)


WRONG: Mapping[str, Callable[[OpenSearch, Names], AbstractContextManager[str]]] = {
    "another mapping": other_mapping,
    "no companion": no_companion,
    "two indexes": two_indexes,
    "head gone": lambda client, names: damage(client, names, "head", None),
    "head without its fields": lambda client, names: damage(client, names, "head", {"head": {"parts": 1}}),
    "part gone": lambda client, names: damage(client, names, "part-0", None),
    "part that is no archive": lambda client, names: damage(client, names, "part-0", {"part": "5LqL6aG5"}),
    "lists gone": lambda client, names: damage(client, names, "growing", None),
    "lists without names": lambda client, names: damage(
        client, names, "growing", {"growing": {"lists": [{}]}}
    ),
}
"""What may be wrong with what is published."""


@contextmanager
def _index(client: OpenSearch, name: str, body: Mapping[str, Any] | None = None) -> Iterator[None]:
    client.indices.create(index=name, body=body)
    try:
        yield
    finally:
        client.indices.delete(index=name)


@contextmanager
def _behind_the_alias(client: OpenSearch, names: Names, indexes: list[str]) -> Iterator[None]:
    before = live(client, names)
    _switch(client, names.live, indexes)
    try:
        yield
    finally:
        _switch(client, names.live, before)


def _switch(client: OpenSearch, alias: str, indexes: list[str]) -> None:
    adding = [{"add": {"index": index, "alias": alias}} for index in indexes]
    client.indices.update_aliases(body={"actions": [{"remove": {"index": "*", "alias": alias}}, *adding]})


def _write(client: OpenSearch, index: str, name: str, source: Mapping[str, Any] | None) -> None:
    """Write a document, or remove it; searched for from now on."""
    if source is None:
        client.delete(index=index, id=name, refresh=True, ignore=[404])
    else:
        client.index(index=index, id=name, body=source, refresh=True)


# Full disks.


@contextmanager
def full_disks(client: OpenSearch, names: Names) -> Iterator[None]:
    """Have every disk count as full, as the cluster's own watch over them finds it."""
    watermarks = [
        f"cluster.routing.allocation.disk.watermark.{name}" for name in ("low", "high", "flood_stage")
    ]
    watch = {"cluster.routing.allocation.disk.threshold_enabled": True, "cluster.info.update.interval": "10s"}
    _set(client, {**watch, **dict.fromkeys(watermarks, "900tb")})  # so much must be free
    try:
        wait_until(lambda: _blocked(client).issuperset(live(client, names)), 90)
        yield
    finally:
        _set(client, {**watch, **dict.fromkeys(watermarks, "1b")})
        wait_until(lambda: not _blocked(client), 90)  # the cluster lifts them by itself
        # The last one, on new indexes, it lifts as well, but a minute later.
        _set(client, dict.fromkeys([*watch, *watermarks, "cluster.blocks.create_index"]))


def _set(client: OpenSearch, settings: Mapping[str, Any]) -> None:
    client.cluster.put_settings(body={"persistent": settings})


def _blocked(client: OpenSearch) -> set[str]:
    """Return the indexes that take no writes."""
    return set(client.cluster.state(metric="blocks")["blocks"].get("indices", {}))
