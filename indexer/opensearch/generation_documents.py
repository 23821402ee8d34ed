"""The documents of a whole generation, as `duty-index build` made it.

Townships of a county share most of what their lists say. What depends on a duty's text alone is worked out
once, and kept for the next townships; the rest is passed on as it was read.
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from indexer.analysis.line_cache import LineCache
from indexer.facets import PLACE_FACETS
from indexer.index.build import PHRASES_FOLDER, RECORDS_FOLDER, SNAPSHOT_FOLDER
from indexer.index.records import Records
from indexer.index.snapshot import Snapshot
from indexer.index.texts import content_of
from indexer.opensearch.document import LIST_SIZE, text_fields
from indexer.phrases.snapshot import PhraseSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from indexer.tuning import Tuning

KEPT = 6000
"""Texts whose fields are kept, about 10 KB each: those of two dozen townships."""


def documents(generation: Path, tuning: Tuning) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the id and the document of every duty of a generation, list by list."""
    records = Records(generation / RECORDS_FOLDER)
    snapshot = Snapshot.load(generation / SNAPSHOT_FOLDER)
    entries = PhraseSnapshot.load(generation / PHRASES_FOLDER).entries
    fields = _TextFields(records, LineCache(tuning.analyzer))
    texts = snapshot.texts.of_documents
    for of_list, (start, end) in enumerate(pairwise(snapshot.lists.tolist())):
        named: dict[str, list[int]] = {}
        for place in range(start, end):
            record, text = records.record(place), int(texts[place])
            same_name = named.setdefault(record["name"], [])
            yield (
                record["id"],
                {
                    "number": of_list * LIST_SIZE + place - start,
                    "list": record["list_id"],
                    "group": int(snapshot.groups[text]),
                    **({"entry": int(entries[text])} if entries[text] >= 0 else {}),
                    **{facet: [record[facet]] for facet in PLACE_FACETS},
                    **fields.of(text, place, same_name),
                    "duty": record,
                    "row": records.original_record(place),
                },
            )
            same_name.append(place)


class _TextFields:
    """The fields of texts by their numbers; those used last are kept."""

    def __init__(self, records: Records, lines: LineCache) -> None:
        self._records = records
        self._lines = lines
        self._kept: OrderedDict[int, dict[str, Any]] = OrderedDict()

    def of(self, text: int, place: int, same_name: Sequence[int]) -> dict[str, Any]:
        """Return the fields of a text that the duty at a place says.

        `same_name` are the places in its list before it that have its name.
        """
        fields = self._kept.get(text)
        if fields is None:
            fields = self._kept[text] = self._made(place, same_name)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(text)
        return fields

    def _made(self, place: int, same_name: Sequence[int]) -> dict[str, Any]:
        duty = self._records[place]
        content = content_of(duty)
        again = sum(content_of(self._records[other]) == content for other in same_name)
        return text_fields(duty, again, self._lines)
