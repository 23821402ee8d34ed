r"""The records of a generation.

1. Duties, their rows and what is known of their lists come back as they were written, in any order of asking,
   from several threads at once.
2. A row comes back with its markup, its line ends and its mistakes, under the official names of its columns.
3. Rows are no part of a duty: its record is what an export writes.
4. Files that don't fit each other are refused, whatever is missing of them.
5. A build writes every duty's own row.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from indexer.documents.row import Row
from indexer.documents.titled_cell import TitledCell, titled_cells
from indexer.duty import ListType
from indexer.index.build import RECORDS_FOLDER
from indexer.index.json_lines import JsonLines
from indexer.index.publishing import current_generation
from indexer.index.records import Records

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.duty import Duty
    from indexer.township_list import TownshipList

DOGS = "changji-miaoergou-cooperative-19"


@pytest.fixture
def folder(lists: dict[str, TownshipList], tmp_path: Path) -> Path:
    """Return a folder with the records of one list."""
    one = lists["mulei-dananggou"]
    Records.write(tmp_path / "records", one.duties, one.originals.values(), [])
    return tmp_path / "records"


@pytest.fixture(scope="module")
def published(index_folder: Path) -> Records:
    return Records(current_generation(index_folder) / RECORDS_FOLDER)


def original(records: Records, duty_id: str) -> Row:
    number = records.number_of(duty_id)
    assert number is not None
    return records.original(number)


def test_what_was_written_comes_back(published: Records, lists: dict[str, TownshipList]) -> None:
    duties = [duty for one in lists.values() for duty in one.duties]
    rows = {duty_id: row for one in lists.values() for duty_id, row in one.originals.items()}

    def is_as_written(number: int) -> bool:
        duty = duties[number]
        assert published.number_of(duty.id) == number
        return published[number] == duty and published.original(number) == rows[duty.id]

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(is_as_written, reversed(range(len(published)))))
    assert len(published) == len(duties) == 1243
    assert [info.id for info in published.lists] == list(lists)
    assert published.number_of("changji-miaoergou-basic-999") is None


def test_a_row_of_tab_separated_text(published: Records) -> None:
    row = original(published, DOGS)
    assert (row.list_type, row.number, row.line) == (ListType.COOPERATIVE, 19, 177)
    cells = titled_cells(row)
    assert [cell.title for cell in cells] == [
        "事项类别", "事项名称", "对应上级部门", "上级部门职责", "乡镇配合职责",
    ]  # fmt: skip
    assert cells[1] == TitledCell("name", "事项名称", "文明养犬管理工作")
    # Numbers, spaces and marks as in the document, not as steps.
    assert cells[3].text.startswith(
        "1.市公安局负责收集养犬人员基本信息；负责对符合养犬标准的犬只，养犬证的办理；"
    )
    assert "负责流浪犬的捕捉； 2.市城市管理局负责查处" in cells[3].text
    assert cells[4].text == (
        "组织村结合走访入户、政策宣传，第一时间将发现的流浪犬隐患线索、无证养犬信息报送本乡派出所、警务室。"
    )


def test_a_row_with_markup(published: Records) -> None:
    superior = original(published, "qitai-kanerzi-cooperative-19").superior
    assert superior.startswith("<p>1.县公安局负责收集养犬人员基本信息；")
    assert "负责流浪犬的捕捉；</p> <p>2.县住房和城乡建设局负责查处" in superior


def test_a_row_of_a_pdf_text_keeps_its_line_ends(published: Records) -> None:
    row = original(published, "mulei-dananggou-cooperative-19")
    assert row.departments.startswith("木垒县公安局\n、木垒县住房\n和城乡建设局\n、木垒县农业\n农村局、")
    assert "配合公安机关对犬只植入电子标识，组织指导监\n督养犬人对犬尸的无害处理等工作；" in row.superior


def test_columns_of_the_other_lists(published: Records) -> None:
    basic = titled_cells(original(published, "mulei-dananggou-basic-89"))
    assert [(cell.field, cell.title) for cell in basic] == [("category", "事项类别"), ("name", "事项名称")]
    assert basic[0].text == "文化和旅游"  # the document's; the duty's is corrected
    reclaimed = titled_cells(original(published, "changji-miaoergou-reclaimed-19"))
    assert [(cell.field, cell.title, cell.text) for cell in reclaimed][2:] == [
        ("superior", "承接部门及工作方式", "昌吉市自然资源局： 负责储备国有土地上的环境卫生整治。")
    ]


def test_a_row_survives_the_way_through_json(lists: dict[str, TownshipList]) -> None:
    for row in lists["mulei-dananggou"].originals.values():
        again = Row.from_record(json.loads(json.dumps(row.to_record())))
        assert again == row
        assert isinstance(again.list_type, ListType)


def test_rows_are_no_part_of_a_duty(folder: Path, lists: dict[str, TownshipList]) -> None:
    lines = (folder / "duties.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        json.loads(json.dumps(duty.to_record())) for duty in lists["mulei-dananggou"].duties
    ]


@pytest.mark.parametrize("name", ["duties", "originals"])
@pytest.mark.parametrize("ending", ["jsonl", "offsets.npy"])
@pytest.mark.parametrize("kept", [None, 0, 40, -1])
def test_damaged_files_are_refused(folder: Path, name: str, ending: str, kept: int | None) -> None:
    file = folder / f"{name}.{ending}"
    if kept is None:
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises((OSError, ValueError, EOFError)):
        Records(folder)


@pytest.mark.parametrize("table", [[], [0], [[0, 1]], 7])
def test_a_table_of_offsets_that_fits_no_file_is_refused(folder: Path, table: object) -> None:
    np.save(folder / "originals.offsets.npy", np.array(table, dtype=np.int64))
    with pytest.raises(ValueError, match=r"originals\.jsonl: doesn't fit its table of offsets"):
        Records(folder)


@pytest.mark.parametrize("name", ["duties", "originals"])
def test_a_row_too_few_is_refused(folder: Path, name: str, duties: list[Duty]) -> None:
    JsonLines.write(folder, name, [duty.to_record() for duty in duties[:240]])
    with pytest.raises(ValueError, match="duties, rows and ids don't fit each other"):
        Records(folder)
