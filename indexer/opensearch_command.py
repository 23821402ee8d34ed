"""The commands ``duty-index opensearch …``: the index on an OpenSearch cluster."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from rich.console import Console
from rich.table import Table

from indexer.command_reading import data_option, read_with_bar, refuse_errors, whole_catalogue
from indexer.index.generation import IndexStateError, Manifest
from indexer.index.publishing import current_generation, generation_folder
from indexer.opensearch.address import AddressError, address_from_environment
from indexer.paths import index_folder
from indexer.progress_bar import progress_bar
from indexer.tuning import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.list_file import ListFile
    from indexer.opensearch.indexes import Found
    from indexer.opensearch.installation import Installation
    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning

_Command = TypeVar("_Command", bound="Callable[..., None]")

_MEGABYTE = 2**20
_STYLES = {"live": "bold green", "in progress": "yellow", "left over": "dim"}
_MOST_SHARDS = 1024
_MOST_COPIES = 8


def _cluster_options(command: _Command) -> _Command:
    """Give a command the options that say which cluster, and which installation there."""
    url = click.option(
        "--url",
        "urls",
        multiple=True,
        metavar="URL",
        help="A node of the cluster; may be repeated.  [default: $DUTY_SEARCH_OPENSEARCH_URL]",
    )
    prefix = click.option(
        "--prefix",
        help="What its indexes' names begin with.  [default: duty-search, or $DUTY_SEARCH_OPENSEARCH_PREFIX]",
    )
    return url(prefix(command))


@click.group()
def opensearch() -> None:
    """Publish to an OpenSearch cluster, and look after the indexes there. Needs the extra opensearch.

    The cluster is named by --url, or by the variables DUTY_SEARCH_OPENSEARCH_URL, _PREFIX and _CA.
    """


@opensearch.command("publish")
@_cluster_options
@click.option(
    "--index",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="DUTY_SEARCH_INDEX",
    show_envvar=True,
    default=index_folder,
    show_default="var/index of the checkout",
    help="Folder of the index.",
)
@click.option("--generation", metavar="NAME", help="One of the folder's.  [default: the live one]")
@click.option(
    "--shards",
    type=click.IntRange(1, _MOST_SHARDS),
    help="Parts of the new index.  [default: one for every two million duties]",
)
@click.option(
    "--replicas",
    type=click.IntRange(0, _MOST_COPIES),
    help="Copies of each part.  [default: 1, or 0 where the cluster has one node]",
)
@click.option("--allow-fewer", is_flag=True, help="Publish even where lists of the live index are missing.")
def publish_command(  # click passes every option as an argument of its own
    urls: tuple[str, ...],
    prefix: str | None,
    index: Path,
    generation: str | None,
    shards: int | None,
    replicas: int | None,
    *,
    allow_fewer: bool,
) -> None:
    """Publish a generation, as duty-index build made it, on the cluster.

    It is written into a new index, which goes live in one step when all of it is there and has passed its
    checks. The index that was live is kept for a rollback, older ones are removed. Whatever goes wrong, the
    live index stays.

    Exit code 0: it is live; 1: refused or failed; 2: wrong call.
    """
    with _click_errors():
        folder = generation_folder(index, generation) if generation else current_generation(index)
        total = Manifest.read(folder).duties
    with _installation(urls, prefix) as installation, progress_bar() as bar:
        task = bar.add_task("Publishing", total=total)
        name = installation.publish(
            folder, shards, replicas, lambda done: bar.update(task, completed=done), allow_fewer=allow_fewer
        )
    click.echo(f"{name} is live: {total} duties", err=True)


@opensearch.command("list")
@_cluster_options
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def list_command(urls: tuple[str, ...], prefix: str | None, form: str) -> None:
    """List the indexes: which one is live, which one a rollback brings back, what is left over.

    Exit code 0: one is live; 1: none is, or the cluster doesn't answer.
    """
    with _installation(urls, prefix) as installation:
        found = installation.found()
        if form == "json":
            click.echo(json.dumps([_record(one) for one in found], ensure_ascii=False, indent=2))
        elif found:
            Console().print(_table(found))
        installation.live()


@opensearch.command("rollback")
@_cluster_options
def rollback_command(urls: tuple[str, ...], prefix: str | None) -> None:
    """Make the index live that was so before; done again, it undoes that.

    Exit code 0: done; 1: there is none, it isn't complete, or the cluster refuses.
    """
    with _installation(urls, prefix) as installation:
        name = installation.roll_back()
    click.echo(f"{name} is live again", err=True)


@opensearch.command("verify")
@_cluster_options
def verify_command(urls: tuple[str, ...], prefix: str | None) -> None:
    """Look whether the live index and the one before it hold what they say, and all copies are there.

    Exit code 0: all is well; 1: not so, or none is live.
    """
    with _installation(urls, prefix) as installation:
        wrong = installation.verify()
    for name, problems in wrong.items():
        click.echo(f"{name}: {'; '.join(problems) or 'good'}")
    if any(wrong.values()):
        sys.exit(1)


@opensearch.command("prune")
@_cluster_options
def prune_command(urls: tuple[str, ...], prefix: str | None) -> None:
    """Remove every index but the live one and the one before it: what publishers that were killed have left.

    Exit code 0: done; 1: somebody is publishing, or the cluster refuses.
    """
    with _installation(urls, prefix) as installation:
        removed = installation.prune()
    for name in removed:
        click.echo(f"removed {name}", err=True)
    if not removed:
        click.echo("nothing to remove", err=True)


@opensearch.command("update")
@click.argument("ids", nargs=-1, required=True, metavar="LIST_ID…")
@_cluster_options
@data_option
@click.option("--allow-errors", is_flag=True, help="Take what could be read of documents with errors.")
@click.option("--allow-fewer", is_flag=True, help="Go on even where a list has lost a fifth of its duties.")
def update_command(  # click passes every option as an argument of its own
    ids: tuple[str, ...],
    urls: tuple[str, ...],
    prefix: str | None,
    data: Path,
    *,
    allow_errors: bool,
    allow_fewer: bool,
) -> None:
    """Exchange the lists LIST_ID… in the live index for what their documents say now, or add them to it.

    Other lists aren't touched, and all can be searched meanwhile. The index keeps the dictionaries that it
    was built with; changed ones need a new index, and so does leaving out a list: duty-index build, then
    duty-index opensearch publish.

    Exit code 0: done; 1: refused or failed, the old lists stay; 2: wrong call.
    """
    files = _chosen(whole_catalogue(data / "lists"), ids)

    def read(tuning: Tuning) -> list[TownshipList]:
        if digest_of(sorted((data / "dictionaries").rglob("*"))) != tuning.digest:
            click.echo(
                f"warning: {data / 'dictionaries'} differs from what the index was built with, and keeps; "
                "to exchange that, publish a new index",
                err=True,
            )
        lists = read_with_bar(files, tuning.departments)
        refuse_errors(lists, allow_errors=allow_errors)
        return lists

    with _installation(urls, prefix) as installation:
        updated = installation.update(read, allow_fewer=allow_fewer)
    for one in updated:
        click.echo(
            f"{one.list_id}: {one.duties} duties "
            f"({one.added} new, {one.changed} changed, {one.removed} gone)",
            err=True,
        )


def _chosen(files: list[ListFile], ids: tuple[str, ...]) -> list[ListFile]:
    known = [file.id for file in files]
    unknown = [one for one in ids if one not in known]
    if unknown:
        raise click.UsageError(f"unknown list {unknown[0]!r}; allowed: {', '.join(known)}")
    return [file for file in files if file.id in ids]


@contextmanager
def _installation(urls: tuple[str, ...], prefix: str | None) -> Iterator[Installation]:
    """Give the installation that options and environment name; what goes wrong with it is one line."""
    try:
        from indexer.opensearch.installation import Installation  # noqa: PLC0415  # not always installed
    except ImportError as error:
        raise click.ClickException(
            f"the extra opensearch isn't installed ({error}); run: pip install 'duty-search[opensearch]'"
        ) from error
    try:
        address = address_from_environment(urls=urls, prefix=prefix)
    except AddressError as error:
        raise click.UsageError(str(error)) from None
    if address is None:
        raise click.UsageError("no cluster is named: pass --url, or set DUTY_SEARCH_OPENSEARCH_URL")
    with _warnings_shown(), _click_errors():
        yield Installation.at(address)


@contextmanager
def _warnings_shown() -> Iterator[None]:
    """Show what is logged meanwhile as the commands show warnings."""
    ours, shown = logging.getLogger("indexer.opensearch"), _Shown()
    ours.addHandler(shown)
    try:
        yield
    finally:
        ours.removeHandler(shown)


class _Shown(logging.Handler):
    """Writes warnings as the commands do."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a warning."""
        click.echo(f"warning: {record.getMessage()}", err=True)


@contextmanager
def _click_errors() -> Iterator[None]:
    try:
        yield
    except IndexStateError as error:
        raise click.ClickException(str(error)) from None


def _record(found: Found) -> dict[str, object]:
    return {
        "index": found.name,
        "state": found.state.value,
        "health": found.health,
        "generation": found.manifest.generation if found.manifest else None,
        "duties": found.duties,
        "built_at": found.manifest.built_at if found.manifest else None,
        "published_at": found.made_at.isoformat(timespec="seconds"),
        "bytes": found.bytes,
    }


def _table(found: list[Found]) -> Table:
    table = Table("state", "health", "duties", "built at (UTC)", "MB")
    table.add_column("index", overflow="fold")  # the name is what somebody wants to copy
    for one in found:
        built = one.manifest.built_at if one.manifest else ""
        table.add_row(
            one.state.value,
            one.health,
            f"{one.duties:,}",
            built.removesuffix("+00:00").replace("T", " ") or "companion unreadable",
            f"{one.bytes / _MEGABYTE:,.0f}",
            one.name,
            style=_STYLES.get(one.state.value, ""),
        )
    return table
