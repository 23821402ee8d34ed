"""The file of lines.

1. Several processes append at once, while it is put aside again and again: no line is torn, none comes twice, and
   both files stay within their size.
2. The next line that would make it too large puts it aside as FILE.1, whose lines of before are gone; a line larger
   than the file may be is written all the same.
3. Only its owner reads it.
4. A disk that is full is an OSError, and what is left of the line is taken away. A folder that is gone is one too.
5. A file that is removed or replaced meanwhile is made anew; an end that is missing costs one line, not two.
6. Who waits too long for others gives up.
"""

import errno
import fcntl
import json
import multiprocessing
import os
import resource
import stat

import pytest

from search_service.report import file as file_module
from search_service.report.file import ReportFile, put_aside

PROCESSES = 6
LINES = 400
CONTEXT = multiprocessing.get_context("spawn")


def line_of(writer, number):
    """Return a line whose end tells whether all of it is there."""
    return json.dumps({"writer": writer, "number": number, "filling": "狗" * (number % 97)}).encode() + b"\n"


def write_many(path, writer, most_bytes, start):
    file = ReportFile(path, most_bytes)
    start.wait()
    for number in range(LINES):
        file.append(line_of(writer, number))


def run_writers(path, most_bytes):
    start = CONTEXT.Event()
    writers = [
        CONTEXT.Process(target=write_many, args=(path, number, most_bytes, start))
        for number in range(PROCESSES)
    ]
    for one in writers:
        one.start()
    start.set()
    for one in writers:
        one.join(timeout=120)
    assert [one.exitcode for one in writers] == [0] * PROCESSES


def lines_in(*paths):
    found = []
    for path in paths:
        text = path.read_bytes()
        assert text.endswith(b"\n")
        found += [json.loads(line) for line in text.splitlines()]
    return [(one["writer"], one["number"]) for one in found]


def test_lines_of_several_processes_are_whole(tmp_path):
    path = tmp_path / "report.jsonl"
    run_writers(path, 10_000_000)
    expected = [(writer, number) for writer in range(PROCESSES) for number in range(LINES)]
    assert sorted(lines_in(path)) == expected
    assert not put_aside(path).exists()


def test_several_processes_put_it_aside_together(tmp_path):
    path = tmp_path / "report.jsonl"
    most = 40_000
    run_writers(path, most)
    found = lines_in(put_aside(path), path)
    assert len(found) == len(set(found)) < PROCESSES * LINES
    # The latest ones: of each writer its last lines without a gap.
    for writer in range(PROCESSES):
        numbers = [number for one, number in found if one == writer]
        assert numbers == list(range(LINES - len(numbers), LINES))
    assert path.stat().st_size <= most
    assert most // 2 < put_aside(path).stat().st_size <= most
    assert sorted(one.name for one in tmp_path.iterdir()) == ["report.jsonl", "report.jsonl.1"]


def test_a_full_file_is_put_aside_once(tmp_path):
    path = tmp_path / "report.jsonl"
    file = ReportFile(path, 10)
    for line in (b"one\n", b"two\n", b"three\n", b"four\n"):
        file.append(line)
    assert (put_aside(path).read_bytes(), path.read_bytes()) == (b"three\n", b"four\n")
    file.append(b"much too long\n")
    assert (put_aside(path).read_bytes(), path.read_bytes()) == (b"four\n", b"much too long\n")


def test_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "report.jsonl"
    file = ReportFile(path, 4)
    for _ in range(2):
        file.append(b"one\n")
    assert [stat.S_IMODE(one.stat().st_mode) for one in (path, put_aside(path))] == [0o600, 0o600]


def fill(path, room):
    """Append lines until there is no room; exit with the number of the error."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    file = ReportFile(path, 1_000_000)
    try:
        for number in range(LINES):
            file.append(line_of(0, number))
    except OSError as error:
        os._exit(error.errno)


def test_what_finds_no_room_leaves_nothing(tmp_path):
    path = tmp_path / "report.jsonl"
    # A file of limited size takes part of a line, as a disk that fills up does.
    filling = CONTEXT.Process(target=fill, args=(path, 1000))
    filling.start()
    filling.join(timeout=60)
    assert filling.exitcode in {errno.ENOSPC, errno.EFBIG}
    found = lines_in(path)
    assert found == [(0, number) for number in range(len(found))]
    assert len(found) > 3
    ReportFile(path, 1_000_000).append(line_of(1, 0))
    assert lines_in(path) == [*found, (1, 0)]


def test_a_disk_that_is_full_is_said(tmp_path):
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        ReportFile(full, 1_000_000).append(b"one\n")


def test_a_folder_that_is_gone_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        ReportFile(tmp_path / "gone" / "report.jsonl", 1_000_000).append(b"one\n")


def test_a_file_that_is_removed_is_made_anew(tmp_path):
    path = tmp_path / "report.jsonl"
    file = ReportFile(path, 1_000_000)
    file.append(b"one\n")
    path.unlink()
    file.append(b"two\n")
    assert path.read_bytes() == b"two\n"


def test_a_missing_end_costs_one_line(tmp_path):
    path = tmp_path / "report.jsonl"
    path.write_bytes(b'{"day":"20')
    ReportFile(path, 1_000_000).append(b"two\n")
    assert path.read_bytes() == b'{"day":"20\ntwo\n'


def test_who_waits_too_long_gives_up(tmp_path, monkeypatch):
    monkeypatch.setattr(file_module, "PATIENCE", 0.05)
    path = tmp_path / "report.jsonl"
    file = ReportFile(path, 1_000_000)
    with path.open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(TimeoutError):
            file.append(b"one\n")
    file.append(b"two\n")
    assert path.read_bytes() == b"two\n"
