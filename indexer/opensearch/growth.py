"""What grows with an update: the lists, the values of the facets, the terms of all duties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.facets import FACETS
from indexer.opensearch.companion import Growing
from indexer.opensearch.mapping import EVERY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.facets import Facet
    from indexer.list_info import ListInfo
    from indexer.opensearch.document import Placed
    from indexer.opensearch.placing import Elsewhere


def grown(
    growing: Growing,
    elsewhere: Elsewhere,
    infos: Sequence[ListInfo],
    placed: Sequence[Placed],
    terms: frozenset[str],
    gone: frozenset[str],
) -> Growing:
    """Return what grows, after an update of the lists of `infos` with the duties `placed`.

    `terms` are those of these duties; `gone` are those that they no longer have, which others may have still.
    Other names of a facet's value stay until the next whole index, as long as there is the value.
    """
    lists = _lists(growing.lists, infos)
    facets = {}
    for facet in FACETS:
        before = growing.facets[facet.name]
        values = (
            _places(facet, lists) if facet.of_place else _values(facet, before["values"], elsewhere, placed)
        )
        facets[facet.name] = {"values": values, "aliases": _aliases(facet, before, values, placed)}
    lost = gone - elsewhere.having(EVERY, sorted(gone))
    return Growing(lists, facets, growing.terms - lost | terms)


def _lists(before: Sequence[ListInfo], infos: Sequence[ListInfo]) -> tuple[ListInfo, ...]:
    new = {info.id: info for info in infos}
    return (*(new.pop(info.id, info) for info in before), *new.values())


def _places(facet: Facet, lists: Sequence[ListInfo]) -> list[str]:
    """Return a place's names in the order of the lists; facets of place are named as their parts of it."""
    return list(dict.fromkeys(getattr(info.place, facet.name) for info in lists if info.duties))


def _values(facet: Facet, before: Sequence[str], elsewhere: Elsewhere, placed: Sequence[Placed]) -> list[str]:
    """Return a facet's values in the order of the first duties that have them."""
    firsts = elsewhere.firsts(facet.name, len(before))
    # A duty with several values brings them in one order, which its number alone doesn't tell.
    order = {value: at for at, value in enumerate(before)}
    for one in placed:
        for value in facet.values(one.duty):
            order.setdefault(value, len(order))
            firsts[value] = min(firsts.get(value, one.number), one.number)
    return sorted(firsts, key=lambda value: (firsts[value], order[value]))


def _aliases(
    facet: Facet, before: Mapping[str, Any], values: Sequence[str], placed: Sequence[Placed]
) -> dict[str, str]:
    aliases = dict(before["aliases"])
    for one in placed:
        aliases |= facet.aliases(one.duty)
    known = set(values)
    return {alias: value for alias, value in aliases.items() if value in known}
