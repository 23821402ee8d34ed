"""The command ``duty-search keys``: portals' keys are made, listed and revoked."""

from __future__ import annotations

import json
import secrets
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from search_service.command_options import click_errors, index_option, list_options, place_options
from search_service.core.live_index import LiveIndex
from search_service.core.prepare import resolve_filters
from search_service.keys.key_file import (
    MOST_OF_NAME,
    KeyFileError,
    UnknownKeyError,
    add_key,
    read_keys,
    remove_key,
)
from search_service.keys.portal_key import PortalKey, digest_of, new_token
from search_service.limit_text import checked_limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_file_option = click.option(
    "--file",
    envvar="DUTY_SEARCH_API_KEYS",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file of keys; also $DUTY_SEARCH_API_KEYS, as for serve.",
)


class _Limit(click.ParamType[str]):
    name = "limit"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return checked_limit(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.group()
def keys() -> None:
    """Make, list and revoke the API keys of portals. Running servers notice at once."""


@keys.command()
@click.argument("name")
@_file_option
@index_option
@click.option("--limit", type=_Limit(), help="Requests it may make, e.g. 3000 per minute, or off.")
@place_options
@list_options
def create(name: str, file: Path, index: Path, limit: str | None, **filters: tuple[str, ...]) -> None:
    """Make a key for the portal NAME and print it, once: only its digest is kept.

    Filters hold it to some places, lists or categories: what lies outside it can't ask for.
    """
    if not name.strip() or len(name) > MOST_OF_NAME:
        raise click.BadParameter(f"expected 1 to {MOST_OF_NAME} characters", param_hint="NAME")
    token = new_token()
    key = PortalKey(
        id=secrets.token_hex(4),
        name=name.strip(),
        digest=digest_of(token),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        limit=limit,
        filters=_canonical(filters, index),
    )
    with _key_errors():
        add_key(file, key)
    click.echo(f"{key.id}  {key.name}  {_scope(key)}", err=True)
    click.echo("The key is shown this once; it is sent as the header X-API-Key:", err=True)
    click.echo(token)


@keys.command("list")
@_file_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(file: Path, form: str) -> None:
    """List the keys: whose they are and what they are held to."""
    with _key_errors():
        found = read_keys(file)
    if form == "json":
        shown = [{name: value for name, value in asdict(key).items() if name != "digest"} for key in found]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    table = Table("id", "name", "created", "limit", "held to", box=None)
    for key in found:
        table.add_row(key.id, key.name, key.created, key.limit or "as everybody", _scope(key))
    Console().print(table if found else f"no keys in {file}", soft_wrap=not found)


@keys.command()
@click.argument("id_", metavar="ID")
@_file_option
def revoke(id_: str, file: Path) -> None:
    """Revoke the key ID: whoever uses it from now on gets a 401."""
    try:
        with _key_errors():
            key = remove_key(file, id_)
    except UnknownKeyError:
        raise click.BadParameter(
            f"no key has the id {id_!r}; duty-search keys list shows them", param_hint="ID"
        ) from None
    click.echo(f"revoked: {key.id}  {key.name}", err=True)


def _canonical(filters: Mapping[str, tuple[str, ...]], index: Path) -> dict[str, tuple[str, ...]]:
    """Return filters with the values that the index has for their texts."""
    if not any(filters.values()):
        return {}
    with click_errors():
        resolved = resolve_filters(filters, LiveIndex(index).generation)
    return {facet: tuple(sorted(values)) for facet, values in resolved.items()}


def _scope(key: PortalKey) -> str:
    return "; ".join(f"{facet}={','.join(values)}" for facet, values in key.filters.items()) or "everything"


@contextmanager
def _key_errors() -> Iterator[None]:
    try:
        yield
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
