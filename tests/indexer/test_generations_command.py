"""`duty-index list | publish | rollback | verify | prune`.

1. `list` shows every generation with its state, duties and size; exit code 1 where none is live.
2. `publish` makes a staged generation live and refuses unknown and damaged ones, naming what there is.
3. `rollback` goes back, and back again; without an earlier generation it says so.
4. `verify` names damaged files of any generation; exit code 1.
5. `prune` removes what is neither live nor previous.
6. `build --stage` leaves the live index; `build` refuses to lose a list unless told.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from indexer.cli import main
from indexer.index.publishing import current_generation, found_generations
from tests.generations import publish_copy

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def index(index_folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(index_folder, tmp_path / "index")


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_list(index: Path) -> None:
    first = current_generation(index).name
    second = publish_copy(index)
    staged = publish_copy(index, staged=True)
    found = json.loads(run("list", "--index", index, "--format", "json").stdout)
    assert {one["generation"]: one["state"] for one in found} == {
        first: "previous",
        second: "live",
        staged: "staged",
    }
    assert {one["duties"] for one in found} == {1243}
    assert all(one["bytes"] > 1_000_000 for one in found)
    table = run("list", "--index", index).stdout
    assert all(one in table for one in (first, second, staged, "staged", "1,243"))


def test_list_without_an_index(tmp_path: Path) -> None:
    ended = run("list", "--index", tmp_path / "none", code=1)
    assert "no index has been published here; run: duty-index build" in ended.stderr
    assert not (tmp_path / "none").exists()


def test_list_with_a_damaged_manifest(index: Path) -> None:
    (current_generation(index) / "manifest.json").write_text("{")
    assert "manifest unreadable" in run("list", "--index", index).stdout


def test_publish_a_staged_one(index: Path) -> None:
    staged = publish_copy(index, staged=True)
    run("publish", staged, "--index", index)
    assert current_generation(index).name == staged


def test_publish_refuses(index: Path) -> None:
    live = current_generation(index).name
    ended = run("publish", "20200101T000000Z-000000", "--index", index, code=1)
    assert f"no generation is named '20200101T000000Z-000000'; there are: {live}" in ended.stderr
    bad = publish_copy(index, damage=lambda folder: (folder / "vocabulary.json").unlink(), staged=True)
    ended = run("publish", bad, "--index", index, code=1)
    assert f"{bad}: damaged: vocabulary.json is missing; run: duty-index build" in ended.stderr
    assert current_generation(index).name == live


def test_rollback(index: Path) -> None:
    first = current_generation(index).name
    assert "there is no earlier generation to go back to" in run("rollback", "--index", index, code=1).stderr
    assert "no index has been published" in run("rollback", "--index", index / "none", code=1).stderr
    second = publish_copy(index)
    assert f"{first} is live again" in run("rollback", "--index", index).stderr
    assert current_generation(index).name == first
    run("rollback", "--index", index)
    assert current_generation(index).name == second


def test_verify(index: Path) -> None:
    good = current_generation(index).name
    assert run("verify", "--index", index).stdout == f"{good}: good\n"
    bad = publish_copy(index, damage=lambda folder: (folder / "snapshot" / "items.npy").write_bytes(b"x"))
    ended = run("verify", "--index", index, code=1)
    assert f"{good}: good" in ended.stdout
    assert f"{bad}: snapshot/items.npy has 1 bytes instead of" in ended.stdout
    assert "run duty-index build" in ended.stderr
    assert run("verify", good, "--index", index).stdout == f"{good}: good\n"
    assert "no generation is named" in run("verify", "none", "--index", index, code=1).stderr


def test_prune(index: Path) -> None:
    publish_copy(index)
    staged = publish_copy(index, staged=True)
    assert run("prune", "--index", index).stderr == f"removed {staged}\n"
    assert len(found_generations(index)) == 2
    assert run("prune", "--index", index).stderr == "nothing to remove\n"


def test_stage_and_fewer(index: Path, data: Path, tmp_path: Path) -> None:
    small = tmp_path / "data"
    shutil.copytree(data / "dictionaries", small / "dictionaries")
    shutil.copytree(data / "lists", small / "lists")
    (small / "vectors.npz").symlink_to(data / "vectors.npz")
    catalogue = (small / "lists" / "lists.toml").read_text(encoding="utf-8")
    entries = catalogue.split("[[list]]")
    kept = "[[list]]".join(one for one in entries if "jimsar-santai" not in one)
    (small / "lists" / "lists.toml").write_text(kept, encoding="utf-8")
    live = current_generation(index).name
    ended = run("build", "--data", small, "--output", index, code=1)
    assert "jimsar-santai had 241 duties, now none; nothing was published" in ended.stderr
    assert "--allow-fewer" in ended.stderr
    ended = run("build", "--data", small, "--output", index, "--allow-fewer", "--stage")
    assert "Staged generation" in ended.stderr
    assert current_generation(index).name == live
    assert ended.stdout.split() == [one.name for one in found_generations(index) if one.name != live]
    (staged,) = [one for one in found_generations(index) if one.name != live]
    run("publish", staged.name, "--index", index)
    assert json.loads(run("list", "--index", index, "--format", "json").stdout)[-1]["duties"] == 1002
