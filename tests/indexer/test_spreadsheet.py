"""What goes out as a spreadsheet comes in again as it was.

1. Each of the five lists, written as a spreadsheet and read back, has the same records, place and date; the
   mark ★ is kept.
2. Several lists have a sheet each; a file of several lists is refused with a message that says why.
3. A duty that can't be read back as it is is named; a text longer than a cell is an error; a text that begins
   with = is no formula.
4. The template has the three tables with their official headers. Empty, it is read with an error for each
   thing to fill in; filled in, it is a list.
5. `duty-index export --format xlsx` and `duty-index template` write such files, and refuse a terminal, an
   existing file, another ending and an unknown list. A failed export leaves the old file as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from click.testing import CliRunner

from indexer.cli import main
from indexer.documents.reader import read_document
from indexer.documents.table import HEADERS
from indexer.duty import Duty, ListType, Step
from indexer.problems import Level
from indexer.spreadsheet import MAX_CELL, SpreadsheetError, row_of, write_lists, write_template
from indexer.township_list import TownshipList, read_list

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.catalogue import Catalogue
    from indexer.tuning import Tuning

LISTS = ("changji-miaoergou", "qitai-kanerzi", "mulei-dananggou", "jimsar-santai", "urumqi-gangou")


def without_source(one: TownshipList) -> list[Duty]:
    return [replace(duty, source=None) for duty in one.duties]  # type: ignore[arg-type]


@pytest.mark.parametrize("list_id", LISTS)
def test_round_trip(
    list_id: str, lists: dict[str, TownshipList], catalogue: Catalogue, tuning: Tuning, tmp_path: Path
) -> None:
    written = lists[list_id]
    path = tmp_path / "list.xlsx"
    assert write_lists([written], tuning.departments, path) == []
    entry = next(entry for entry in catalogue.entries if entry.id == list_id)
    found = read_list(path, replace(entry, file=path.name), tuning.departments)
    assert [problem for problem in found.problems if problem.level is Level.ERROR] == []
    assert without_source(found) == without_source(written)
    assert (found.place, found.date) == (written.place, written.date)


def test_the_mark_is_kept(lists: dict[str, TownshipList], tuning: Tuning, tmp_path: Path) -> None:
    marked = next(duty for duty in lists["urumqi-gangou"].duties if duty.marked)
    place = lists["urumqi-gangou"].place
    assert place is not None
    row, same = row_of(marked, place, tuning.departments)
    assert row.name.startswith("★")
    assert same


def test_several_lists(lists: dict[str, TownshipList], tuning: Tuning, tmp_path: Path) -> None:
    path = tmp_path / "lists.xlsx"
    two = [lists["changji-miaoergou"], lists["qitai-kanerzi"]]
    assert write_lists([*two, two[0]], tuning.departments, path) == []
    assert openpyxl.load_workbook(path).sheetnames == ["庙尔沟乡", "坎尔孜乡", "昌吉市庙尔沟乡"]
    problems = [problem.message for problem in read_document(path).problems]
    assert len(problems) == len(ListType)
    assert all(message.count("a file holds the list of one township") == 1 for message in problems)


def one_duty(lists: dict[str, TownshipList], **changes: object) -> TownshipList:
    one = lists["changji-miaoergou"]
    duty = replace(one.duties_of(ListType.COOPERATIVE)[0], **changes)  # type: ignore[arg-type]
    return replace(one, duties=(duty,))


def test_a_duty_that_would_not_read_back(
    lists: dict[str, TownshipList], tuning: Tuning, tmp_path: Path
) -> None:
    unmarked = (Step(None, "负责登记", None, ("组织部",)), Step(None, "负责核查", None, ("组织部",)))
    one = one_duty(lists, superior_steps=unmarked)
    assert write_lists([one], tuning.departments, tmp_path / "list.xlsx") == [one.duties[0].id]


def test_a_text_longer_than_a_cell(lists: dict[str, TownshipList], tuning: Tuning, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"old")
    one = one_duty(lists, name="甲" * (MAX_CELL + 1))
    with pytest.raises(SpreadsheetError, match=f"{one.duties[0].id}: a text of {MAX_CELL + 1} characters"):
        write_lists([one], tuning.departments, path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_text_is_no_formula(lists: dict[str, TownshipList], tuning: Tuning, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    assert write_lists([one_duty(lists, name="=1+1")], tuning.departments, path) == []
    assert [row.name for row in read_document(path).rows] == ["=1+1"]


# ── The template ──────────────────────────────────────────────────────────────────────────────────


def test_the_template(tmp_path: Path, tuning: Tuning) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["基本", "配合", "收回", "说明"]
    for list_type in ListType:
        sheet = book[list_type.label]
        assert tuple(cell.value for cell in sheet[sheet.max_row]) == HEADERS[list_type]
        assert len(sheet.data_validations.dataValidation) == 1
    problems = [problem.message for problem in read_list(path, None, tuning.departments).problems]
    assert any("no duty stands under them" in message for message in problems)
    assert any("the place is incomplete" in message for message in problems)


def test_the_template_filled_in(tmp_path: Path, tuning: Tuning) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    book["基本"]["A1"] = "新疆维吾尔自治区昌吉回族自治州昌吉市庙尔沟乡"
    book["基本"]["A3"] = "2025年7月"
    book["基本"].append([1, "党的建设", "甲"])
    book["配合"].append([1, "平安法治", "乙", "昌吉市公安局", "1.查处；\n2.登记。", "1.上报。"])
    book["收回"].append([1, "平安法治", "丙", "昌吉市公安局：负责查处。"])
    book.save(path)
    one = read_list(path, None, tuning.departments)
    assert one.problems == ()
    assert one.date == "2025-07"
    assert [(duty.list_type, duty.name, len(duty.superior_steps)) for duty in one.duties] == [
        (ListType.BASIC, "甲", 0),
        (ListType.COOPERATIVE, "乙", 2),
        (ListType.RECLAIMED, "丙", 1),
    ]


# ── The commands ──────────────────────────────────────────────────────────────────────────────────


def test_export_command(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    arguments = ["export", "--format", "xlsx", "--list", "qitai-kanerzi", "--output", str(path)]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.output) == (0, "")
    assert len(read_document(path).rows) == 239


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["export", "--format", "xlsx"], "--format xlsx needs --output FILE"),
        (["export", "--format", "xlsx", "--output", "-"], "--format xlsx needs --output FILE"),
        (["export", "--list", "nowhere"], "unknown list 'nowhere'; allowed: changji-miaoergou"),
        (["export", "--format", "xlsx", "--output", "no/such/folder.xlsx"], "No such file or directory"),
        (["export", "--output", "no/such/folder.jsonl"], "No such file or directory"),
        (["template", "list.docx"], "the name must end in .xlsx"),
        (["template", "no/such/folder.xlsx"], "No such file or directory"),
    ],
)
def test_refusals(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code in (1, 2)
    assert isinstance(result.exception, SystemExit)
    assert message in result.output


def test_template_command(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    assert CliRunner().invoke(main, ["template", str(path)]).exit_code == 0
    before = path.read_bytes()
    result = CliRunner().invoke(main, ["template", str(path)])
    assert result.exit_code == 1
    assert "exists; choose another name" in result.output
    assert path.read_bytes() == before
