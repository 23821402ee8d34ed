"""Generations for tests: copies of one, changed before they are complete, or damaged after."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from indexer.index import publishing
from indexer.index.publishing import current_generation, generation_name, new_generation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def publish_copy(
    index: Path,
    change: Callable[[Path], object] = lambda folder: None,
    *,
    damage: Callable[[Path], object] | None = None,
    staged: bool = False,
) -> str:
    """Publish a copy of the live generation and return its name.

    `change` gets the folder before its checksums are taken, `damage` afterwards and before it goes live.
    """
    live = current_generation(index)
    with new_generation(index, staged=staged or damage is not None) as folder:
        shutil.copytree(live, folder, dirs_exist_ok=True)
        (folder / "checksums.json").unlink()
        name = generation_name(folder)
        change_manifest(folder, generation=name)
        change(folder)
    if damage is not None:
        damage(index / "generations" / name)
        if not staged:
            publishing._switch(index, name)
    return name


def change_manifest(folder: Path, **values: object) -> None:
    """Write other values into a generation's manifest, those of the stamp too."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for key, value in values.items():
        (manifest if key in manifest else manifest["stamp"])[key] = value
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
