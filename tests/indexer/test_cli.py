"""The command `duty-index`, on a small copy of the data.

1. `check` reports every list of the catalogue, or the files named, as a table or as JSON; exit code 0
   without errors, 1 with errors, 2 for a wrong call. A file outside a catalogue is read by its own title
   page; without one it says that the place is missing.
2. `build` publishes an index; with --if-needed it does nothing while input, dictionaries and code are the
   same, and builds again after any of them changed.
3. `build` refuses a document with errors, an empty result, a folder it can't write, and a second build at
   a time; each time the live index stays untouched. --allow-errors leaves out what could not be read.
4. A second `build` reads only what changed: the document, its entry in lists.toml, its corrections, the register of
   departments. It publishes the same records to the byte. A damaged cache is replaced, a removed document forgotten,
   a folder that can't be written is one line of warning. `check` and `export` read all anew.
5. `export` writes exactly the records, in the promised keys and order: one JSON object a line, or CSV that
   spreadsheet programs read as UTF-8. A refused export leaves an existing file as it was.
6. Every command has a --help that names its options; an unknown command, option or format is exit code 2.
7. No input makes a traceback: wrong folders, missing files and broken dictionaries end in one message, which
   names the variable of the environment where that may be what is wrong.
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from indexer.analysis.analyzer import Analyzer
from indexer.cli import main
from indexer.duty import Duty
from indexer.index.build import RECORDS_FOLDER
from indexer.index.generation import Manifest
from indexer.index.publishing import current_generation
from indexer.index.records import Records
from indexer.reading import LostProcessError
from indexer.township_list import read_list

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

    from indexer.catalogue import ListEntry
    from indexer.index.generation import Stamp
    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning

TITLE = "新疆维吾尔自治区昌吉回族自治州\n奇台县坎尔孜乡\n履职事项清单\n\n2025 年 7 月\n\n"
LIST = (
    "序号\t事项类别\t事项名称\n1\t党的建设\t发展党员\n2\t平安法治\t★普法\n"
    "序号\t事项类别\t事项名称\t对应上级部门\t上级部门职责\t乡镇配合职责\n"
    "1\t平安法治\t文明养犬\t奇台县公安局、奇台县农业农村局\t"
    "<p>1.县公安局查处伤人；</p> <p>2.县农业农村局做好防疫。</p>\t上报线索。\n"
    "序号\t事项类别\t事项名称\t承接部门及工作方式\n1\t民生服务\t收养登记\t奇台县民政局：依法登记。\n"
)
ENTRY = '[[list]]\nid = "qitai"\nfile = "qitai.txt"\n'


@pytest.fixture
def small(tmp_path: Path, data: Path) -> Path:
    """Return a data folder with one short list."""
    folder = tmp_path / "data"
    shutil.copytree(data / "dictionaries", folder / "dictionaries")
    (folder / "vectors.npz").symlink_to(data / "vectors.npz")  # encoding anew would take minutes
    (folder / "lists").mkdir()
    (folder / "lists" / "lists.toml").write_text(ENTRY, encoding="utf-8")
    (folder / "lists" / "qitai.txt").write_text(TITLE + LIST, encoding="utf-8")
    return folder


@pytest.fixture(scope="module", autouse=True)
def one_analyzer_per_dictionary() -> Iterator[None]:
    """Load jieba once for each content of the user dictionary: the commands load it anew every time."""
    loaded: dict[bytes, Analyzer] = {}

    def analyzer(user_dictionary: Path) -> Analyzer:
        content = user_dictionary.read_bytes()
        if content not in loaded:
            loaded[content] = Analyzer(user_dictionary)
        return loaded[content]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.tuning.Analyzer", analyzer)
        yield


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def break_list(small: Path) -> None:
    (small / "lists" / "qitai.txt").write_text(TITLE + LIST + "2\t民生服务\t老年证\n", encoding="utf-8")


PROBLEM = "qitai.txt:14: error: a row of 3 cells (2 | 民生服务 | 老年证 …); expected 4"


# check


def test_check_prints_a_table(small: Path) -> None:
    output = run("check", "--data", small).stdout
    assert "qitai.txt  奇台县 坎尔孜乡  2025-07" in output
    assert all(label in output for label in ("基本", "配合", "收回"))
    assert "1 documents, 4 duties; 0 errors, 0 warnings, 0 notes" in output


def test_check_as_json(small: Path) -> None:
    [report] = json.loads(run("check", "--data", small, "--format", "json").stdout)
    assert report["id"] == "qitai"
    assert report["file"] == "qitai.txt"
    assert report["place"] == ["新疆维吾尔自治区", "昌吉回族自治州", "奇台县", "坎尔孜乡"]
    assert report["date"] == "2025-07"
    assert report["total"] == 4
    assert report["problems"] == []
    found = {
        name: (counts["items"], counts["categories"], counts["departments"], counts["gaps"])
        for name, counts in report["lists"].items()
    }
    assert found == {"basic": (2, 2, 0, []), "cooperative": (1, 1, 2, []), "reclaimed": (1, 1, 1, [])}
    assert report["lists"]["basic"]["declared"] == {"items": None, "categories": None, "departments": None}


def test_check_of_the_real_data(data: Path) -> None:
    reports = json.loads(run("check", "--data", data, "--format", "json").stdout)
    assert [report["total"] for report in reports] == [242, 239, 241, 241, 280]
    declared = reports[4]["lists"]["cooperative"]["declared"]
    assert declared == {"items": 96, "categories": 19, "departments": 38}


def test_check_finds_gaps(small: Path) -> None:
    file = small / "lists" / "qitai.txt"
    file.write_text(TITLE + LIST.replace("2\t平安法治", "5\t平安法治"), encoding="utf-8")
    [report] = json.loads(run("check", "--data", small, "--format", "json").stdout)
    assert report["lists"]["basic"]["gaps"] == [2, 3, 4]


def test_check_with_errors(small: Path) -> None:
    break_list(small)
    assert PROBLEM in run("check", "--data", small, code=1).stdout
    [report] = json.loads(run("check", "--data", small, "--format", "json", code=1).stdout)
    [problem] = report["problems"]
    assert (problem["level"], problem["file"], problem["line"]) == ("error", "qitai.txt", 14)


def test_check_a_file_outside_a_catalogue(small: Path, tmp_path: Path) -> None:
    file = tmp_path / "Neue Liste.txt"
    file.write_text(TITLE + LIST, encoding="utf-8")
    [report] = json.loads(run("check", file, "--data", small, "--format", "json").stdout)
    assert (report["id"], report["total"]) == ("neue-liste", 4)


def test_check_a_file_without_a_place(small: Path, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text(LIST, encoding="utf-8")
    output = run("check", file, "--data", small, code=1).stdout
    assert "list.txt: error: the place is incomplete: no province, prefecture, county, township" in output


def test_check_a_file_beside_its_catalogue(small: Path) -> None:
    lists = small / "lists"
    entry = 'province = "新疆维吾尔自治区"\nprefecture = "昌吉回族自治州"\ncounty = "奇台县"\ntownship = "坎尔孜乡"\n'
    with (lists / "lists.toml").open("a", encoding="utf-8") as file:
        file.write(f'[[list]]\nid = "second"\nfile = "b.txt"\n{entry}')
    (lists / "b.txt").write_text(LIST, encoding="utf-8")
    [report] = json.loads(run("check", lists / "b.txt", "--data", small, "--format", "json").stdout)
    assert (report["id"], report["total"]) == ("second", 4)


def test_check_several_files_and_one_missing(small: Path) -> None:
    good, missing = small / "lists" / "qitai.txt", small / "lists" / "none.txt"
    output = run("check", good, missing, "--data", small, code=1).stdout
    assert "none.txt: error: no such file; check the name given, or lists.toml" in output
    assert "2 documents, 4 duties; 1 errors" in output


# build


def records(index: Path) -> list[Duty]:
    found = Records(current_generation(index) / RECORDS_FOLDER)
    return [found[number] for number in range(len(found))]


def test_build_publishes(small: Path, index: Path) -> None:
    result = run("build", "--data", small, "--output", index)
    live = current_generation(index)
    assert f"Published generation {live.name}: 4 duties in {index}" in result.stderr
    assert result.stdout == ""
    assert Manifest.read(live).duties == 4
    assert [duty.id for duty in records(index)] == [
        "qitai-basic-1",
        "qitai-basic-2",
        "qitai-cooperative-1",
        "qitai-reclaimed-1",
    ]


def append(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(text)


@pytest.mark.parametrize(
    "changed", [None, "lists/qitai.txt", "lists/lists.toml", "dictionaries/stop_words.txt"]
)
def test_build_if_needed(small: Path, index: Path, changed: str | None) -> None:
    assert "Published" in run("build", "--if-needed", "--data", small, "--output", index).stderr
    first = current_generation(index)
    assert "is current" in run("build", "--if-needed", "--data", small, "--output", index).stderr
    assert current_generation(index) == first
    if changed:
        append(small / changed, "\n# 某词\n" if "lists.toml" in changed else "\n某词\n")
        assert "Published" in run("build", "--if-needed", "--data", small, "--output", index).stderr
        assert current_generation(index) != first


def test_build_if_needed_after_another_version(
    small: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("build", "--data", small, "--output", index)
    monkeypatch.setattr("indexer.index.schema.VERSION", 99)
    assert "Published" in run("build", "--if-needed", "--data", small, "--output", index).stderr


def test_build_if_needed_over_a_damaged_index(small: Path, index: Path) -> None:
    run("build", "--data", small, "--output", index)
    (current_generation(index) / "manifest.json").write_text("{", encoding="utf-8")
    assert "Published" in run("build", "--if-needed", "--data", small, "--output", index).stderr


def state(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def live(small: Path, index: Path) -> dict[str, bytes]:
    """Return the files of an index that was built before."""
    run("build", "--data", small, "--output", index)
    return state(index)


def test_build_refuses_a_document_with_errors(small: Path, index: Path, live: dict[str, bytes]) -> None:
    break_list(small)
    output = run("build", "--data", small, "--output", index, code=1).stderr
    assert PROBLEM in output
    assert (
        "Error: 1 errors in the documents, nothing was written; correct them, or pass --allow-errors"
        in output
    )
    assert state(index) == live


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01",
        (TITLE + LIST).encode("gbk"),
        (TITLE + LIST.replace("\t事项名称\t承", "\t承")).encode(),
        (TITLE + LIST + "1\t民生服务\t收养\t奇台县民政局：登记。\n").encode(),
        TITLE.encode(),
        LIST.encode(),
        None,
    ],
    ids=["empty", "binary", "gbk", "missing column", "duplicate", "no table", "no place", "missing"],
)
def test_no_bad_document_reaches_the_index(
    small: Path, index: Path, live: dict[str, bytes], content: bytes | None
) -> None:
    file = small / "lists" / "qitai.txt"
    file.unlink() if content is None else file.write_bytes(content)
    output = run("build", "--data", small, "--output", index, code=1).stderr
    assert output.startswith("qitai.txt")
    assert ": error: " in output
    assert "nothing was written" in output
    assert state(index) == live


def test_build_allow_errors(small: Path, index: Path) -> None:
    break_list(small)
    result = run("build", "--allow-errors", "--data", small, "--output", index)
    assert PROBLEM in result.stderr
    assert len(records(index)) == 4


def test_build_allow_errors_publishes_no_empty_index(
    small: Path, index: Path, live: dict[str, bytes]
) -> None:
    (small / "lists" / "qitai.txt").write_bytes(b"")
    output = run("build", "--allow-errors", "--data", small, "--output", index, code=1).stderr
    assert "there is no duty to index" in output
    assert state(index) == live


def test_build_where_nothing_can_be_written(small: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    output = run("build", "--data", small, "--output", tmp_path / "file" / "index", code=1).stderr
    assert f"Error: {tmp_path / 'file' / 'index'}: can't be written" in output
    run("build", "--data", small, "--output", tmp_path / "file", code=2)


def test_a_second_build_is_refused(small: Path, index: Path, live: dict[str, bytes]) -> None:
    with (index / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as a running build does
        output = run("build", "--data", small, "--output", index, code=1).stderr
    assert f"Error: {index}: another build is running; wait for it to end" in output
    assert state(index) == live
    run("build", "--data", small, "--output", index)


def test_output_from_the_environment(small: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUTY_SEARCH_DATA", str(small))
    monkeypatch.setenv("DUTY_SEARCH_INDEX", str(index))
    run("build")
    assert len(records(index)) == 4


@pytest.mark.parametrize(
    ("command", "variable"),
    [
        (["build"], "DUTY_SEARCH_INDEX"),
        (["list"], "DUTY_SEARCH_INDEX"),
        (["check"], "DUTY_SEARCH_DATA"),
        (["build"], "DUTY_SEARCH_DATA"),
    ],
)
def test_a_wrong_folder_of_the_environment_is_named_by_its_variable(
    command: list[str], variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "清单.txt"
    file.write_text(LIST, encoding="utf-8")
    monkeypatch.setenv(variable, str(file))
    output = run(*command, code=2).stderr
    assert f"(env var: '{variable}'): Directory '{file}' is a file." in output


# what a second build reads

SECOND = TITLE.replace("坎尔孜乡", "东泉乡") + LIST
CORRECTION = """
[[correction]]
list = "dongquan"
list_type = "basic"
number = 2
field = "category"
wrong = "平安法治"
right = "民生服务"
reason = "a slip"
"""
OTHER_CORRECTION = CORRECTION.replace("number = 2", "number = 1").replace("平安法治", "党的建设")


@pytest.fixture
def two(small: Path) -> Path:
    """Return the data folder with a second list, which has a correction."""
    lists = small / "lists"
    append(lists / "lists.toml", '[[list]]\nid = "dongquan"\nfile = "dongquan.txt"\n')
    (lists / "dongquan.txt").write_text(SECOND, encoding="utf-8")
    (lists / "corrections.toml").write_text(CORRECTION, encoding="utf-8")
    return small


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the ids of lists in the order in which their documents are read."""
    ids: list[str] = []

    def counted(path: Path, entry: ListEntry, *others: Any) -> TownshipList:
        ids.append(entry.id)
        return read_list(path, entry, *others)

    monkeypatch.setattr("indexer.list_file.read_list", counted)
    return ids


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Index nothing, which takes seconds; return a list that holds what would be indexed last."""
    last: list[str] = []

    def build_index(
        lists: list[TownshipList], _tuning: Tuning, stamp: Stamp, *_: object, **_named: object
    ) -> Manifest:
        last[:] = map(repr, lists)
        return Manifest("none", stamp, len(lists), "now")

    monkeypatch.setattr("indexer.cli.build_index", build_index)
    return last


def state_of_records(index: Path) -> dict[str, bytes]:
    folder = current_generation(index) / RECORDS_FOLDER
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_second_build_publishes_the_same_and_reads_nothing(two: Path, index: Path, read: list[str]) -> None:
    run("build", "--data", two, "--output", index)
    first = state_of_records(index)
    assert read == ["qitai", "dongquan"]
    run("build", "--data", two, "--output", index)
    assert state_of_records(index) == first
    assert read == ["qitai", "dongquan"]
    assert len(first) == 6
    assert "平安法治".encode() in first["originals.jsonl"]


@pytest.mark.parametrize(
    ("changed", "text", "read_again"),
    [
        ("lists/dongquan.txt", "\n", ["dongquan"]),
        ("lists/lists.toml", 'county_code = "652325"\n', ["dongquan"]),
        ("lists/corrections.toml", OTHER_CORRECTION, ["dongquan"]),
        ("lists/corrections.toml", "# nothing\n", []),
        ("dictionaries/departments.toml", '\n[[body]]\ncanonical = "某某局"\n', ["qitai", "dongquan"]),
        ("dictionaries/departments.toml", "\n# nothing\n", []),
        ("dictionaries/stop_words.txt", "某词\n", []),
    ],
    ids=["document", "entry", "correction", "comment", "department", "comment on departments", "stop word"],
)
def test_only_what_changed_is_read(
    two: Path,
    index: Path,
    tmp_path: Path,
    indexed: list[str],
    read: list[str],
    changed: str,
    text: str,
    read_again: list[str],
) -> None:
    run("build", "--data", two, "--output", index)
    read.clear()
    append(two / changed, text)
    run("build", "--data", two, "--output", index)
    assert read == read_again
    mixed = list(indexed)
    run("build", "--data", two, "--output", tmp_path / "anew")
    assert indexed == mixed


def test_a_document_removed(two: Path, index: Path, indexed: list[str], read: list[str]) -> None:
    run("build", "--data", two, "--output", index)
    (two / "lists" / "lists.toml").write_text(ENTRY, encoding="utf-8")
    (two / "lists" / "corrections.toml").unlink()
    run("build", "--data", two, "--output", index)
    assert read == ["qitai", "dongquan"]
    assert [path.name for path in (index / "cache" / "lists").iterdir()] == ["qitai.json.gz"]
    assert len(indexed) == 1


def test_a_damaged_cache(two: Path, index: Path, indexed: list[str], read: list[str]) -> None:
    run("build", "--data", two, "--output", index)
    first = list(indexed)
    file = index / "cache" / "lists" / "dongquan.json.gz"
    file.write_bytes(file.read_bytes()[:-20])
    for _ in range(2):
        run("build", "--data", two, "--output", index)
        assert indexed == first
    assert read == ["qitai", "dongquan", "dongquan"]


@pytest.mark.usefixtures("indexed")
def test_a_refused_build_keeps_what_could_be_read(two: Path, index: Path, read: list[str]) -> None:
    break_list(two)
    run("build", "--data", two, "--output", index, code=1)
    (two / "lists" / "qitai.txt").write_text(TITLE + LIST, encoding="utf-8")
    run("build", "--data", two, "--output", index)
    assert read == ["qitai", "dongquan", "qitai"]


def test_a_cache_that_cannot_be_written(two: Path, index: Path, read: list[str]) -> None:
    index.mkdir()
    (index / "cache").write_text("", encoding="utf-8")
    result = run("build", "--data", two, "--output", index)
    assert result.stderr.count("warning: ") == 1
    assert f"warning: {index / 'cache' / 'lists'}: can't be written" in result.stderr
    assert "Published" in result.stderr
    assert read == ["qitai", "dongquan"]


@pytest.mark.usefixtures("indexed")
def test_a_read_only_cache_is_still_read(
    two: Path, index: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("build", "--data", two, "--output", index)
    append(two / "lists" / "dongquan.txt", "\n")
    monkeypatch.setattr("indexer.list_cache.ListCache.can_be_written", lambda _: False)
    assert run("build", "--data", two, "--output", index).stderr.count("warning: ") == 1
    assert read == ["qitai", "dongquan", "dongquan"]


@pytest.mark.usefixtures("indexed")
def test_check_and_export_read_anew(
    two: Path, index: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUTY_SEARCH_INDEX", str(index))
    run("build", "--data", two)
    read.clear()
    run("check", "--data", two)
    run("export", "--data", two)
    assert read == ["qitai", "dongquan"] * 2


def test_a_lost_process_is_one_line(two: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(*_: object) -> None:
        raise LostProcessError("qitai.txt, or one of the next: the process that read it was killed")

    monkeypatch.setattr("indexer.command_reading.read_files", lose)
    output = run("build", "--data", two, "--output", index, code=1).stderr
    assert output == "Error: qitai.txt, or one of the next: the process that read it was killed\n"


# export

KEYS = [
    "id", "list_id", "province", "prefecture", "county", "township", "list_type", "number", "category", "name",
    "marked", "departments", "superior_steps", "township_steps", "source",
]  # fmt: skip


def exported(small: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("export", "--data", small).stdout.splitlines()]


def test_export_jsonl(small: Path) -> None:
    lines = exported(small)
    assert [list(line) for line in lines] == [KEYS] * 4
    assert lines[1]["name"] == "普法"
    assert lines[1]["marked"] is True
    assert lines[2] == {
        "id": "qitai-cooperative-1",
        "list_id": "qitai",
        "province": "新疆维吾尔自治区",
        "prefecture": "昌吉回族自治州",
        "county": "奇台县",
        "township": "坎尔孜乡",
        "list_type": "cooperative",
        "number": 1,
        "category": "平安法治",
        "name": "文明养犬",
        "marked": False,
        "departments": [
            {"name": "奇台县公安局", "canonical": "公安局"},
            {"name": "奇台县农业农村局", "canonical": "农业农村局"},
        ],
        "superior_steps": [
            {"number": 1, "text": "县公安局查处伤人；", "heading": None, "departments": ["公安局"]},
            {"number": 2, "text": "县农业农村局做好防疫。", "heading": None, "departments": ["农业农村局"]},
        ],
        "township_steps": [{"number": None, "text": "上报线索。", "heading": None, "departments": ["乡镇"]}],
        "source": {"file": "qitai.txt", "line": 11},
    }
    assert [list(step) for step in lines[2]["superior_steps"]] == [
        ["number", "text", "heading", "departments"]
    ] * 2


def test_export_is_what_is_indexed(small: Path, index: Path) -> None:
    run("build", "--data", small, "--output", index)
    assert [Duty.from_record(line) for line in exported(small)] == records(index)


def test_export_of_the_real_data(data: Path, duties: list[Duty]) -> None:
    lines = run("export", "--data", data).stdout.splitlines()
    assert [Duty.from_record(json.loads(line)) for line in lines] == duties


def test_export_csv(small: Path, tmp_path: Path) -> None:
    file = tmp_path / "duties.csv"
    run("export", "--format", "csv", "--data", small, "--output", file)
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfid,")
    assert content.count(b"\xef\xbb\xbf") == 1
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in rows] == [line["id"] for line in exported(small)]
    assert rows[1]["marked"] == "★"
    assert rows[2]["list"] == "配合"
    assert rows[2]["departments"] == "奇台县公安局、奇台县农业农村局"
    assert rows[2]["superior_steps"] == "1.县公安局查处伤人；\n2.县农业农村局做好防疫。"
    assert (rows[2]["file"], rows[2]["line"]) == ("qitai.txt", "11")


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_refused_export_writes_nothing(small: Path, tmp_path: Path, form: str) -> None:
    break_list(small)
    file = tmp_path / "duties"
    file.write_text("before", encoding="utf-8")
    output = run("export", "--format", form, "--data", small, "--output", file, code=1).stderr
    assert PROBLEM in output
    assert file.read_text(encoding="utf-8") == "before"
    run("export", "--format", form, "--data", small, "--output", file, "--allow-errors")
    assert "奇台县公安局" in file.read_text(encoding="utf-8")


# all of them


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ([], ["check", "build", "export", "--version"]),
        (["check"], ["FILES", "--data", "--format", "Exit code"]),
        (["build"], ["--data", "--output", "--if-needed", "--allow-errors", "Exit code"]),
        (["export"], ["--data", "--format", "--output", "--allow-errors"]),
    ],
    ids=lambda value: " ".join(value) or "main",
)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help(command: list[str], named: list[str], flag: str) -> None:
    output = run(*command, flag).stdout
    assert all(name in output for name in named)


@pytest.mark.parametrize(
    "arguments", [["chekc"], ["build", "--fast"], ["export", "--format", "pdf"], ["check", "--format", "csv"]]
)
def test_wrong_calls(arguments: list[str]) -> None:
    assert "Usage: " in run(*arguments, code=2).stderr


@pytest.mark.parametrize("command", ["check", "build", "export"])
@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("dictionaries", "dictionaries: no such folder"),
        ("dictionaries/ranking.toml", "ranking.toml: no such file"),
        ("lists", "lists.toml: no such file"),
        ("lists/lists.toml", "lists.toml: no such file"),
    ],
)
def test_missing_data(small: Path, index: Path, command: str, broken: str, message: str) -> None:
    path = small / broken
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    output = ["--output", index] if command == "build" else []
    assert message in run(command, "--data", small, *output, code=1).stderr
    assert not index.exists()
