"""duty-search report.

1. The file is the service's setting, or the one named; without either the call is wrong. A file that isn't there, or
   can't be read, is one clear line and exit code 1; an empty one says so.
2. Questions of the same words stand once, the most frequent first, with what is known of them; in every form.
3. `--kind`, `--since` and `--limit` narrow it; what they leave nothing of says so.
4. Damaged lines are counted and named on standard error, and the rest is shown.
5. `--suggest` shows the nearest duties with the file and entry of the phrase book, and how it is answered now.
6. What a question holds is no markup, no formula and no command to a terminal.
7. At the end it says how to go on. JSON and CSV stand alone on standard output.
8. What the service keeps, the command shows.
"""

import csv
import io
import json
from datetime import date

import pytest
from click.testing import CliRunner

from indexer.dictionaries import read_toml
from search_service.app import create_app
from search_service.cli import main
from search_service.report.entry import Entry, Kind
from search_service.settings import Settings

DUTY = "changji-miaoergou-cooperative-19"


def day(number):
    return date(2026, 7, number)


WRONG = Entry(day(3), Kind.WRONG_ANSWER, "狗咬人", "g1", ("庙尔沟乡",), DUTY, "公安局", 0.9, "农业农村局")
ENTRIES = [
    Entry(day(1), Kind.NOT_FOUND, "狗咬人了找谁", "g1", ("三台镇",)),
    Entry(day(2), Kind.ZERO_RESULTS, "犇麤", "g1"),
    WRONG,
    Entry(day(4), Kind.LOW_CONFIDENCE, "打架", "g1", (), DUTY, "公安局", 0.6),
    Entry(day(5), Kind.NOT_FOUND, "狗咬人", "g1"),
]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "report.jsonl"
    path.write_bytes(b"".join(one.line for one in ENTRIES))
    return path


@pytest.fixture
def report(path):
    """Return a function that runs the command on the file."""

    def report(*arguments, file=path, code=0, **environment):
        options = [] if file is None else [str(file)]
        result = CliRunner().invoke(
            main, ["report", *options, *arguments], env={"COLUMNS": "200", **environment}
        )
        assert result.exit_code == code, result.output
        return result

    return report


def shown(result):
    return [one["question"] for one in json.loads(result.stdout)]


def test_the_file_is_named_or_set(report, path):
    assert shown(report("--format", "json", file=None, DUTY_SEARCH_REPORT=str(path))) == [
        "狗咬人",
        "打架",
        "犇麤",
    ]
    result = report(file=None, code=2, DUTY_SEARCH_REPORT="")
    assert "set DUTY_SEARCH_REPORT" in result.stderr


def test_a_file_that_is_not_there_is_said(report, tmp_path):
    result = report(file=tmp_path / "none", code=1)
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith(f"Error: {tmp_path / 'none'}: no such file")


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_an_empty_file_is_said(report, path, form):
    path.write_bytes(b"")
    result = report("--format", form)
    assert result.stderr == "no question is kept yet\n"
    if form == "json":
        assert json.loads(result.stdout) == []


def test_what_is_known_of_a_question(report):
    dog, fight, nothing = json.loads(report("--format", "json").stdout)
    assert dog == {
        "question": "狗咬人",
        "times": 3,
        "first": "2026-07-01",
        "last": "2026-07-05",
        "kinds": {"not_found": 2, "wrong_answer": 1},
        "townships": {"三台镇": 1, "庙尔沟乡": 1},
        "other_wordings": ["狗咬人了找谁"],
        "answers": [
            {
                "duty_id": DUTY,
                "department": "公安局",
                "confidence": 0.9,
                "unsure": 0,
                "wrong": 1,
                "right": {"农业农村局": 1},
            }
        ],
    }
    assert fight["answers"][0]["unsure"] == 1
    assert nothing["kinds"] == {"zero_results": 1}


def test_the_table_tells_the_same(report):
    lines = [line.strip() for line in report().stdout.splitlines()]
    assert lines[0].split() == ["times", "from", "to", "question"]
    start = next(number for number, line in enumerate(lines) if line.startswith("3 "))
    assert lines[start].split() == ["3", "2026-07-01", "2026-07-05", "狗咬人"]
    assert lines[start + 1 : start + 4] == [
        "not_found 2×, wrong_answer 1×; 三台镇 1×, 庙尔沟乡 1×",
        "also: 狗咬人了找谁",
        f"answered: 公安局 ({DUTY}): wrong 1×, confidence 0.9, right would be 农业农村局 1×",
    ]


def test_rows_for_a_spreadsheet(report):
    text = report("--format", "csv").stdout
    assert text.startswith("\ufeffquestion,times,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [(row["question"], row["times"], row["right"]) for row in rows] == [
        ("狗咬人", "3", "农业农村局 1×"),
        ("打架", "1", ""),
        ("犇麤", "1", ""),
    ]
    assert rows[0]["kinds"] == "not_found 2×, wrong_answer 1×"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--kind", "zero_results"], ["犇麤"]),
        (["--kind", "zero_results", "--kind", "low_confidence"], ["打架", "犇麤"]),
        (["--since", "2026-07-04"], ["狗咬人", "打架"]),
        (["--limit", "1"], ["狗咬人"]),
        (["--limit", "0"], ["狗咬人", "打架", "犇麤"]),
    ],
)
def test_options_narrow_it(report, options, expected):
    assert shown(report("--format", "json", *options)) == expected


def test_what_options_leave_nothing_of_says_so(report):
    result = report("--since", "2027-01-01")
    assert (result.stdout, result.stderr) == ("", "none of the 5 entries is of that kind and time\n")


@pytest.mark.parametrize(
    "options", [["--kind", "bored"], ["--since", "gestern"], ["--limit", "-1"], ["--format", "x"]]
)
def test_a_wrong_call_is_one(report, options):
    report(*options, code=2)


def test_damaged_lines_are_named(report, path):
    path.write_bytes(b"{\n" * 7 + path.read_bytes())
    result = report("--format", "json")
    assert len(shown(result)) == 3
    lines = result.stderr.splitlines()
    assert lines[0] == "7 damaged lines are left out:"
    assert lines[1:7] == [*(f"  {path}:{number}: no JSON" for number in range(1, 6)), "  and 2 more"]


def test_the_nearest_duties_and_where_phrasings_go(report, index_folder, data):
    result = report("--suggest", "--format", "json", "--index", str(index_folder))
    dog, _, nothing = json.loads(result.stdout)
    assert len(dog["nearest"]) == 3
    nearest = dog["nearest"][0]
    assert nearest["name"] == "文明养犬管理工作"
    entries = read_toml(data / "dictionaries" / "phrases" / nearest["file"])["duty"]
    assert nearest["entry"] in {name for one in entries for name in one["names"]}
    assert dog["now"]["status"] in {"answered", "ambiguous"}
    assert dog["now"]["department"] == "公安局"
    assert nothing["nearest"] == []
    assert nothing["now"] == {"status": "not_found", "department": None, "confidence": 0.0, "outside": None}


def test_what_lies_outside_and_what_was_hidden(report, path, index_folder):
    lines = [Entry(day(1), Kind.NOT_FOUND, text, "g1").line for text in ("护照到期了在哪换", "〔电话〕")]
    path.write_bytes(b"".join(lines))
    table = report("--suggest", "--index", str(index_folder)).stdout
    assert "now: outside of all lists: 护照和出入境证件" in table
    assert "now: nothing is left of it to look for" in table
    assert "near: " in table


def test_without_an_index_nothing_is_suggested(report, tmp_path):
    result = report("--suggest", "--index", str(tmp_path / "none"), code=1)
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")


def test_what_a_question_holds_is_text(report, path):
    given = json.loads(ENTRIES[0].line)
    texts = ["=1+1", "[bold]粗[/x]", "\x1b[31m红"]
    path.write_text("".join(json.dumps({**given, "question": one}) + "\n" for one in texts), encoding="utf-8")
    table = report().stdout
    assert "[bold]粗[/x]" in table
    assert "\x1b" not in table
    assert "'=1+1" in report("--format", "csv").stdout


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_at_the_end_it_says_how_to_go_on(report, form):
    result = report("--format", form, "--limit", "1")
    told = result.stderr.splitlines()
    assert told[0] == "5 entries, 3 questions, 1 of them shown; kept since 2026-07-01, the last on 2026-07-05"
    assert "data/dictionaries/phrases/*.toml" in told[1]
    assert told[1].endswith("duty-index build")
    assert "To go on" not in result.stdout


def test_what_the_service_keeps_the_command_shows(report, search, tmp_path):
    path = tmp_path / "kept.jsonl"
    client = create_app(search, Settings(report=path)).test_client()
    for text in ("护照到期了在哪换", "请问护照到期在哪换"):
        client.get("/api/v1/answer", query_string={"q": text}, buffered=True)
    client.post("/api/v1/feedback", json={"q": "狗咬人", "duty_id": DUTY, "verdict": "wrong"}, buffered=True)
    passport, dog = json.loads(report("--format", "json", file=path).stdout)
    assert (passport["times"], passport["kinds"]) == (2, {"not_found": 2})
    assert (dog["question"], dog["kinds"]) == ("狗咬人", {"wrong_answer": 1})
