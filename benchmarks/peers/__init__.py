"""The engines that are measured side by side, each behind `benchmarks.peers.peer.Peer`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peers.fts5 import Fts5
from benchmarks.peers.ours import Ours
from benchmarks.peers.tantivy import Tantivy
from benchmarks.peers.whoosh import Whoosh

if TYPE_CHECKING:
    from benchmarks.peers.peer import Peer

PEERS: dict[str, Peer] = {"ours": Ours(), "tantivy": Tantivy(), "fts5": Fts5(), "whoosh": Whoosh()}
"""By the names that the command knows them by."""
