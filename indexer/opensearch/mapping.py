"""The index of duties as OpenSearch is told of it: fields, similarity, template.

The server cuts texts at white space and no more: our own analyzer has cut them before, so both engines see
the same terms, and no plugin is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.facets import FACETS
from indexer.index.generation import IndexStateError
from indexer.ranking import FIELDS

if TYPE_CHECKING:
    from indexer.opensearch.names import Names
    from indexer.ranking import Ranking

VERSION = 1
"""Raised by one whenever the mapping or what its fields hold changes: older indexes are then refused."""

EVERY = "every"
"""The field with the terms of all others, each counting 1; see `indexer.index.lengths`."""

_WORDS = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
_SET = {"type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": False}
_VALUE = {"type": "keyword"}

PROPERTIES: dict[str, dict[str, Any]] = {
    # The order of the lists: number of the list times a million, plus place in it.
    "number": {"type": "long"},
    "list": {"type": "keyword"},
    # Which text it says, whose words score once for all townships; a digest of it.
    "text": {"type": "long"},
    "group": {"type": "long"},
    # The entry of the phrase book that asks for it; missing where nobody wrote one.
    "entry": {"type": "integer"},
    **{facet.name: dict(_VALUE) for facet in FACETS},
    EVERY: _WORDS,
    **{f"words_{name}": dict(_WORDS) for name in FIELDS},
    # The pairs of neighbouring characters in its name.
    "name_pairs": _SET,
    # For exact phrases: pairs of neighbouring characters in their order, line by line; single characters.
    "exact": {"type": "text", "analyzer": "whitespace", "index_options": "positions", "norms": False},
    "characters": _SET,
    # The duty and its row as they are shown.
    "duty": {"type": "object", "enabled": False},
    "row": {"type": "object", "enabled": False},
}

SEARCHED_ONLY = (EVERY, *(f"words_{name}" for name in FIELDS), "name_pairs", "exact", "characters")
"""Fields that are searched and never read back: keeping them twice would double the index."""

COMPANION = {
    "dynamic": "strict",
    "properties": {
        "head": {"type": "object", "enabled": False},
        "part": {"type": "binary"},
        "growing": {"type": "object", "enabled": False},
        "undo": {"type": "object", "enabled": False},
    },
}


def field_weights(ranking: Ranking) -> list[str]:
    """Return the fields of a combined query: each weighs what `EVERY` doesn't count of it already."""
    return [
        f"{EVERY}^1",
        *(f"words_{name}^{weight - 1:g}" for name, weight in ranking.fields.items() if weight > 1),
    ]


def mappings() -> dict[str, Any]:
    """Return the mapping: a field that isn't in it is refused."""
    return {
        "dynamic": "strict",
        "_source": {"excludes": list(SEARCHED_ONLY)},
        "_meta": {"version": VERSION},
        "properties": PROPERTIES,
    }


def settings(ranking: Ranking, shards: int, replicas: int) -> dict[str, Any]:
    """Return the settings of an index that is being filled: nobody searches it, so it isn't refreshed."""
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "-1",
            # A query over combined fields scores by the default similarity, whatever its fields have.
            "similarity": {"default": {"type": "BM25", "k1": ranking.k1, "b": ranking.b}},
        }
    }


def template(names: Names) -> dict[str, Any]:
    """Return the index template: whoever makes such an index by hand gets the strict mapping too."""
    return {
        "index_patterns": [names.all_duties],
        "priority": 200,
        "template": {"mappings": mappings()},
        "_meta": {"description": "duty-search: duties of townships, cut into terms by the indexer"},
    }


def refuse_other_mapping(index: str, found: dict[str, Any]) -> None:
    """Raise IndexStateError where an index hasn't the mapping that this program writes and asks."""
    version = found.get("_meta", {}).get("version")
    properties = found.get("properties", {})
    wrong = sorted(
        name
        for name in PROPERTIES.keys() | properties.keys()
        if properties.get(name, {}).get("type", "object") != PROPERTIES.get(name, {}).get("type")
    )
    if version != VERSION or found.get("dynamic") != "strict" or wrong:
        raise IndexStateError(
            f"{index}: has another mapping (version {version}, needed {VERSION}"
            f"{'; other fields: ' + ', '.join(wrong) if wrong else ''}); run: duty-index opensearch publish"
        )
