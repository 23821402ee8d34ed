"""Many documents read: what changed, here or by processes, always in the order asked for.

1. Processes give what this process gives: the five real lists, with a cache and without, to the type of every part.
2. The lists come in the order of the files, whatever is done first; progress counts every document once.
3. With a cache only documents are read that changed; what was read is there for the next time, also what processes
   read, and also where reading was broken off.
4. Few documents are read here, and so are all where there is one processor.
5. An error that is no fault of a document comes with the document's name, from here and from a process, and whatever
   class it is of. A process that is killed ends the reading with the name of a document, too.
6. Ctrl-C ends all processes without a word of theirs; and they end when the one that started them is killed.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from indexer import reading
from indexer.catalogue import ListEntry
from indexer.corrections import Corrections
from indexer.list_cache import ListCache
from indexer.list_file import ListFile
from indexer.reading import LostProcessError, ReadingError, read_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from indexer.catalogue import Catalogue
    from indexer.departments.register import DepartmentRegister
    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning

TITLE = "新疆维吾尔自治区昌吉回族自治州\n奇台县坎尔孜乡\n履职事项清单\n\n"
TABLE = "序号\t事项类别\t事项名称\n1\t党的建设\t发展党员\n2\t平安法治\t普法\n"


class OddError(Exception):
    """An error that does not come back from another process: making it again takes more than its message."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


class Broken(ListFile):
    """A document at which reading breaks down."""

    def read(self, register: DepartmentRegister) -> TownshipList:
        raise OddError("no way", " to read it")


class Deadly(ListFile):
    """A document that takes its process with it."""

    def read(self, register: DepartmentRegister) -> TownshipList:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


class Slow(ListFile):
    """A document that takes a while."""

    def read(self, register: DepartmentRegister) -> TownshipList:
        time.sleep(0.5)
        return super().read(register)


@pytest.fixture
def register(tuning: Tuning) -> DepartmentRegister:
    return tuning.departments


@pytest.fixture
def real(catalogue: Catalogue) -> list[ListFile]:
    return [
        ListFile(catalogue.folder / entry.file, entry, catalogue.corrections.of_list(entry.id))
        for entry in catalogue.entries
    ]


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., ListFile]:
    """Return what makes a short document."""

    def document(name: str, kind: type[ListFile] = ListFile) -> ListFile:
        path = tmp_path / f"{name}.txt"
        path.write_text(TITLE + TABLE, encoding="utf-8")
        return kind(path, ListEntry(name, path.name), Corrections())

    return document


@pytest.fixture
def cache(tmp_path: Path, register: DepartmentRegister) -> ListCache:
    made = ListCache.of(tmp_path / "cache", register)
    assert made.can_be_written()
    return made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start two processes at once, whatever there is to read and to read it with."""
    monkeypatch.setattr(reading, "PATIENCE", 0.0)
    monkeypatch.setattr(reading, "_processors", lambda: 2)


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the ids of the documents that this process reads, as it reads them."""
    ids: list[str] = []
    read = ListFile.read

    def counted(self: ListFile, register: DepartmentRegister) -> TownshipList:
        ids.append(self.id)
        return read(self, register)

    monkeypatch.setattr(ListFile, "read", counted)
    return ids


# 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("keeps", [True, False])
def test_processes_give_what_this_process_gives(
    real: list[ListFile],
    register: DepartmentRegister,
    lists: dict[str, TownshipList],
    cache: ListCache,
    read_here: list[str],
    *,
    keeps: bool,
) -> None:
    found = read_files(real, register, cache if keeps else None)
    assert read_here == []
    assert found == list(lists.values())
    assert list(map(repr, found)) == list(map(repr, lists.values()))
    if keeps:
        assert list(map(repr, read_files(real, register, cache))) == list(map(repr, lists.values()))
        assert read_here == []


# 2


@pytest.mark.usefixtures("impatient")
def test_the_order_is_that_of_the_files(make: Callable[..., ListFile], register: DepartmentRegister) -> None:
    files = [make("slow", Slow), *(make(f"list-{number}") for number in range(6))]
    done: list[int] = []
    found = read_files(files, register, progress=done.append)
    assert [one.id for one in found] == [file.id for file in files]
    assert done == list(range(1, 8))


def test_kept_and_changed_documents_mixed(
    make: Callable[..., ListFile], register: DepartmentRegister, cache: ListCache, read_here: list[str]
) -> None:
    files = [make(name) for name in "abcde"]
    read_files([files[1], files[3]], register, cache)
    done: list[int] = []
    found = read_files(files, register, cache, done.append)
    assert [one.id for one in found] == list("abcde")
    assert done == [1, 2, 3, 4, 5]
    assert read_here == list("bd") + list("ace")


def test_nothing_to_read(register: DepartmentRegister, cache: ListCache) -> None:
    assert read_files([], register, cache) == []


# 3


def test_only_what_changed_is_read(
    make: Callable[..., ListFile], register: DepartmentRegister, cache: ListCache, read_here: list[str]
) -> None:
    files = [make(name) for name in "abc"]
    first = read_files(files, register, cache)
    assert read_files(files, register, cache) == first
    files[1].path.write_text(TITLE + TABLE.replace("普法", "信访"), encoding="utf-8")
    again = read_files(files, register, cache)
    assert again[1].duties[1].name == "信访"
    assert [again[0], again[2]] == [first[0], first[2]]
    assert read_here == ["a", "b", "c", "b"]
    assert gc.isenabled()


def test_without_a_cache_all_is_read(
    make: Callable[..., ListFile], register: DepartmentRegister, cache: ListCache, read_here: list[str]
) -> None:
    files = [make("a")]
    read_files(files, register, cache)
    read_files(files, register)
    assert read_here == ["a", "a"]


def test_what_was_read_before_an_end_is_kept(
    make: Callable[..., ListFile], register: DepartmentRegister, cache: ListCache, read_here: list[str]
) -> None:
    files = [make("a"), make("b", Broken), make("c")]
    with pytest.raises(ReadingError):
        read_files(files, register, cache)
    assert cache.find(files[0]) is not None
    read_files([files[0], files[2]], register, cache)
    assert read_here == ["a", "c"]


# 4


def test_few_documents_are_read_here(
    make: Callable[..., ListFile],
    register: DepartmentRegister,
    read_here: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "_processors", lambda: 8)
    read_files([make(name) for name in "abcde"], register)
    assert read_here == list("abcde")


@pytest.mark.parametrize(("processors", "names"), [(1, "abc"), (2, "a")])
def test_no_processes_where_they_gain_nothing(
    make: Callable[..., ListFile],
    register: DepartmentRegister,
    read_here: list[str],
    monkeypatch: pytest.MonkeyPatch,
    processors: int,
    names: str,
) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0.0)
    monkeypatch.setattr(reading, "_processors", lambda: processors)
    read_files([make(name) for name in names], register)
    assert read_here == list(names)


# 5


def test_an_error_here_names_the_document(
    make: Callable[..., ListFile], register: DepartmentRegister
) -> None:
    with pytest.raises(ReadingError, match=r"bad\.txt: OddError: no way to read it"):
        read_files([make("a"), make("bad", Broken)], register)


@pytest.mark.usefixtures("impatient")
def test_an_error_in_a_process_names_the_document(
    make: Callable[..., ListFile], register: DepartmentRegister
) -> None:
    files = [make("bad", Broken), *(make(name, Slow) for name in "abcdefgh")]
    start = time.monotonic()
    with pytest.raises(ReadingError, match=r"bad\.txt: OddError: no way to read it") as caught:
        read_files(files, register)
    assert "in read\n" in str(caught.value.__cause__)  # where it happened, for whoever mends it
    assert time.monotonic() - start < 20


@pytest.mark.usefixtures("impatient")
def test_a_killed_process(make: Callable[..., ListFile], register: DepartmentRegister) -> None:
    files = [make("deadly", Deadly), *(make(name, Slow) for name in "abcdef")]
    with pytest.raises(
        LostProcessError, match=r"(deadly|a)\.txt, or one of the next: the process .* was killed"
    ):
        read_files(files, register)


# 6

SCRIPT = """
import sys
from pathlib import Path
from indexer import reading
from indexer.catalogue import ListEntry
from indexer.corrections import Corrections
from indexer.departments.register import DepartmentRegister
from indexer.list_file import ListFile
import os, time

class Endless(ListFile):
    def read(self, register):
        (self.path.parent / f"{self.id}.pid").write_text(str(os.getpid()))
        time.sleep(float(sys.argv[2]))
        return super().read(register)

if __name__ == "__main__":
    reading.PATIENCE = 0
    reading._processors = lambda: 2
    folder = Path(sys.argv[1])
    files = [Endless(folder / f"{n}.txt", ListEntry(f"{n}", f"{n}.txt"), Corrections()) for n in range(50)]
    try:
        reading.read_files(files, DepartmentRegister(()))
    except KeyboardInterrupt:
        sys.exit("interrupted")
"""


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[[float], subprocess.Popen[str]]]:
    """Return what starts a process that reads, each document so many seconds, and waits until two are being read."""
    processes: list[subprocess.Popen[str]] = []

    def start(seconds: float) -> subprocess.Popen[str]:
        script = tmp_path / "script.py"
        script.write_text(SCRIPT, encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, script, tmp_path, str(seconds)],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        wait_for(lambda: len(readers(tmp_path)) == 2)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def readers(folder: Path) -> set[int]:
    return {int(text) for path in folder.glob("*.pid") if (text := path.read_text(encoding="utf-8"))}


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:  # dead, but nobody asked for it yet: in a container the first process may never ask
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return not os.path.isdir("/proc")


def wait_for(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_interrupt_ends_all_in_order(
    started: Callable[[float], subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = started(1)
    os.killpg(process.pid, signal.SIGINT)  # as the terminal does: to all of them
    _, errors = process.communicate(timeout=20)
    assert errors == "interrupted\n"
    assert process.returncode == 1
    assert len(list(tmp_path.glob("*.pid"))) < 10
    wait_for(lambda: not any(map(is_running, readers(tmp_path))))


def test_nobody_reads_on_for_a_killed_process(
    started: Callable[[float], subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = started(60)
    process.kill()
    wait_for(lambda: not any(map(is_running, readers(tmp_path))))
