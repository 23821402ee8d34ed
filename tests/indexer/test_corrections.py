"""Corrections.

1. A correction changes the cell it names, and the record keeps the original wording under source.original.
2. Records without a correction have no source.original: their shape is the one of the contract.
3. A correction whose text is not in the cell, or whose row doesn't exist, is an error of that document.
4. A corrections file with unknown keys, fields, list types or lists is refused, naming file and entry.
5. Every entry of the repository's file fits its document and says why; the documents stay as published.
"""

import pytest

from indexer.catalogue import Catalogue, CatalogueError
from indexer.corrections import Correction, CorrectionMismatchError, Corrections
from indexer.documents.row import Row
from indexer.duty import ListType
from indexer.problems import Level
from indexer.township_list import read_list

ROW = Row(
    ListType.COOPERATIVE,
    73,
    12,
    "文化和旅游",
    "电影放映工作",
    "县委宣传部",
    "<p>1.制定病影放映计划；</p>",
    "1.配合。",
)


def correction(**changes):
    values = {
        "list": "here",
        "list_type": ListType.COOPERATIVE,
        "number": 73,
        "field": "superior",
        "wrong": "病影",
        "right": "电影",
        "reason": "病影 is no word",
    }
    return Correction(**{**values, **changes})


def test_a_correction_changes_its_cell_and_keeps_the_original():
    corrected = Corrections((correction(),)).apply(ROW)
    assert corrected.row.superior == "<p>1.制定电影放映计划；</p>"
    assert corrected.originals == {"superior": "1.制定病影放映计划；"}


def test_corrections_of_other_rows_and_lists_change_nothing():
    corrections = Corrections((correction(number=74), correction(list_type=ListType.BASIC)))
    assert corrections.apply(ROW).row == ROW
    assert Corrections((correction(list="elsewhere"),)).of_list("here") == Corrections()


def test_a_text_that_is_not_there_is_a_mismatch():
    with pytest.raises(CorrectionMismatchError, match="published anew"):
        Corrections((correction(wrong="没有"),)).apply(ROW)


def test_mismatches_are_errors_of_the_document(catalogue, tuning):
    entry = catalogue.entry_for("qitai-kanerzi.txt")
    corrections = Corrections(
        (
            correction(list=entry.id, wrong="没有这句"),
            correction(list=entry.id, number=500),
        )
    )
    read = read_list(catalogue.folder / entry.file, entry, tuning.departments, corrections)
    errors = [problem for problem in read.problems if problem.level is Level.ERROR]
    assert len(errors) == 2
    assert "配合 73" in errors[0].message
    assert "没有这句" in errors[0].message
    assert "配合 500" in errors[1].message


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ('field = "superior"', 'field = "remark"'),
        ('list_type = "cooperative"', 'list_type = "其他"'),
        ("number = 73", 'number = "73"'),
        ('reason = "r"', 'reason = " "'),
        ('reason = "r"', 'why = "r"'),
        ('list = "a"', 'list = "b"'),
    ],
)
def test_a_bad_file_is_refused(tmp_path, changed, message):
    good = '[[correction]]\nlist = "a"\nlist_type = "cooperative"\nnumber = 73\nfield = "superior"\nwrong = "x"\nright = "y"\nreason = "r"\n'
    (tmp_path / "lists.toml").write_text('[[list]]\nid = "a"\nfile = "a.txt"\n', encoding="utf-8")
    (tmp_path / "corrections.toml").write_text(good, encoding="utf-8")
    assert len(Catalogue.load(tmp_path).corrections.entries) == 1
    (tmp_path / "corrections.toml").write_text(good.replace(changed, message), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"corrections\.toml"):
        Catalogue.load(tmp_path)


def test_every_entry_of_the_repository_is_used(catalogue, lists):
    noted = [p for one in lists.values() for p in one.problems if "corrected:" in p.message]
    assert len(noted) == len(catalogue.corrections.entries) >= 12


@pytest.mark.parametrize(
    ("duty_id", "field", "now", "original"),
    [
        ("mulei-dananggou-basic-98", "category", "综合政务", "投资促进"),
        ("urumqi-gangou-reclaimed-4", "name", "单位和个人的奖励", "单位and个人的奖励"),
    ],
)
def test_records_keep_the_original_wording(duties, duty_id, field, now, original):
    duty = next(duty for duty in duties if duty.id == duty_id)
    assert getattr(duty, field).endswith(now)
    assert duty.to_record()["source"]["original"][field].endswith(original)


def test_uncorrected_records_have_no_original(duties):
    plain = next(duty for duty in duties if duty.id == "changji-miaoergou-basic-1")
    assert set(plain.to_record()["source"]) == {"file", "line"}
