"""GET /api/v1/export.jsonl, .csv and .xlsx: the whole data, to take away.

1. The lines of JSON and CSV are, to the byte, what `duty-index export` writes of the same lists.
2. The spreadsheet has the rows of the CSV, every text as a text; what doesn't fit into one sheet goes on in the next.
3. Places and lists filter, in any form that the search takes; wrong ones are a 422 that names what is allowed.
4. A portal's key exports what it is held to and nothing else.
5. Files have a Chinese name, and one for programs that know no other.
6. What is exported is read while it is sent, and is of one generation, whatever is published meanwhile.
7. A caller who has it gets a 304 with one ETag and no body, and nothing is read for it; a new index is a new ETag.
8. In CSV an apostrophe stands before what a spreadsheet program would take for a formula.
9. An index that is missing is a 503 before anything is sent.
"""

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from itertools import islice
from urllib.parse import unquote

import openpyxl
import pytest
from click.testing import CliRunner

import indexer.export
import indexer.index.json_lines
from indexer.cli import main as indexer_cli
from indexer.duty import Duty
from indexer.export import COLUMNS, csv_lines
from search_service.app import create_app
from search_service.core.search import Search
from search_service.keys.key_file import add_key
from search_service.keys.portal_key import PortalKey, digest_of
from search_service.settings import Settings
from tests.generations import publish_copy

FORMATS = ["jsonl", "csv", "xlsx"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def own_index(index_folder, tmp_path):
    """Return a copy of the shared index that a test may publish to."""
    return shutil.copytree(index_folder, tmp_path / "index")


def export(client, suffix, **filters):
    response = client.get(f"/api/v1/export.{suffix}", query_string=filters)
    assert response.status_code == 200, response.text
    return response


def duties_of(client, **filters):
    lines = export(client, "jsonl", **filters).text.splitlines()
    return [Duty.from_record(json.loads(line)) for line in lines]


def rows_of(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheets_of(data):
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [[tuple(cell.value for cell in row) for row in sheet.iter_rows()] for sheet in book]


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_it_is_what_the_command_writes(client, data, tmp_path, suffix):
    file = tmp_path / "duties"
    command = ["export", "--format", suffix, "--data", str(data), "--output", str(file)]
    assert CliRunner().invoke(indexer_cli, command).exit_code == 0
    assert export(client, suffix).data == file.read_bytes()


def test_lines_are_the_duties_with_their_sources(client, duties):
    assert duties_of(client) == duties


def test_the_spreadsheet_has_the_rows_of_the_csv(client):
    (sheet,) = sheets_of(export(client, "xlsx").data)
    assert sheet[0] == COLUMNS
    of_csv = rows_of(export(client, "csv").data)
    assert [[str(value or "") for value in row] for row in sheet] == of_csv
    assert isinstance(sheet[1][COLUMNS.index("number")], int)


def test_what_does_not_fit_goes_on_in_the_next_sheet(client, monkeypatch):
    monkeypatch.setattr(indexer.export, "ROWS_OF_A_SHEET", 101)
    sheets = sheets_of(export(client, "xlsx", township="庙尔沟乡").data)
    assert [len(sheet) for sheet in sheets] == [101, 101, 43]
    assert {sheet[0] for sheet in sheets} == {COLUMNS}
    monkeypatch.undo()
    (whole,) = sheets_of(export(client, "xlsx", township="庙尔沟乡").data)
    assert [row for sheet in sheets for row in sheet[1:]] == whole[1:]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"township": "庙尔沟乡"}, lambda duty: duty.township == "庙尔沟乡"),
        ({"township": "庙尔沟,三台镇"}, lambda duty: duty.township in ("庙尔沟乡", "三台镇")),
        ({"county": ["奇台县", "昌吉市"]}, lambda duty: duty.county in ("奇台县", "昌吉市")),
        ({"list_type": "收回"}, lambda duty: duty.list_type == "reclaimed"),
        (
            {"prefecture": "昌吉回族自治州", "list_type": "basic,配合"},
            lambda duty: duty.prefecture == "昌吉回族自治州" and duty.list_type != "reclaimed",
        ),
        ({"county": "奇台县", "township": "庙尔沟乡"}, lambda duty: False),
        ({"township": ""}, lambda duty: True),
    ],
)
def test_places_and_lists_filter(client, duties, filters, expected):
    wanted = [duty for duty in duties if expected(duty)]
    assert duties_of(client, **filters) == wanted
    assert len(rows_of(export(client, "csv", **filters).data)) == len(wanted) + 1
    (sheet,) = sheets_of(export(client, "xlsx", **filters).data)
    assert len(sheet) == len(wanted) + 1


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    ("filters", "name", "says"),
    [
        ({"township": "没有乡"}, "township", "庙尔沟乡"),
        ({"list_type": "全部"}, "list_type", "配合"),
        ({"category": "平安法治"}, "category", "township, list_type"),
        ({"q": "养犬"}, "q", "allowed"),
    ],
)
def test_wrong_filters_are_named(client, suffix, filters, name, says):
    response = client.get(f"/api/v1/export.{suffix}", query_string=filters)
    assert response.status_code == 422
    assert says in json.dumps(response.get_json()["errors"]["query"][name], ensure_ascii=False)


def test_a_key_exports_what_it_is_held_to(search, tmp_path):
    file, token = tmp_path / "keys.json", "duty_of-santai"
    add_key(
        file, PortalKey("1", "三台镇网站", digest_of(token), "2026-01-01", None, {"township": ("三台镇",)})
    )
    client = create_app(search, Settings(api_keys=file, rate_limit=None)).test_client()
    held = client.get("/api/v1/export.jsonl", headers={"X-API-Key": token})
    assert {json.loads(line)["township"] for line in held.text.splitlines()} == {"三台镇"}
    outside = client.get("/api/v1/export.jsonl?township=庙尔沟乡", headers={"X-API-Key": token})
    assert outside.status_code == 403


@pytest.mark.parametrize(
    ("suffix", "mimetype"), [("jsonl", "application/jsonl"), ("csv", "text/csv"), ("xlsx", XLSX)]
)
def test_names_and_types_of_files(client, suffix, mimetype):
    response = export(client, suffix, township="三台镇")
    assert response.mimetype == mimetype
    match = re.fullmatch(
        r"attachment; filename=([\w.]+); filename\*=UTF-8''(\S+)", response.headers["Content-Disposition"]
    )
    assert match
    assert (match[1], unquote(match[2])) == (f"duties.{suffix}", f"履职事项清单.{suffix}")


class Spy(Search):
    """A search that counts the duties read for exports."""

    read = 0

    def export(self, filters):
        for duty in super().export(filters):
            self.read += 1
            yield duty


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_duties_are_read_while_they_are_sent(search, suffix, encoding):
    spy = Spy(search.index)
    client = create_app(spy, Settings(rate_limit=None)).test_client()
    response = client.get(f"/api/v1/export.{suffix}", headers={"Accept-Encoding": encoding})
    assert response.headers.get("Content-Encoding", "identity") == encoding
    parts = response.iter_encoded()
    assert len(list(islice(parts, 2))) == 2
    assert 0 < spy.read <= 300
    list(parts)
    assert spy.read == 1243


@pytest.mark.parametrize("suffix", FORMATS)
def test_nothing_is_read_for_who_has_it(search, suffix):
    spy = Spy(search.index)
    client = create_app(spy, Settings(rate_limit=None)).test_client()
    url = f"/api/v1/export.{suffix}?township=三台镇"
    head = client.head(url)
    assert (head.status_code, head.data, spy.read) == (200, b"", 0)
    (etag,) = head.headers.getlist("ETag")
    assert client.get(url).headers.getlist("ETag") == [etag]
    read = spy.read
    again = client.get(url, headers={"If-None-Match": etag})
    assert (again.status_code, again.data, spy.read) == (304, b"", read)
    assert again.headers.getlist("ETag") == [etag]
    other = client.get(f"/api/v1/export.{suffix}", headers={"If-None-Match": etag})
    assert other.status_code == 200
    assert other.headers.getlist("ETag") != [etag]


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_export_is_of_one_generation(own_index, duties, suffix):
    client = create_app(Search.open(own_index), Settings(rate_limit=None)).test_client()
    whole = export(client, suffix).data
    response = client.get(f"/api/v1/export.{suffix}")
    parts = response.iter_encoded()
    first = next(parts)
    publish_copy(own_index, rename_everything)
    # The next request opens the new generation; the one before it goes on with the old one.
    fresh = duties_of(client)
    assert fresh == [replace(duty, name=f"新{duty.name}") for duty in duties]
    rest = b"".join([first, *parts])
    if suffix == "xlsx":
        assert sheets_of(rest) == sheets_of(whole)
    else:
        assert rest == whole
    assert client.get(f"/api/v1/export.{suffix}").headers["ETag"] != response.headers["ETag"]


def rename_everything(generation):
    """Change the name of every duty of a generation, in place."""
    records = generation / "records"
    lines = [json.loads(line) for line in (records / "duties.jsonl").read_text(encoding="utf-8").splitlines()]
    renamed = [{**line, "name": f"新{line['name']}"} for line in lines]
    indexer.index.json_lines.JsonLines.write(records, "duties", renamed)


def test_no_cell_of_the_csv_is_a_formula(duties):
    wicked = replace(duties[0], name='=HYPERLINK("http://x","养犬")', category="－1", township="平常乡")
    row = next(csv.DictReader(io.StringIO("".join(csv_lines([wicked])).lstrip("\ufeff"), newline="")))
    assert row["name"] == """'=HYPERLINK("http://x","养犬")"""
    assert (row["category"], row["township"]) == ("'－1", "平常乡")


@pytest.mark.parametrize("suffix", FORMATS)
def test_without_an_index_nothing_is_sent(tmp_path, suffix):
    response = create_app(Search.open(tmp_path / "none")).test_client().get(f"/api/v1/export.{suffix}")
    assert response.status_code == 503
    assert "Content-Disposition" not in response.headers
