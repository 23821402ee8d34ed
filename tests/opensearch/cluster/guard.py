"""Wait until the process that started this one is gone, then end the nodes in a folder.

`python -m tests.opensearch.cluster.guard FOLDER`: the other end of standard input is held by tests. It closes when they
end, be it by kill -9. (A node can't tell by its parent: prctl's death signal comes when the *thread* that started it
ends, and tests start nodes in threads.)
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.opensearch.cluster.node import nodes_in, stop_nodes


def main() -> None:
    """Read until the end, then end what runs."""
    sys.stdin.buffer.read()
    stop_nodes(nodes_in(Path(sys.argv[1])), seconds=5)


if __name__ == "__main__":
    main()
