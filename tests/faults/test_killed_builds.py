"""Builds killed at any moment: the live index stays good, the lock is free, the next build clears up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from indexer.index.checksums import damages
from indexer.index.publishing import current_generation, found_generations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KILLS = 30

DRIVER = """
import json, os, random, signal, sys, time
from pathlib import Path
from indexer.catalogue import Catalogue
from indexer.index.build import build_index, stamp_of
from indexer.index.checksums import damages
from indexer.index.publishing import current_generation
from indexer.township_list import read_list
from indexer.tuning import Tuning

data, index, kills = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
tuning = Tuning.load(data / "dictionaries")
entry = Catalogue.load(data / "lists").entries[0]
one = read_list(data / "lists" / entry.file, entry, tuning.departments)
stamp = stamp_of(data / "lists", tuning)

def build():
    return build_index([one], tuning, stamp, index)

build()
started = time.monotonic()
build()
whole = time.monotonic() - started
chance = random.Random(20250701)
outcomes = []
for _ in range(kills):
    before = current_generation(index).name
    child = os.fork()
    if child == 0:
        build()
        os._exit(0)
    time.sleep(chance.uniform(0, 1.1 * whole))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    after = current_generation(index)
    outcomes.append([os.WIFSIGNALED(status), after.name != before, damages(after)])
last = build()
print(json.dumps({"outcomes": outcomes, "last": last.generation}))
"""


def test_builds_killed_at_random_moments(
    data: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    index = tmp_path / "index"
    ran = subprocess.run(
        [sys.executable, "-c", DRIVER, str(data), str(index), str(KILLS)],
        env={**os.environ, "PYTHONPATH": str(data.parent)},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    result = json.loads(ran.stdout)
    killed = [outcome for outcome in result["outcomes"] if outcome[0]]
    record_property("killed", len(killed))
    assert len(result["outcomes"]) == KILLS
    assert len(killed) > KILLS / 2  # some were over before the signal came
    assert not [outcome for outcome in result["outcomes"] if outcome[2]]
    # One that was not killed did publish; one that was may have, if it came after the switch.
    assert all(published for was_killed, published, _ in result["outcomes"] if not was_killed)
    assert current_generation(index).name == result["last"]
    assert damages(current_generation(index)) == []
    assert len(found_generations(index)) == 2
    assert sorted(path.name for path in index.iterdir()) == ["current", "generations", "lock"]
    assert not list((index / "generations").glob(".*"))
