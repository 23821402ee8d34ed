"""Files that operators edit: whatever stands in them, the error is the documented one and names the file.

1. TOML: the catalogue, corrections, all dictionaries, the floor; with values replaced, nested without end, cut short.
2. Judged questions and the file of keys: any JSON.
3. Tables of complaints: CSV and spreadsheets.
"""

from __future__ import annotations

import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.catalogue import Catalogue, CatalogueError
from indexer.dictionaries import DictionaryError
from indexer.tuning import Tuning
from search_service.evaluation.errors import EvaluationError
from search_service.evaluation.floor import Floor
from search_service.evaluation.judged import load_judged
from search_service.keys.key_file import KeyFileError, read_keys
from search_service.triage.errors import TriageError
from search_service.triage.files import read_table
from tests.fuzz.examples import HOSTILE, WORDS, encodable, fuzz, made_of, nothing_but
from tests.indexer.documents.make_files import zip_of
from tests.indexer.documents.test_formats import SHEET, sheet_xml, xlsx_bytes

DEEP = "a = " + "[" * 20_000
LONG = "a = " + "9" * 10_000
toml_lines = st.lists(
    st.sampled_from(
        ["[[list]]", "[[correction]]", "[[matter]]", "[a]", 'id = "a"', 'file = "a.txt"', 'file = "../a"', 'file = "a\\u0000"',
         "number = 1", 'list = "a"', "x = [1, {a = 1}]", "d = 2025-13-45", "n = nan", '"" = ""', "'''", '"\\ud800"', "=", "#\x7f"]
    ) | encodable, max_size=12,
).map("\n".join)  # fmt: skip


@fuzz
@given(text=toml_lines)
def test_any_catalogue(text, tmp_path):
    (tmp_path / "lists.toml").write_text(text, encoding="utf-8")
    with nothing_but(CatalogueError, "lists.toml"):
        Catalogue.load(tmp_path)


@pytest.mark.parametrize("text", [DEEP, LONG, "\0", "\ufeff", "[[list]]\n" * 20_000])
def test_a_catalogue_made_to_exhaust(text, tmp_path):
    (tmp_path / "lists.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"lists\.toml"):
        Catalogue.load(tmp_path)


@pytest.mark.parametrize("name", ["..", "../a.txt", "a/b.txt", "a\\\\b.txt", ".hidden", "/etc/passwd", "a\\u0000.txt", "a\\n.txt", "\\u202ea.txt"])  # fmt: skip
def test_a_catalogue_names_files_of_its_folder_alone(name, tmp_path):
    (tmp_path / "lists.toml").write_text(f'[[list]]\nid = "a"\nfile = "{name}"\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match="expected the name of a file of this folder"):
        Catalogue.load(tmp_path)


@pytest.fixture(scope="module")
def dictionaries(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dictionaries") / "all"
    shutil.copytree(data / "dictionaries", folder)
    return folder


FILES = ["best_bets.toml", "confidence.toml", "departments.toml", "hints.toml", "outside.toml", "ranking.toml", "synonyms.toml", "user_words.txt", "phrases/trade.toml"]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("text", [DEEP, LONG, "a = 1", "[[matter]]", "[x]\ny = {}", "entry = 3"])
def test_a_dictionary_of_something_else(name, text, dictionaries):
    path = dictionaries / name
    before = path.read_text(encoding="utf-8")
    path.write_text(text if name.endswith(".toml") else "字" * 2 + "\n" + "字" * 2, encoding="utf-8")
    try:
        with pytest.raises(DictionaryError, match=path.stem):
            Tuning.load(dictionaries)
    finally:
        path.write_text(before, encoding="utf-8")


@pytest.mark.parametrize("text", [DEEP, LONG, "a = 1", "\0"])
def test_a_floor_of_something_else(text, tmp_path):
    path = tmp_path / "floor.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"floor\.toml"):
        Floor.load(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | encodable,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "kind", "q", "township", "relevant", "responsible", "township_role", "split", "keys", "name", "digest", "created", "limit", "filters"]), inner, max_size=8),
    max_leaves=20,
)  # fmt: skip


@fuzz
@given(value=JSON)
def test_any_judged_question(value, tmp_path):
    path = tmp_path / "judged.jsonl"
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"judged\.jsonl"):
        load_judged(path)


def test_a_judged_question_without_end(tmp_path):
    path = tmp_path / "judged.jsonl"
    path.write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"judged\.jsonl:1: not JSON"):
        load_judged(path)


@fuzz
@given(value=JSON)
def test_any_file_of_keys(value, tmp_path):
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    with nothing_but(KeyFileError, "keys.json"):
        assert read_keys(path) == ()


@fuzz
@given(data=st.one_of(st.binary(max_size=200), made_of(HOSTILE, WORDS, (",", "\t", ";", '"', "\n", "诉求", "乡镇")).map(lambda text: text.encode("utf-8", "surrogatepass"))))  # fmt: skip
def test_any_table_of_complaints(data, tmp_path):
    path = tmp_path / "工单.csv"
    path.write_bytes(data)
    with nothing_but(TriageError, "工单.csv"):
        assert read_table(path).header


@fuzz
@given(rows=st.lists(st.lists(st.sampled_from(['<c r="A1"/>', '<c r="ZZZ9"><v>1</v></c>', '<c><v>x</v></c>', '<c t="s"><v>99</v></c>', '<c t="e"><v>#REF!</v></c>', '<c t="d"><v>9999-99-99</v></c>', '<c t="b"><v>7</v></c>', '<c s="99"><v>1e400</v></c>', '<c t="inlineStr"><is><t>_x0000__xD800_</t></is></c>', "<c><f>A1</f></c>", "<c><v>-1e9</v></c>"]), max_size=4), max_size=4))  # fmt: skip
def test_any_sheet_of_complaints(rows, tmp_path):
    path = tmp_path / "工单.xlsx"
    body = "".join(f"<row>{''.join(row)}</row>" for row in rows)
    path.write_bytes(xlsx_bytes({SHEET: sheet_xml(body)}))
    with nothing_but(TriageError, "工单.xlsx"):
        assert read_table(path).header


def test_a_table_of_complaints_that_unpacks_without_end(tmp_path):
    path = tmp_path / "工单.xlsx"
    path.write_bytes(zip_of({"xl/workbook.xml": b" " * 60_000_000}))
    with pytest.raises(TriageError, match="200 times its size"):
        read_table(path)
