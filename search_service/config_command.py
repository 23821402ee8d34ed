"""The command ``duty-search config``: every setting with its value, and where that comes from."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from indexer.paths import data_folder, index_folder
from search_service.doubtful_settings import doubts
from search_service.index_source import BadSettingError, settings_or_exit
from search_service.keys.key_file import KeyFileError, read_keys
from search_service.limit_text import OFF
from search_service.settings import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from search_service.settings import Settings

HIDDEN = "***"
LAST_PORT = 65535

_DEFAULT = "default"
_ENVIRONMENT = "environment variable"

_WITHOUT = {
    "api_keys": "none",
    "opensearch_urls": "none",
    "opensearch_ca": "those of the system",
    "workers": "one for each processor, 4 at most",
    "log_format": "text on a terminal, else json",
    "report": "none",
}
"""Field → what is shown where it has no value; the others are off then."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting as it is shown; `value` is text, secrets hidden."""

    name: str
    value: str
    source: str
    meaning: str


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def config(form: str) -> None:
    """Print every setting with its value, where that comes from, and what it means; secrets are hidden.

    What is probably a slip, such as a variable that no setting is named by, is said on standard error.

    Exit code 0: all are allowed, and serve would take them; 1: the file of keys can't be used; 2: a setting
    isn't allowed. The message names it.
    """
    settings = settings_or_exit()
    shown = list(shown_settings(os.environ, settings))
    try:
        if settings.api_keys:
            read_keys(settings.api_keys)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in shown], ensure_ascii=False, indent=2))
    else:
        for one in shown:
            click.echo(f"{one.name}={one.value}  ({one.source})\n    {one.meaning}")
    for doubt in doubts(os.environ, settings):
        click.echo(f"warning: {doubt}", err=True)


def shown_settings(environment: Mapping[str, str], settings: Settings) -> Iterator[Shown]:
    """Yield all settings, address and folders first; raise BadSettingError for a bad port."""
    yield _plain(environment, "HOST", "127.0.0.1", "address that serve listens on")
    yield _plain(environment, "PORT", _port(environment), "port that serve listens on")
    yield _plain(
        environment, "DUTY_SEARCH_DATA", data_folder(), "folder with lists/ and dictionaries/, for duty-index"
    )
    yield _plain(environment, "DUTY_SEARCH_INDEX", index_folder(), "folder of the published index")
    for name, variable in VARIABLES.items():
        held = getattr(settings, variable.field)
        if variable.is_secret:
            held = tuple(map(without_secrets, held if isinstance(held, tuple) else (held,)))
        value = _text(variable.field, held)
        yield Shown(name, value, _source(environment, name), variable.meaning)


def without_secrets(text: str) -> str:
    """Return an address without its password and its parameters, which may hold one; other text is hidden."""
    parts = urlsplit(text)
    if not parts.scheme:
        return HIDDEN
    user, at, host = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    login = f"{name}:{HIDDEN}" if ":" in user else name
    query = f"?{HIDDEN}" if parts.query else ""
    return f"{parts.scheme}://{login}{at}{host}{parts.path}{query}"


def _plain(environment: Mapping[str, str], name: str, default: object, meaning: str) -> Shown:
    return Shown(name, environment.get(name) or str(default), _source(environment, name), meaning)


def _source(environment: Mapping[str, str], name: str) -> str:
    return _ENVIRONMENT if environment.get(name, "").strip() else _DEFAULT


def _port(environment: Mapping[str, str]) -> str:
    text = environment.get("PORT") or "8000"
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= LAST_PORT):
        raise BadSettingError(f"PORT: {text!r} is not allowed; allowed: a number from 1 to {LAST_PORT}")
    return text


def _text(field: str, value: object) -> str:
    if field == "log_queries":
        return "masked" if value else OFF
    if isinstance(value, tuple):
        return ", ".join(value) or _WITHOUT.get(field, OFF)
    return _WITHOUT.get(field, OFF) if value is None else str(value)
