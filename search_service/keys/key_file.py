"""The file of keys: read whole, written whole, in one step."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from indexer.facets import FACETS
from search_service.keys.portal_key import MOST_OF_NAME, PortalKey
from search_service.limit_text import checked_limit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODE = 0o600
"""Nobody but the owner reads or writes it: who can write it can give out keys."""


class KeyFileError(RuntimeError):
    """A file of keys that can't be used as it stands; the message says what is wrong and what to do."""


class UnknownKeyError(KeyError):
    """No key has this id."""


def read_keys(path: Path) -> tuple[PortalKey, ...]:
    """Return the keys of a file, none where there is no file; raise KeyFileError where it is damaged."""
    try:
        text = path.read_text(encoding="utf-8")
        keys: tuple[PortalKey, ...] = _FileSchema().load(json.loads(text))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise KeyFileError(
            f"{path}: the API keys can't be read ({error.strerror or error}); let the user that the service "
            "runs as read the file"
        ) from error
    except (ValueError, RecursionError, ValidationError) as error:
        raise KeyFileError(
            f"{path}: the API keys can't be read ({_reason(error)}); restore the file from a backup, or "
            "remove it and make new keys: duty-search keys create"
        ) from error
    return keys


def add_key(path: Path, key: PortalKey) -> None:
    """Add a key to a file, which is made where there is none."""
    with _only_writer(path):
        _write(path, (*read_keys(path), key))


def remove_key(path: Path, key_id: str) -> PortalKey:
    """Remove a key from a file and return it; raise UnknownKeyError where there is none with this id."""
    with _only_writer(path):
        keys = read_keys(path)
        removed = next((key for key in keys if key.id == key_id), None)
        if removed is None:
            raise UnknownKeyError(key_id)
        _write(path, tuple(key for key in keys if key is not removed))
    return removed


def _check_limit(text: str) -> None:
    try:
        checked_limit(text)
    except ValueError as error:
        raise ValidationError(str(error)) from None


class _KeySchema(Schema):
    class Meta:
        unknown = RAISE

    id = fields.String(required=True, validate=validate.Length(min=1, max=MOST_OF_NAME))
    name = fields.String(required=True, validate=validate.Length(min=1, max=MOST_OF_NAME))
    digest = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))
    created = fields.String(required=True)
    limit = fields.String(load_default=None, allow_none=True, validate=_check_limit)
    filters = fields.Dict(
        keys=fields.String(validate=validate.OneOf([facet.name for facet in FACETS])),
        values=fields.List(fields.String(), validate=validate.Length(min=1)),
        load_default=dict,
    )

    @post_load
    def to_key(self, data: dict[str, Any], **kwargs: Any) -> PortalKey:
        filters = {facet: tuple(values) for facet, values in data.pop("filters").items()}
        return PortalKey(**data, filters=filters)


class _FileSchema(Schema):
    class Meta:
        unknown = RAISE

    keys = fields.List(fields.Nested(_KeySchema), required=True)

    @post_load
    def to_keys(self, data: dict[str, Any], **kwargs: Any) -> tuple[PortalKey, ...]:
        return tuple(data["keys"])


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return json.dumps(error.messages, ensure_ascii=False)
    return str(error)


@contextmanager
def _only_writer(path: Path) -> Iterator[None]:
    """Let others wait who are about to write: of two that have read the same keys, one would be lost."""
    try:
        # A file beside it, for the file itself is exchanged. The lock ends with the process, come what may.
        with path.with_name(f"{path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise KeyFileError(f"{path}: can't be written: {error.strerror or error}") from error


def _write(path: Path, keys: tuple[PortalKey, ...]) -> None:
    text = json.dumps({"keys": [asdict(key) for key in keys]}, ensure_ascii=False, indent=2) + "\n"
    fresh = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            _keep_owner(path, descriptor)
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _keep_owner(path: Path, descriptor: int) -> None:
    """Give the new file to the old one's owner: the server must read what an administrator has written."""
    with suppress(FileNotFoundError, PermissionError):
        status = path.stat()
        os.fchown(descriptor, status.st_uid, status.st_gid)
