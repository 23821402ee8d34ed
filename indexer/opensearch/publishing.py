"""Publishing a generation on the cluster: a new index, filled and checked, then one switch of an alias."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from indexer.analysis.line_cache import LineCache
from indexer.index.build import DICTIONARIES_FOLDER, PHRASES_FOLDER, RECORDS_FOLDER, SNAPSHOT_FOLDER
from indexer.index.generation import IndexStateError, Manifest
from indexer.index.records import Records
from indexer.index.snapshot import Snapshot
from indexer.index.texts import content_of
from indexer.opensearch.bulk import write_all
from indexer.opensearch.companion import growing_of, write_companion
from indexer.opensearch.document import LIST_SIZE, Placed, document
from indexer.opensearch.mapping import mappings, settings, template
from indexer.phrases.snapshot import PhraseSnapshot
from indexer.tuning import Tuning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from opensearchpy import OpenSearch

    from indexer.opensearch.names import Names


def publish(
    client: OpenSearch,
    names: Names,
    generation: Path,
    shards: int = 1,
    replicas: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> str:
    """Publish the generation in a folder, as `duty-index build` made it; return the name of its index."""
    manifest = Manifest.read(generation)
    tuning = Tuning.load(generation / DICTIONARIES_FOLDER)
    index = names.duties(manifest.generation)
    companion = names.companion(index)
    client.indices.put_index_template(name=names.template, body=template(names))
    client.indices.create(
        index=index, body={"settings": settings(tuning.ranking, shards, replicas), "mappings": mappings()}
    )
    write_all(client, index, documents(generation, tuning), progress)
    client.indices.refresh(index=index)
    write_companion(client, companion, generation, manifest, growing_of(generation), replicas)
    count = client.count(index=index)["count"]
    if count != manifest.duties:
        raise IndexStateError(f"{index}: holds {count} duties instead of {manifest.duties}")
    client.indices.update_aliases(
        body={
            "actions": [
                {"remove": {"index": names.all_duties, "alias": names.live, "must_exist": False}},
                {"add": {"index": index, "alias": names.live}},
            ]
        }
    )
    return index


def documents(generation: Path, tuning: Tuning) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the id and the document of every duty of a generation, list by list."""
    records = Records(generation / RECORDS_FOLDER)
    snapshot = Snapshot.load(generation / SNAPSHOT_FOLDER)
    entries = PhraseSnapshot.load(generation / PHRASES_FOLDER).entries
    lines = LineCache(tuning.analyzer)
    texts = snapshot.texts.of_documents
    starts = snapshot.lists.tolist()
    for of_list, (start, end) in enumerate(pairwise(starts)):
        said: dict[Any, int] = {}
        for place in range(start, end):
            duty, text = records[place], int(texts[place])
            again = said[content_of(duty)] = said.get(content_of(duty), -1) + 1
            placed = Placed(
                duty=duty,
                row=records.original(place),
                number=of_list * LIST_SIZE + place - start,
                again=again,
                group=int(snapshot.groups[text]),
                entry=int(entries[text]),
            )
            yield duty.id, document(placed, lines)
