"""The keys in use.

1. A token finds its key, and only the whole token does.
2. Comparing takes no longer for a token that is nearly right: tokens are never compared, only looked up by digest.
3. What is added or removed counts at the next look; a file that didn't change isn't read again.
4. A file that is damaged or gone leaves the keys in use, says so once, and is read again when it is mended.
5. No file configured, or none there yet, is no keys; one made later is noticed.
"""

import logging

import pytest

from search_service.keys import live_keys
from search_service.keys.key_file import KeyFileError, add_key, remove_key
from search_service.keys.live_keys import LiveKeys
from search_service.keys.portal_key import PortalKey, digest_of, new_token


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys.json"


def add(path, id_="一"):
    token = new_token()
    add_key(path, PortalKey(id_, "政务网", digest_of(token), "2026-01-01"))
    return token


def test_only_the_whole_token_finds_its_key(path):
    first, second = add(path, "一"), add(path, "二")
    keys = LiveKeys(path)
    assert (keys.find(first).id, keys.find(second).id) == ("一", "二")
    for wrong in ("", first[:-1], first + "A", first.upper(), digest_of(first), f" {first}", "\ud800"):
        assert keys.find(wrong) is None


class Uncomparable(str):
    """A token that can be hashed by SHA-256 but must not be compared or be a dictionary's key."""

    def __eq__(self, other):
        pytest.fail("a token was compared")

    def __hash__(self):  # noqa: PLE0309  # it never returns
        pytest.fail("a token was looked up")


def test_tokens_are_never_compared(path):
    # A comparison letter by letter ends earlier the earlier two texts differ, which can be measured and lets a
    # token be guessed letter by letter. What is compared here are digests: a guesser sees at most how much of a
    # digest agrees, and can't make a token to a digest.
    token = add(path)
    keys = LiveKeys(path)
    assert keys.find(Uncomparable(token)).id == "一"
    assert keys.find(Uncomparable(token[:-1] + "~")) is None


def test_changes_count_at_the_next_look(path):
    keys = LiveKeys(path)
    token = add(path)
    assert keys.find(token).id == "一"
    other = add(path, "二")
    assert keys.find(other).id == "二"
    remove_key(path, "一")
    assert keys.find(token) is None
    assert keys.find(other).id == "二"


def test_a_file_that_did_not_change_is_not_read_again(path, monkeypatch):
    token = add(path)
    keys = LiveKeys(path)
    monkeypatch.setattr(live_keys, "read_keys", lambda path: pytest.fail("read again"))
    assert all(keys.find(token) for _ in range(5))


def errors(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]


def test_a_damaged_file_leaves_the_keys_in_use(path, caplog):
    token = add(path)
    keys, good = LiveKeys(path), path.read_bytes()
    path.write_text("{", encoding="utf-8")
    assert all(keys.find(token) for _ in range(5))
    [error] = errors(caplog)
    assert str(path) in error
    path.write_bytes(good)
    remove_key(path, "一")
    assert keys.find(token) is None
    assert len(errors(caplog)) == 1


def test_a_file_that_is_gone_leaves_the_keys_in_use(path, caplog):
    token = add(path)
    keys = LiveKeys(path)
    path.unlink()
    assert all(keys.find(token) for _ in range(5))
    assert len(errors(caplog)) == 1
    other = add(path, "二")
    assert keys.find(other).id == "二"
    assert keys.find(token) is None


def test_without_a_file_there_are_no_keys(path):
    assert LiveKeys(None).find(new_token()) is None
    assert LiveKeys(path).find(new_token()) is None


def test_a_damaged_file_is_no_beginning(path):
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(KeyFileError):
        LiveKeys(path)
