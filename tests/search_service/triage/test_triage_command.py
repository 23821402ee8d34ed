"""``duty-search triage``.

1. All rows and columns of a file are written in their order, with ours behind them: CSV in each encoding and
   spreadsheets, under a name of their own or the one given. The input stays as it was.
2. Columns and townships are detected or given.
3. How rows ended is said on standard error, with the numbers of those that weren't processed.
4. Nothing is overwritten unless told to, never the input; what fails or is interrupted leaves no file.
5. Exit code 1: an unusable file or index, named with what to do; 2: a wrong call.
"""

import csv
import os
import stat

import openpyxl
import pytest
from click.testing import CliRunner

from indexer.documents.text_file import MAX_BYTES
from search_service.cli import main
from search_service.core.answers.answering import Answers
from search_service.triage import files
from search_service.triage.rows import OUR_COLUMNS

HEADER = ["工单号", "诉求内容", "所属乡镇", "备注"]
ROWS = [
    ["001", "邻居养犬扰民，\n没人管", "庙尔沟乡", "=1+1"],
    ["002", "养犬扰民", "昌吉市庙尔沟乡", '他说"急"'],
    ["", "", "", ""],
    ["003", "养犬扰民", "大南沟", ""],
    ["004", "", "三台镇", "空"],
    ["005", "养犬扰民", "北庭镇", "a;b\tc"],
    ["006", "飞机晚点航空公司不赔钱", "甘沟", ""],
]
RESULTS = ["已找到", "已找到", "", "已找到", "未处理", "未处理", "清单无此事项"]


@pytest.fixture
def run(index_folder, tmp_path, monkeypatch):
    """Return a function that runs the command in an empty folder with the shared index."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, index=index_folder):
        return CliRunner().invoke(main, ["triage", *map(str, arguments), "--index", str(index)])

    return run


def write_csv(path, rows=(HEADER, *ROWS), encoding="utf-8", delimiter=","):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def read_csv(path, delimiter=","):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


@pytest.fixture
def complaints(tmp_path):
    """Return a CSV file with complaints, good and bad rows."""
    return write_csv(tmp_path / "工单.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv(run, tmp_path, encoding, delimiter):
    source = write_csv(tmp_path / "工单.csv", encoding=encoding, delimiter=delimiter)
    before = source.read_bytes()
    result = run(source)
    assert result.exit_code == 0, result.output
    output = tmp_path / "工单-分派建议.csv"
    assert output.read_bytes().startswith(b"\xef\xbb\xbf")
    header, *rows = read_csv(output, delimiter)
    assert header == [*HEADER, *OUR_COLUMNS]
    assert [row[: len(HEADER)] for row in rows] == ROWS
    assert [row[len(HEADER)] for row in rows] == RESULTS
    assert [row[len(HEADER) + 1] for row in rows[:2]] == ["昌吉市公安局"] * 2
    assert source.read_bytes() == before
    assert set(tmp_path.iterdir()) == {source, output}


def test_xlsx(run, tmp_path):
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS):
        book.active.append(row)
    for cell in book.active["D"]:
        cell.data_type = "s"
    book.save(tmp_path / "工单.xlsx")
    assert run("工单.xlsx").exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "工单-分派建议.xlsx").active
    header, *rows = [[cell.value or "" for cell in row] for row in sheet]
    assert header == [*HEADER, *OUR_COLUMNS]
    assert [row[: len(HEADER)] for row in rows] == ROWS
    assert [row[len(HEADER)] for row in rows] == RESULTS
    assert sheet["D2"].data_type == "s"


def test_what_is_said(run, complaints):
    result = run(complaints)
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "Complaints: column B “诉求内容”; townships: column C “所属乡镇”",
        "6 rows: 3 answered, 0 differing by place, 1 in no list, 2 not processed",
        "Not processed: rows 6, 7",
        f"Written: {complaints.with_name('工单-分派建议.csv')}",
    ]


def test_many_rows_not_processed(run, tmp_path):
    source = write_csv(tmp_path / "a.csv", [["q", "n"], *[["", "x"]] * 33])
    assert "rows 2, 3, " in (said := run(source).stderr)
    assert ", 21 and 13 more" in said


def test_columns_given(run, tmp_path):
    source = write_csv(tmp_path / "a.csv", [["诉求内容", "说法", "哪里"], ["路灯", "养犬扰民", "庙尔沟"]])
    for column, township in (("说法", "哪里"), ("B", "C"), ("2", "3")):
        assert run(source, "--column", column, "--township-column", township, "--force").exit_code == 0
        assert read_csv(tmp_path / "a-分派建议.csv")[1][4] == "昌吉市公安局"


def test_duplicate_headers(run, tmp_path):
    source = write_csv(tmp_path / "a.csv", [["内容", "说明", "内容"], ["养犬扰民", "x", "y"]])
    result = run(source)
    assert result.exit_code == 1
    assert "A “内容”, C “内容”" in result.stderr
    assert run(source, "--column", "内容").exit_code == 2
    assert run(source, "--column", "A", "--township", "庙尔沟").exit_code == 0
    header, row = read_csv(tmp_path / "a-分派建议.csv")
    assert header[:3] == ["内容", "说明", "内容"]
    assert header[-1] == "说明（分派建议）"
    assert row[:3] == ["养犬扰民", "x", "y"]
    assert row[4] == "昌吉市公安局"


def test_a_township_for_rows_without(run, tmp_path):
    source = write_csv(tmp_path / "a.csv", [["q", "乡镇"], ["养犬扰民", "庙尔沟"], ["养犬扰民", ""]])
    assert run(source, "--township", "坎尔孜").exit_code == 0
    assert [row[3] for row in read_csv(tmp_path / "a-分派建议.csv")[1:]] == ["昌吉市公安局", "奇台县公安局"]


def test_the_result_of_a_triage_can_be_triaged(run, complaints, tmp_path):
    assert run(complaints).exit_code == 0
    assert run("工单-分派建议.csv").exit_code == 0
    first, second = (
        read_csv(tmp_path / "工单-分派建议.csv"),
        read_csv(tmp_path / "工单-分派建议-分派建议.csv"),
    )
    assert [row[: len(first[0])] for row in second] == first
    assert [row[len(first[0]) :] for row in second[1:]] == [row[len(HEADER) :] for row in first[1:]]


def test_only_a_header(run, tmp_path):
    result = run(write_csv(tmp_path / "a.csv", [HEADER]))
    assert result.exit_code == 0
    assert "0 rows" in result.stderr
    assert read_csv(tmp_path / "a-分派建议.csv") == [[*HEADER, *OUR_COLUMNS]]


def test_rows_of_another_length_are_kept(run, tmp_path):
    source = write_csv(tmp_path / "a.csv", [["诉求内容", "乡镇"], ["养犬扰民"], ["养犬扰民", "庙尔沟", "多"]])
    assert run(source).exit_code == 0
    header, short, long = read_csv(tmp_path / "a-分派建议.csv")
    assert header == ["诉求内容", "乡镇", "", *OUR_COLUMNS]
    assert short[:3] == ["养犬扰民", "", ""]
    assert long[:3] == ["养犬扰民", "庙尔沟", "多"]
    assert "多1格" in long[-1]


def test_another_format(run, complaints, tmp_path):
    assert run(complaints, "--output", "out.xlsx").exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [cell.value for cell in sheet[1]] == [*HEADER, *OUR_COLUMNS]


def test_the_result_is_as_private_as_the_input(run, complaints, tmp_path):
    complaints.chmod(0o400)
    assert run(complaints).exit_code == 0
    assert stat.S_IMODE((tmp_path / "工单-分派建议.csv").stat().st_mode) == 0o600


def test_an_existing_file_is_kept_unless_told_otherwise(run, complaints, tmp_path):
    output = tmp_path / "out.csv"
    output.write_text("alt", encoding="utf-8")
    result = run(complaints, "--output", output)
    assert result.exit_code == 1
    assert "--force" in result.stderr
    assert output.read_text(encoding="utf-8") == "alt"
    assert run(complaints, "--output", output, "--force").exit_code == 0
    assert read_csv(output)[0][: len(HEADER)] == HEADER


@pytest.mark.parametrize("link", [None, os.link, os.symlink])
def test_the_input_is_never_overwritten(run, complaints, tmp_path, link):
    before = complaints.read_bytes()
    output = complaints
    if link:
        output = tmp_path / "link.csv"
        link(complaints, output)
    result = run(complaints, "--output", output, "--force")
    assert result.exit_code == 2
    assert "choose another name" in result.stderr
    assert complaints.read_bytes() == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize("output", ["工单-分派建议.csv", "old.csv"])
def test_an_interrupted_run_leaves_no_file(run, complaints, tmp_path, monkeypatch, error, output):
    (tmp_path / "old.csv").write_text("alt", encoding="utf-8")
    monkeypatch.setattr(Answers, "answer_quickly", raising(error))
    assert run(complaints, "--output", output, "--force").exit_code == 1
    assert {path.name for path in tmp_path.iterdir()} == {"工单.csv", "old.csv"}
    assert (tmp_path / "old.csv").read_text(encoding="utf-8") == "alt"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_failed_write_leaves_no_file(run, complaints, tmp_path, monkeypatch, error):
    def failing(table, path):
        path.write_text("half", encoding="utf-8")
        raise error

    monkeypatch.setitem(files._WRITERS, ".csv", failing)
    result = run(complaints)
    assert result.exit_code == 1
    if isinstance(error, OSError):
        assert "工单-分派建议.csv: can't be written: No space left" in result.stderr
    assert list(tmp_path.iterdir()) == [complaints]


def raising(error):
    def answer(self, request):
        raise error

    return answer


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("没有.csv", None, "No such file"),
        ("空.csv", b"", "the file is empty"),
        ("空.xlsx", b"", "the file is empty"),
        ("空行.csv", b"\n,,\n", "no row holds any text"),
        ("旧.xls", b"\xd0\xcf\x11\xe0", "save it as .xlsx"),
        ("表.et", b"x", "save it as .xlsx"),
        ("表", b"x", "save it as .xlsx"),
        ("锁.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "without a password"),
        ("坏.xlsx", b"PK\x03\x04", "save it as .xlsx anew"),
        ("错.csv", b"PK\x03\x04", "save it as .xlsx"),
        ("坏.csv", b"a\n\xff\xff", "line 2"),
        ("引号.csv", b'a,b\n1,"2\n3', "line 2"),
        ("无.csv", "编号,处理情况\n1,办结\n".encode(), "A “编号”, B “处理情况”"),
    ],
    ids=[
        "missing",
        "empty",
        "empty spreadsheet",
        "blank",
        "xls",
        "et",
        "no ending",
        "locked",
        "broken",
        "wrong ending",
        "not text",
        "quote",
        "no usual header",
    ],
)
def test_unusable_files(run, tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = set(tmp_path.iterdir())
    result = run(name)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert f"{name}: " in result.stderr
    assert message in result.stderr
    assert set(tmp_path.iterdir()) == before


def test_a_file_too_large(run, tmp_path):
    with (tmp_path / "大.csv").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    result = run("大.csv")
    assert result.exit_code == 1
    assert "split the file" in result.stderr


def test_no_index(run, complaints, tmp_path):
    result = run(complaints, index=tmp_path / "没有")
    assert result.exit_code == 1
    assert "duty-index build" in result.stderr
    assert list(tmp_path.iterdir()) == [complaints]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--column", "没有"], "--column"),
        (["--township-column", "Z"], "--township-column"),
        (["--township", "北庭镇"], "庙尔沟乡, 坎尔孜乡"),
        (["--output", "out.pdf"], ".csv, .tsv, .txt, .xlsx"),
        (["--output", "没有/out.csv"], "no such folder"),
        (["--output", "."], "--output"),
        (["--nothing"], "--nothing"),
    ],
)
def test_wrong_calls(run, complaints, tmp_path, options, message):
    result = run(complaints, *options)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == [complaints]


def test_names_too_long(run, complaints, tmp_path):
    result = run(complaints, "--output", f"{'长' * 200}.csv")
    assert result.exit_code == 1
    assert "can't be written" in result.stderr


def test_no_file_is_a_wrong_call(run):
    assert run().exit_code == 2


def test_other_sheets_are_remarked(run, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["诉求内容"])
    book.create_sheet("二月")
    book.save(tmp_path / "a.xlsx")
    assert "Note: only the first sheet is read" in run("a.xlsx").stderr
