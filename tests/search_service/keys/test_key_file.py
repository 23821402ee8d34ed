"""The file of keys.

1. What is added comes back, in order; what is removed is gone; no file is no keys.
2. Nobody but its owner can read it, its owner stays, and it never holds a token.
3. It is exchanged in one step: a write that fails leaves the old one, and nothing beside it.
4. Several that write at once lose nothing of each other.
5. Whatever is wrong with it is told with the file's name, the place and the remedy.
"""

import json
import os
import stat
import threading

import pytest

from search_service.keys.key_file import KeyFileError, UnknownKeyError, add_key, read_keys, remove_key
from search_service.keys.portal_key import PortalKey, digest_of, new_token


def key(id_, **values):
    token = values.pop("token", None) or new_token()
    return PortalKey(id_, "昌吉市政务网", digest_of(token), "2026-01-01T08:00:00+00:00", **values)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys.json"


def test_what_is_added_comes_back(path):
    assert read_keys(path) == ()
    keys = (
        key("一"),
        key(
            "二", limit="30 per minute", filters={"county": ("昌吉市",), "list_type": ("basic", "reclaimed")}
        ),
        key("三", limit="off"),
    )
    for one in keys:
        add_key(path, one)
    assert read_keys(path) == keys
    assert remove_key(path, "二") == keys[1]
    assert read_keys(path) == (keys[0], keys[2])


def test_an_unknown_id_changes_nothing(path):
    add_key(path, key("一"))
    before = path.read_bytes()
    with pytest.raises(UnknownKeyError):
        remove_key(path, "二")
    assert path.read_bytes() == before


def test_only_the_owner_reads_it(path):
    umask = os.umask(0)
    try:
        for id_ in ("一", "二"):
            add_key(path, key(id_))
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(umask)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_its_owner_stays(path):
    add_key(path, key("一"))
    os.chown(path, 10001, 10001)
    add_key(path, key("二"))
    assert (path.stat().st_uid, path.stat().st_gid) == (10001, 10001)


def test_it_never_holds_a_token(path):
    token = new_token()
    add_key(path, key("一", token=token))
    assert token not in path.read_text(encoding="utf-8")
    assert token.removeprefix("duty_") not in path.read_text(encoding="utf-8")
    assert digest_of(token) in path.read_text(encoding="utf-8")


def test_a_write_that_fails_leaves_the_old_file(path, monkeypatch):
    add_key(path, key("一"))
    before = path.read_bytes()

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeyFileError, match="No space left on device"):
        add_key(path, key("二"))
    assert path.read_bytes() == before
    assert sorted(one.name for one in path.parent.iterdir()) == ["keys.json", "keys.json.lock"]


def test_writers_wait_for_each_other(path):
    threads = [threading.Thread(target=add_key, args=(path, key(f"钥匙{number}"))) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.id for one in read_keys(path)} == {f"钥匙{number}" for number in range(12)}


GOOD = {"id": "一", "name": "网", "digest": "0" * 64, "created": "2026-01-01"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Expecting value"),
        ("{", "line 1"),
        ("[]", "Invalid input type"),
        ("5", "Invalid input type"),
        ("{}", "keys"),
        ("[" * 100_000, "can't be read"),
        (b"\xff\xfe", "codec"),
        ({"keys": {}}, "Not a valid list"),
        ({"keys": [{**GOOD, "digest": "kurz"}]}, "digest"),
        ({"keys": [{**GOOD, "digest": "0" * 64 + "\n"}]}, "digest"),
        ({"keys": [{name: value for name, value in GOOD.items() if name != "id"}]}, "id"),
        ({"keys": [{**GOOD, "limit": "viel"}]}, "600 per minute"),
        ({"keys": [{**GOOD, "limit": "0 per minute"}]}, "600 per minute"),
        ({"keys": [{**GOOD, "filters": {"乡镇": ["庙尔沟乡"]}}]}, "乡镇"),
        ({"keys": [{**GOOD, "filters": {"township": []}}]}, "township"),
        ({"keys": [{**GOOD, "filters": {"township": "庙尔沟乡"}}]}, "township"),
        ({"keys": [GOOD], "schlüssel": []}, "schlüssel"),
        ({"keys": [{**GOOD, "limits": "10 per minute"}]}, "limits"),
    ],
)
def test_a_damaged_file_says_what_is_wrong(path, text, says):
    if isinstance(text, bytes):
        path.write_bytes(text)
    else:
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    with pytest.raises(KeyFileError) as caught:
        read_keys(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: the API keys can't be read (")
    assert says in message
    assert "duty-search keys create" in message
    assert "\n" not in message
    with pytest.raises(KeyFileError):
        add_key(path, key("二"))


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(KeyFileError, match="Is a directory"):
        read_keys(tmp_path)


def test_a_folder_that_is_missing_is_told(tmp_path):
    with pytest.raises(KeyFileError, match="can't be written"):
        add_key(tmp_path / "无" / "keys.json", key("一"))
