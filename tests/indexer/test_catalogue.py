"""The catalogue of lists, `lists.toml`.

1. Entries come in the file's order, with empty texts for what they leave unsaid.
2. Whatever is wrong is refused with a message that names file, entry and what was expected: a missing or
   malformed file, no entries, unknown, missing or mistyped keys, bad ids, dates and file names, doubles.
3. The repository's own catalogue is valid and every file it names exists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from indexer.catalogue import Catalogue, CatalogueError, ListEntry

if TYPE_CHECKING:
    from pathlib import Path


def load(folder: Path, text: str) -> Catalogue:
    (folder / "lists.toml").write_text(text, encoding="utf-8")
    return Catalogue.load(folder)


def test_entries_in_order(tmp_path: Path) -> None:
    catalogue = load(
        tmp_path,
        '[[list]]\nid = "b-2"\nfile = "乙.txt"\ncounty = "奇台县"\ndate = "2025-07"\n'
        '[[list]]\nid = "a"\nfile = "a.txt"\n',
    )
    assert catalogue.entries == (
        ListEntry("b-2", "乙.txt", county="奇台县", date="2025-07"),
        ListEntry("a", "a.txt"),
    )
    assert catalogue.folder == tmp_path
    assert catalogue.entry_for("a.txt") == ListEntry("a", "a.txt")
    assert catalogue.entry_for("c.txt") is None


ENTRY = '[[list]]\nid = "a"\nfile = "a.txt"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no [[list]] in it; expected one per document"),
        ("[list]\n", "no [[list]] in it"),
        ("list = [1]\n", "[[list]] 1: expected a table"),
        ("[[list]\n", "(at line 1"),
        (ENTRY + '[[list]]\nfile = "b.txt"\n', "[[list]] 2: id is missing"),
        (ENTRY + '[[list]]\nid = "b"\n', "[[list]] 2: file is missing"),
        (ENTRY + 'town = "甘沟乡"\n', "[[list]] 1: unknown key 'town'; allowed: id, file, province"),
        (ENTRY + "county_code = 652301\n", "[[list]] 1: county_code must be a text in quotes"),
        (
            ENTRY.replace('"a"', '"Å b"'),
            "[[list]] 1: id 'Å b'; expected lower-case letters, digits and hyphens",
        ),
        (ENTRY.replace('"a"', '"a-"'), "[[list]] 1: id 'a-'; expected"),
        (
            ENTRY + 'date = "2025年7月"\n',
            "[[list]] 1: date '2025年7月'; expected year and month, e.g. 2025-07",
        ),
        (ENTRY + 'date = "2025-13"\n', "[[list]] 1: date '2025-13'; expected"),
        (ENTRY.replace("a.txt", "../a.txt"), "[[list]] 1: file '../a.txt'; expected the name of a file"),
        (
            ENTRY.replace("a.txt", "/etc/passwd"),
            "[[list]] 1: file '/etc/passwd'; expected the name of a file",
        ),
        (ENTRY.replace("a.txt", ".."), "[[list]] 1: file '..'; expected the name of a file"),
        (ENTRY + ENTRY.replace("a.txt", "b.txt"), "id 'a' stands twice"),
        (ENTRY + ENTRY.replace('"a"', '"b"'), "file 'a.txt' stands twice"),
    ],
)
def test_bad_catalogues(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'lists.toml'}: ")
    assert message in str(caught.value)


def test_a_missing_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'lists.toml'}: no such file; it names the lists of the folder"


def test_a_catalogue_in_gbk(tmp_path: Path) -> None:
    (tmp_path / "lists.toml").write_bytes((ENTRY + 'county = "奇台县"\n').encode("gbk"))
    with pytest.raises(CatalogueError, match=r"lists\.toml: 'utf-8' codec"):
        Catalogue.load(tmp_path)


def test_the_repositorys_catalogue(catalogue: Catalogue, data: Path) -> None:
    assert len(catalogue.entries) == 5
    assert all((data / "lists" / entry.file).is_file() for entry in catalogue.entries)
    assert {entry.file for entry in catalogue.entries} == {
        path.name for path in (data / "lists").glob("*.txt")
    }
