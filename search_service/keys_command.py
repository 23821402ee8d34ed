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
from rich.text import Text

from search_service.command_options import click_errors, list_options, place_options
from search_service.core.live_index import LiveIndex
from search_service.core.prepare import resolve_filters
from search_service.index_source import index_option
from search_service.keys.key_file import (
    KeyFileError,
    UnknownKeyError,
    add_key,
    read_keys,
    remove_key,
)
from search_service.keys.portal_key import MOST_OF_NAME, PortalKey, digest_of, is_name, new_token
from search_service.limit_text import checked_limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from search_service.core.source import Source

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
def create(name: str, file: Path, index: Source, limit: str | None, **filters: tuple[str, ...]) -> None:
    """Make a key for the portal NAME and print it, once: only its digest is kept.

    Filters hold it to some places, lists or categories: what lies outside it can't ask for.
    """
    if not is_name(name):
        raise click.BadParameter(
            f"expected 1 to {MOST_OF_NAME} characters, all of them printable", param_hint="NAME"
        )
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
    click.echo(f"{key.id}  {key.name}  {_scope(key.filters)}", err=True)
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
        # As text: rich would take [/x] in a name for its own markup.
        cells = (key.id, key.name, key.created, key.limit or "as everybody", _scope(key.filters))
        table.add_row(*map(Text, cells))
    Console().print(table if found else Text(f"no keys in {file}"), soft_wrap=not found)


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


def _canonical(filters: Mapping[str, tuple[str, ...]], index: Source) -> dict[str, tuple[str, ...]]:
    """Return filters with the values that the index has for their texts; refuse what no duty lies within."""
    if not any(filters.values()):
        return {}
    with click_errors():
        generation = LiveIndex(index).generation
        resolved = resolve_filters(filters, generation)
    found = {facet: tuple(sorted(values)) for facet, values in resolved.items()}
    if next(generation.engine.duties(resolved), None) is None:
        raise click.UsageError(
            f"no duty lies within {_scope(found)}: the key's holder would find nothing. A township lies in "
            "one county, a category in some lists: leave one of the filters out"
        )
    return found


def _scope(filters: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{facet}={','.join(values)}" for facet, values in filters.items()) or "everything"


@contextmanager
def _key_errors() -> Iterator[None]:
    try:
        yield
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
