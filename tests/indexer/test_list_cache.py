"""Lists kept between builds: what is found is what would be read.

1. A list that is found equals, to the type of every part, the list read anew: duties, problems, originals, declared
   counts, place and date. It does so for each of the five real documents, and for one that says next to nothing.
2. A list is found as long as all it was made from is as it was: the document, its entry in the catalogue, the
   corrections of its list, the register, the libraries and the code. The corrections of other lists don't count.
3. Every library that a reader imports counts.
4. A damaged, cut, empty or foreign file is not used; the next reading replaces it.
5. A list with an error is not kept, nor one whose document is replaced while it is read.
6. Lists of documents that are gone are removed, and what killed builds left; nothing else is.
7. Where nothing can be written, lists are read and found as ever.
8. Any text comes back as it was.
"""

from __future__ import annotations

import ast
import gzip
import json
import os
import sys
from dataclasses import replace
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import indexer.documents
from indexer.catalogue import ListEntry
from indexer.corrections import Correction, Corrections
from indexer.departments.register import Body, DepartmentRegister
from indexer.documents.row import Row
from indexer.documents.title import DeclaredCounts
from indexer.duty import ListType, Place
from indexer.list_cache import LIBRARIES, ListCache
from indexer.list_file import ListFile
from indexer.problems import Level, Problem
from indexer.township_list import TownshipList

if TYPE_CHECKING:
    from indexer.catalogue import Catalogue
    from indexer.tuning import Tuning

TEXT = (
    "新疆维吾尔自治区昌吉回族自治州\n奇台县坎尔孜乡\n履职事项清单\n\n2025 年 7 月\n\n"
    "序号\t事项类别\t事项名称\n1\t党的建设\t发展党员\n2\t平安法治\t★普法\n"
)
CORRECTION = Correction("qitai", ListType.BASIC, 2, "category", "平安法治", "民生服务", "一时笔误")


@pytest.fixture
def register(tuning: Tuning) -> DepartmentRegister:
    return tuning.departments


@pytest.fixture
def cache(tmp_path: Path, register: DepartmentRegister) -> ListCache:
    made = ListCache.of(tmp_path / "index" / "lists", register)
    assert made.can_be_written()
    return made


@pytest.fixture
def file(tmp_path: Path) -> ListFile:
    path = tmp_path / "qitai.txt"
    path.write_text(TEXT, encoding="utf-8")
    return ListFile(path, ListEntry("qitai", "qitai.txt"), Corrections())


def kept_files(cache: ListCache) -> list[str]:
    return sorted(path.name for path in cache.folder.iterdir())


# 1


@pytest.mark.parametrize(
    "list_id", ["changji-miaoergou", "qitai-kanerzi", "mulei-dananggou", "jimsar-santai", "urumqi-gangou"]
)
def test_a_real_list_is_found_as_it_is_read(
    cache: ListCache,
    catalogue: Catalogue,
    lists: dict[str, TownshipList],
    register: DepartmentRegister,
    list_id: str,
) -> None:
    [entry] = [entry for entry in catalogue.entries if entry.id == list_id]
    file = ListFile(catalogue.folder / entry.file, entry, catalogue.corrections.of_list(list_id))
    assert cache.find(file) is None
    read = cache.read(file, register)
    found = cache.find(file)
    assert found == read == lists[list_id]
    assert repr(found) == repr(lists[list_id])  # equality alone takes "basic" for ListType.BASIC
    assert found is not None
    assert json.dumps(found.to_record()) == json.dumps(read.to_record())  # keys in the same order, too


def test_a_list_that_says_next_to_nothing() -> None:
    bare = TownshipList("a", "a.txt", None, None, {}, (), (Problem(Level.ERROR, "a.txt", 0, "none"),))
    again = TownshipList.from_record(json.loads(json.dumps(bare.to_record())))
    assert repr(again) == repr(bare)


def test_names_of_the_place_are_one_text_in_memory(
    cache: ListCache, file: ListFile, register: DepartmentRegister
) -> None:
    cache.read(file, register)
    found = cache.find(file)
    assert found is not None
    assert found.place is not None
    assert all(duty.township is found.place.township for duty in found.duties)


# 2


def test_a_list_is_found_as_long_as_nothing_changed(
    cache: ListCache, file: ListFile, register: DepartmentRegister
) -> None:
    cache.read(file, register)
    again = DepartmentRegister(register.bodies, register.not_bodies)
    assert ListCache.of(cache.folder, again).find(file) == file.read(register)


def test_another_document(cache: ListCache, file: ListFile, register: DepartmentRegister) -> None:
    cache.read(file, register)
    file.path.write_text(TEXT.replace("普法", "信访"), encoding="utf-8")
    assert cache.find(file) is None
    assert cache.read(file, register).duties[1].name == "信访"
    assert cache.find(file) == file.read(register)


@pytest.mark.parametrize(
    "other",
    [
        {"entry": ListEntry("qitai", "qitai.txt", county_code="652325")},
        {"entry": ListEntry("qitai", "qitai.txt", date="2025-07")},
        {"corrections": Corrections((CORRECTION,))},
    ],
    ids=["code", "date", "correction"],
)
def test_another_entry_or_correction(
    cache: ListCache, file: ListFile, register: DepartmentRegister, other: dict[str, object]
) -> None:
    cache.read(file, register)
    assert cache.find(replace(file, **other)) is None  # type: ignore[arg-type]
    assert cache.find(file) is not None


@pytest.mark.parametrize("missing", [0, -1])
def test_another_register(
    cache: ListCache, file: ListFile, register: DepartmentRegister, missing: int
) -> None:
    cache.read(file, register)
    bodies = list(register.bodies)
    bodies[missing] = Body("改名局")
    assert (
        ListCache.of(cache.folder, DepartmentRegister(tuple(bodies), register.not_bodies)).find(file) is None
    )
    fewer = DepartmentRegister(register.bodies, register.not_bodies[1:])
    assert ListCache.of(cache.folder, fewer).find(file) is None


def test_another_library_or_code(
    cache: ListCache, file: ListFile, register: DepartmentRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.read(file, register)
    with monkeypatch.context() as patch:
        patch.setattr("indexer.list_cache.version", lambda name: "99" if name == "lxml" else "1")
        assert ListCache.of(cache.folder, register).find(file) is None
    with monkeypatch.context() as patch:
        patch.setattr("indexer.list_cache.digest_of", lambda files: "other code")
        assert ListCache.of(cache.folder, register).find(file) is None
    assert ListCache.of(cache.folder, register).find(file) is not None


# 3


def test_every_library_of_the_readers_counts() -> None:
    folder = Path(indexer.__path__[0])
    nodes = [
        node
        for package in ("documents", "steps", "departments")
        for path in (folder / package).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    packages = {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"indexer"}
    distributions = packages_distributions()
    assert {"bs4", "docx", "openpyxl", "pdfplumber"} <= packages
    assert {distributions[package][0] for package in packages} <= set(LIBRARIES)


# 4


def other_list(content: bytes) -> bytes:
    kept = json.loads(gzip.decompress(content))
    return gzip.compress(json.dumps({**kept, "list": {"id": "qitai"}}).encode())


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        lambda content: content[:40] + bytes([content[40] ^ 1]) + content[41:],
        lambda content: content[:-8] + b"\0" * 8,
        lambda content: b"\x1f\x8b" + b"\xff" * 40,
        gzip.decompress,
        lambda content: gzip.compress(b"\xff\xfe"),
        lambda content: gzip.compress(b"{"),
        lambda content: gzip.compress(b"[]"),
        lambda content: gzip.compress(b"null"),
        lambda content: gzip.compress(b"{}"),
        lambda content: gzip.compress(b'{"digest": "0", "list": {}}'),
        other_list,
    ],
)
def test_a_damaged_or_foreign_file(
    cache: ListCache, file: ListFile, register: DepartmentRegister, damage
) -> None:
    cache.read(file, register)
    [kept] = cache.folder.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))
    assert cache.find(file) is None
    assert cache.read(file, register) == file.read(register)
    assert kept.read_bytes() == whole
    assert cache.find(file) == file.read(register)


def test_every_cut_is_noticed(cache: ListCache, file: ListFile, register: DepartmentRegister) -> None:
    cache.read(file, register)
    [kept] = cache.folder.iterdir()
    whole = kept.read_bytes()
    for length in range(len(whole)):
        kept.write_bytes(whole[:length])
        assert cache.find(file) is None


def test_a_folder_in_the_place_of_a_file(
    cache: ListCache, file: ListFile, register: DepartmentRegister
) -> None:
    (cache.folder / "qitai.json.gz").mkdir()
    assert cache.find(file) is None
    assert cache.read(file, register) == file.read(register)
    assert kept_files(cache) == ["qitai.json.gz"]


# 5


@pytest.mark.parametrize(
    "content", [b"", TEXT.replace("2\t", "1\t").encode(), TEXT.encode("gbk"), None], ids=str
)
def test_a_list_with_an_error_is_not_kept(
    cache: ListCache, file: ListFile, register: DepartmentRegister, content: bytes | None
) -> None:
    file.path.unlink() if content is None else file.path.write_bytes(content)
    assert cache.read(file, register).has_errors
    assert cache.find(file) is None
    assert kept_files(cache) == []


def test_a_document_replaced_while_it_is_read(
    cache: ListCache, file: ListFile, register: DepartmentRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = ListFile.read

    def replaced(self: ListFile, register: DepartmentRegister) -> TownshipList:
        self.path.write_text(TEXT.replace("普法", "信访"), encoding="utf-8")
        return read(self, register)

    monkeypatch.setattr(ListFile, "read", replaced)
    assert cache.read(file, register).duties[1].name == "信访"
    file.path.write_text(TEXT, encoding="utf-8")
    assert cache.find(file) is None


# 6


def test_documents_that_are_gone(cache: ListCache, file: ListFile, register: DepartmentRegister) -> None:
    gone = replace(file, entry=ListEntry("gone", "qitai.txt"))
    for one in (file, gone):
        cache.read(one, register)
    (cache.folder / ".qitai-0a1b2c.new").write_bytes(b"half")
    (cache.folder / "README").write_bytes(b"")
    cache.forget_all_but([file])
    assert kept_files(cache) == ["README", "qitai.json.gz"]
    assert cache.find(file) is not None


# 7


def test_a_file_in_the_place_of_the_folder(
    tmp_path: Path, file: ListFile, register: DepartmentRegister
) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    cache = ListCache.of(tmp_path / "taken" / "lists", register)
    assert not cache.can_be_written()
    assert cache.read(file, register) == file.read(register)
    assert cache.find(file) is None
    cache.forget_all_but([])


def test_a_folder_that_cannot_be_written(
    cache: ListCache, file: ListFile, register: DepartmentRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied")

    cache.read(file, register)
    other = replace(file, entry=ListEntry("other", "qitai.txt"))
    with monkeypatch.context() as patch:
        for name in ("write_bytes", "replace", "unlink"):
            patch.setattr(Path, name, refuse)
        patch.setattr(os, "access", lambda *_arguments: False)
        assert not cache.can_be_written()
        assert cache.read(other, register).duties
        assert cache.find(file) is not None
        cache.forget_all_but([])
    assert kept_files(cache) == ["qitai.json.gz"]


def test_a_full_disk_leaves_nothing_behind(
    cache: ListCache, file: ListFile, register: DepartmentRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def half(path: Path, content: bytes) -> int:
        write(path, content[:20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    assert cache.read(file, register).duties
    assert kept_files(cache) == []


# 8


@given(st.text(st.characters()), st.text(st.characters(categories=["Cs", "Lo"])))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, text: str, halves: str) -> None:
    folder = tmp_path_factory.mktemp("lists")
    path = folder / "a.txt"
    path.write_text("any", encoding="utf-8")
    place = Place(text, halves, "县", "乡")
    row = Row(ListType.BASIC, 1, 1, text, halves)
    counts = {ListType.RECLAIMED: DeclaredCounts(items=1)}
    note = Problem(Level.INFO, "a.txt", 1, text + halves)
    one = TownshipList("a", "a.txt", place, text, counts, (), (note,), {"a-basic-1": row})

    class Stub(ListFile):
        def read(self, register: DepartmentRegister) -> TownshipList:
            return one

    file = Stub(path, ListEntry("a", "a.txt"), Corrections())
    cache = ListCache(folder, "code")
    cache.read(file, DepartmentRegister(()))
    assert repr(cache.find(file)) == repr(one)
