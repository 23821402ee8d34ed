"""duty-search keys.

1. A key is printed once, alone on standard output, and works; its digest is kept, with name, limit and filters.
2. Filters are kept as the index has them, whatever they were called; one that nothing has is a wrong call that
   names what there is, and so are filters that no duty passes together. Without filters no index is needed.
3. The list shows whose keys there are and what they are held to, as a table or as JSON, no digests.
4. A revoked key is gone; an unknown id is a wrong call.
5. The file is that of the service's setting; without one the call is wrong, a damaged one is a failure.
"""

import json

import pytest
from click.testing import CliRunner

from search_service.cli import main
from search_service.keys.key_file import read_keys
from search_service.keys.live_keys import LiveKeys


@pytest.fixture
def path(tmp_path, monkeypatch):
    path = tmp_path / "keys.json"
    monkeypatch.setenv("DUTY_SEARCH_API_KEYS", str(path))
    return path


@pytest.fixture
def keys(path, index_folder):
    """Return a function that runs the command."""

    def keys(*arguments, code=0):
        options = ["--index", str(index_folder)] if arguments[0] == "create" else []
        result = CliRunner().invoke(main, ["keys", *arguments, *options])
        assert result.exit_code == code, result.output
        return result

    return keys


def test_a_key_is_printed_once_and_works(keys, path):
    result = keys("create", "昌吉市政务网", "--limit", "3000 per minute", "--county", "昌吉市")
    token = result.stdout.strip()
    assert "\n" not in token
    found = LiveKeys(path).find(token)
    assert (found.name, found.limit, found.filters) == (
        "昌吉市政务网",
        "3000 per minute",
        {"county": ("昌吉市",)},
    )
    assert found.id in result.stderr
    assert "county=昌吉市" in result.stderr
    assert "X-API-Key" in result.stderr
    assert token not in keys("list").output
    assert token not in path.read_text(encoding="utf-8")


def test_filters_are_kept_as_the_index_has_them(keys, path):
    keys(
        "create", "网", "--township", "庙尔沟", "--township", "三台镇", "--list-type", "基本", "--category", "平安法治",
        "--prefecture", "昌吉回族自治州",
    )  # fmt: skip
    assert read_keys(path)[0].filters == {
        "prefecture": ("昌吉回族自治州",),
        "township": ("三台镇", "庙尔沟乡"),
        "list_type": ("basic",),
        "category": ("平安法治",),
    }


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("网", "--township", "没有乡"), "庙尔沟乡"),
        (("网", "--list-type", "全部"), "cooperative"),
        (("网", "--limit", "viel"), "600 per minute"),
        (("网", "--limit", "0 per minute"), "600 per minute"),
        (("网", "--department", "公安局"), "No such option"),
        ((" ",), "1 to 100 characters"),
        (("甲\x1b[31m网",), "printable"),
        (("甲\n乙",), "printable"),
        (
            ("网", "--county", "昌吉市", "--township", "三台镇"),
            "no duty lies within county=昌吉市; township=三台镇",
        ),
        (("网", "--township", "庙尔沟", "--county", "奇台县", "--list-type", "基本"), "township=庙尔沟乡"),
        (("网" * 101,), "1 to 100 characters"),
        ((), "NAME"),
    ],
)
def test_a_wrong_call_says_what_is_allowed(keys, path, arguments, says):
    assert says in keys("create", *arguments, code=2).output
    assert not path.exists()


def test_without_filters_no_index_is_needed(path, tmp_path):
    result = CliRunner().invoke(main, ["keys", "create", "网", "--index", str(tmp_path / "无")])
    assert result.exit_code == 0
    needed = CliRunner().invoke(
        main, ["keys", "create", "网", "--county", "昌吉市", "--index", str(tmp_path / "无")]
    )
    assert needed.exit_code == 1
    assert "duty-index build" in needed.output


def test_the_list_shows_whose_keys_there_are(keys, path):
    assert f"no keys in {path}" in keys("list").output
    keys("create", "甲网", "--limit", "off")
    keys("create", "乙网", "--county", "奇台县")
    first, second = read_keys(path)
    table = keys("list").output
    for text in (first.id, "甲网", "off", "everything", second.id, "乙网", "as everybody", "county=奇台县"):
        assert text in table
    listed = json.loads(keys("list", "--format", "json").output)
    assert [one["id"] for one in listed] == [first.id, second.id]
    assert set(listed[0]) == {"id", "name", "created", "limit", "filters"}
    assert first.digest not in table + json.dumps(listed)


def test_a_name_is_no_markup(keys, path):
    for name in ("x[/test]", "[red]甲网", "[link=x]"):
        assert name in keys("create", name).stderr
    table = keys("list").output
    assert all(name in table for name in ("x[/test]", "[red]甲网", "[link=x]"))
    assert "x[/test]" in keys("revoke", read_keys(path)[0].id).stderr


def test_the_name_of_the_file_is_no_markup(tmp_path):
    path = tmp_path / "[" / "keys].json"
    result = CliRunner().invoke(main, ["keys", "list", "--file", str(path)])
    assert f"no keys in {path}" in result.output


def test_a_revoked_key_is_gone(keys, path):
    keys("create", "甲网")
    keys("create", "乙网")
    first, second = read_keys(path)
    assert "甲网" in keys("revoke", first.id).stderr
    assert read_keys(path) == (second,)
    assert first.id in keys("revoke", first.id, code=2).output


def test_without_a_file_the_call_is_wrong(monkeypatch):
    monkeypatch.delenv("DUTY_SEARCH_API_KEYS", raising=False)
    result = CliRunner().invoke(main, ["keys", "list"])
    assert result.exit_code == 2
    assert "--file" in result.output


@pytest.mark.parametrize("arguments", [("create", "网"), ("list",), ("revoke", "一")])
def test_a_damaged_file_is_a_failure(keys, path, arguments):
    path.write_text("{", encoding="utf-8")
    result = keys(*arguments, code=1)
    assert result.output.startswith(f"Error: {path}: the API keys can't be read")
    assert result.stdout == ""
