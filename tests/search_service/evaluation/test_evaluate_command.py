"""``duty-search evaluate``.

1. It prints figures per kind and overall, the baselines beside them unless told not to, and as many of the
   questions that went wrong as asked for, with what was wanted and what came.
2. A run saved compares with a later one; as JSON the same figures come, with the comparison.
3. A figure below the floor is exit code 1 and named; so are an unusable file and a missing index.
4. A wrong call is exit code 2, an unknown part included.
5. Asked for, a table and the JSON tell what each part is worth; parts can be left out of the whole run.
"""

import json

import pytest
from click.testing import CliRunner

from search_service.cli import main
from search_service.core.request import Parts


@pytest.fixture
def judged(data, tmp_path):
    """Return a file with a dozen of the judged questions, and one that finds nothing right."""
    lines = (data / "evaluation" / "judged.jsonl").read_text(encoding="utf-8").splitlines()[:12]
    wrong = json.loads(lines[0]) | {"id": "x1", "q": "飞机晚点赔不赔", "split": "report"}
    path = tmp_path / "judged.jsonl"
    path.write_text("\n".join([*lines, json.dumps(wrong, ensure_ascii=False)]), encoding="utf-8")
    return path


@pytest.fixture
def run(judged, index_folder, monkeypatch):
    """Return a function that runs the command with these questions and the shared index."""
    monkeypatch.setenv("COLUMNS", "160")

    def run(*options, file=judged, index=index_folder):
        return CliRunner().invoke(main, ["evaluate", str(file), "--index", str(index), *map(str, options)])

    return run


def test_figures_baselines_and_worst(run):
    result = run("--worst", 1)
    assert result.exit_code == 0, result.output
    assert "overall" in result.stdout
    assert "jieba + BM25" in result.stdout
    assert "FTS5 trigram" in result.stdout
    assert result.stdout.count("wanted") == 1
    assert "飞机晚点赔不赔" in result.stdout


def test_without_baselines(run):
    assert "BM25" not in run("--no-baselines").stdout


def test_halves(run):
    counts = {
        split: json.loads(run("--split", split, "--no-baselines", "--format", "json").stdout)["overall"][
            "count"
        ]
        for split in ("tune", "report", "all")
    }
    assert counts["tune"] + counts["report"] == counts["all"] == 13


def test_saving_and_comparing(run, tmp_path):
    saved = tmp_path / "run.json"
    assert run("--no-baselines", "--save", saved).exit_code == 0
    assert "0 better" in run("--no-baselines", "--compare", saved).stdout
    record = json.loads(run("--compare", saved, "--format", "json").stdout)
    assert [baseline["name"] for baseline in record["baselines"]] == ["jieba + BM25", "FTS5 trigram"]
    assert record["comparison"]["worse"] == []
    assert record["questions"] == json.loads(saved.read_text(encoding="utf-8"))["questions"]


def test_below_the_floor(run, tmp_path):
    floor = tmp_path / "floor.toml"
    floor.write_text("[overall]\nsuccess_at_1 = 1.0\n", encoding="utf-8")
    result = run("--no-baselines", "--floor", floor)
    assert result.exit_code == 1
    assert "below the floor: overall success@1" in result.stderr
    floor.write_text("[overall]\nsuccess_at_1 = 0.1\n", encoding="utf-8")
    assert run("--no-baselines", "--floor", floor).exit_code == 0


@pytest.mark.parametrize("option", ["--compare", "--floor"])
def test_unusable_files(run, tmp_path, option):
    result = run("--no-baselines", option, tmp_path / "没有.json")
    assert result.exit_code == 1
    assert "没有.json" in result.stderr
    assert not isinstance(result.exception, OSError)


def test_no_questions_and_no_index(run, tmp_path):
    assert run(file=tmp_path / "没有.jsonl").exit_code == 1
    missing = run(index=tmp_path / "没有")
    assert missing.exit_code == 1
    assert "duty-index build" in missing.stderr


def test_wrong_calls(run):
    assert run("--split", "train").exit_code == 2
    assert run("--worst", -1).exit_code == 2


@pytest.mark.parametrize("name", ["标点", "piece", "PIECES", "", "pieces,noise"])
def test_an_unknown_part_is_a_wrong_call_that_names_the_parts(run, name):
    result = run("--without", name)
    assert result.exit_code == 2
    assert all(f"'{part}'" in result.stderr for part in Parts.names())
    assert result.stdout == ""


def test_what_each_part_is_worth(run):
    result = run("--no-baselines", "--split", "all", "--ablation")
    assert result.exit_code == 0, result.output
    table = result.stdout.split("what each part is worth")[1].split("└")[0]
    rows = [
        [cell.strip() for cell in line.strip("│").split("│")] for line in table.splitlines() if "│" in line
    ]
    names = [f"without {name}" for name in Parts.names()]
    assert [row[0] for row in rows] == ["this search", *names, "without any"]
    assert all(0 <= float(figure) <= 1 for row in rows for figure in row[1:])
    assert {len(row) for row in rows} == {5}
    assert "each part" not in run("--no-baselines").stdout


@pytest.fixture
def colloquial(data, tmp_path):
    """Return a file with some of the judged questions that the lists' own words don't answer."""
    lines = (data / "evaluation" / "judged.jsonl").read_text(encoding="utf-8").splitlines()
    spoken = [line for line in lines if json.loads(line)["kind"] == "colloquial"][:20]
    path = tmp_path / "colloquial.jsonl"
    path.write_text("\n".join(spoken), encoding="utf-8")
    return path


def test_the_record_of_an_ablation(run, colloquial, tmp_path):
    saved = tmp_path / "run.json"
    asked = ("--no-baselines", "--split", "all", "--format", "json")
    result = run(*asked, "--ablation", "--save", saved, file=colloquial)
    record = json.loads(result.stdout)
    names = [f"without {name}" for name in Parts.names()]
    assert [one["name"] for one in record["ablation"]] == [*names, "without any"]
    assert {one["overall"]["count"] for one in record["ablation"]} == {record["overall"]["count"]}
    assert json.loads(saved.read_text(encoding="utf-8")) == record
    assert record["ablation"][-1]["overall"]["success_at_1"] < record["overall"]["success_at_1"]
    plain = json.loads(run(*asked, file=colloquial).stdout)
    assert plain["ablation"] == []
    assert plain["overall"] == record["overall"]


def test_parts_left_out_are_told_and_make_a_difference(run, colloquial):
    asked = ("--no-baselines", "--split", "all", "--format", "json")
    whole = json.loads(run(*asked, file=colloquial).stdout)
    left_out = ("--without", "phrase_book", "--without", "synonyms")
    parted = json.loads(run(*asked, *left_out, file=colloquial).stdout)
    assert whole["name"] == "this search"
    assert parted["name"] == "this search without phrase_book, synonyms"
    assert parted["overall"]["success_at_1"] < whole["overall"]["success_at_1"]
    assert [one["found"] for one in parted["questions"]] != [one["found"] for one in whole["questions"]]
