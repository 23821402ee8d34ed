"""The command ``duty-search``: the web service, and the same core on the terminal."""

from __future__ import annotations

import html
import json
import logging
import os
import sys
import threading
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from indexer.facets import FACETS
from indexer.index.generation import IndexStateError
from indexer.output import write_utf8
from indexer.paths import data_folder
from search_service.answer_text import print_answer
from search_service.api.answer_schemas import AnswerResponseSchema
from search_service.api.schemas import SearchResponseSchema
from search_service.app import create_app
from search_service.command_options import click_errors, list_options, place_options
from search_service.config_command import config
from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.core.answers.result import Status
from search_service.core.live_index import LiveIndex
from search_service.core.request import MAX_PER_PAGE, MAX_QUERY_LENGTH, Parts, SearchRequest
from search_service.core.search import WARM_UP_QUESTION, Search
from search_service.doubtful_settings import doubts
from search_service.evaluation.errors import EvaluationError
from search_service.evaluation.floor import Floor
from search_service.evaluation.judged import load_judged, select
from search_service.evaluation.measure import measure
from search_service.evaluation.report import print_measurement
from search_service.evaluation.saved import compare, load_figures, run_record, save_run
from search_service.http.log_lines import init_logging
from search_service.http.metrics_endpoint import watch
from search_service.http.metrics_folder import shared_metrics
from search_service.index_source import index_option, settings_or_exit
from search_service.keys.key_file import KeyFileError
from search_service.keys_command import keys
from search_service.report_command import report
from search_service.server import Server, check_address
from search_service.triage.errors import TriageError, WrongOptionError
from search_service.triage.run import TriageRequest, run_triage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from search_service.core.result import Explanation, SearchResponse, SearchResult
    from search_service.core.source import Source

logger = logging.getLogger(__name__)

_EVALUATION_FILE = click.Path(path_type=Path, dir_okay=False)


def _check_address(host: str, port: int) -> None:
    try:
        check_address(host, port)
    except OSError as error:
        raise click.ClickException(f"can't listen on {host}:{port}: {error.strerror or error}") from None


@contextmanager
def _shared_metrics() -> Iterator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(shared_metrics())
        except OSError as error:
            raise click.ClickException(f"no folder for the metrics can be made: {error}") from None
        yield


def _origin(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="duty-search")
def main() -> None:
    """Who handles X? Search the duty lists (履职事项清单) of townships."""
    write_utf8()


main.add_command(config)
main.add_command(keys)
main.add_command(report)


@main.command()
@index_option
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Address; also $HOST.")
@click.option(
    "--port",
    envvar="PORT",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="Also $PORT.",
)
def serve(index: Source, host: str, port: int) -> None:
    """Serve pages and API. Follows newly published indexes without a restart.

    Its other settings are variables of the environment, DUTY_SEARCH_…; duty-search config shows them all.
    """
    settings = settings_or_exit()
    init_logging(settings.log_format)
    for doubt in doubts(os.environ, settings):
        logger.warning("%s", doubt)
    with click_errors():
        manifest = Search.open(index).manifest()  # a missing index is said at once, not at a request
    core = Search.open(index)
    with _shared_metrics():
        try:
            app = create_app(core, settings)
        except KeyFileError as error:
            raise click.ClickException(str(error)) from None
        _check_address(host, port)
        logger.info("%d duties, generation %s", manifest.duties, manifest.generation)
        logger.info("serving %s", _origin(host, port))
        Server(app, host, port, (core.follow, partial(watch, app)), settings.workers).run()


@main.command()
@index_option
@click.option(
    "--transport",
    type=click.Choice(["stdio", "http"]),
    default="stdio",
    show_default=True,
    help="For one client that starts it, or for any number by streamable HTTP at /mcp.",
)
@click.option("--host", show_default="127.0.0.1", help="Address to listen on, with http.")
@click.option("--port", type=click.IntRange(1, 65535), show_default="8001", help="Likewise.")
@click.option(
    "--allow-host",
    metavar="NAME",
    multiple=True,
    help="Another name that clients reach the address by, e.g. a proxy's; repeatable.",
)
def mcp(
    index: Source, transport: str, host: str | None, port: int | None, allow_host: tuple[str, ...]
) -> None:
    """Let assistants ask, by the Model Context Protocol (MCP). Needs the extra mcp.

    Standard output belongs to the protocol; everything else is said on standard error.
    """
    if transport == "stdio" and (host or port or allow_host):
        raise click.UsageError("--host, --port and --allow-host need --transport http")
    try:
        from search_service.mcp_server import server, transports  # noqa: PLC0415  # not always installed
    except ImportError as error:
        raise click.ClickException(
            f"the extra mcp isn't installed ({error}); in the project's folder run: "
            "pip install --constraint constraints.txt --editable '.[mcp]'"
        ) from None
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    core = Search.open(index)
    with click_errors():
        manifest = core.manifest()  # a missing index is said at once, not at a question
    host, port = host or "127.0.0.1", port or 8001
    if transport == "http":
        _check_address(host, port)
    click.echo(f"{manifest.duties} duties, generation {manifest.generation}", err=True)
    first = SearchRequest(WARM_UP_QUESTION)  # what it has to load, no client waits for
    threading.Thread(target=core.search, args=(first,), daemon=True).start()
    if transport == "stdio":
        transports.run_stdio(server.create_server(core))
    else:
        click.echo(f"{_origin(host, port)}{transports.HTTP_PATH}", err=True)
        transports.run_http(server.create_server(core), host, port, allow_host)


@main.command()
@click.argument("text")
@index_option
@place_options
@list_options
@click.option("--department", multiple=True, help="Only this department, canonical or full name.")
@click.option("--limit", type=click.IntRange(1, MAX_PER_PAGE), default=5, show_default=True)
@click.option("--explain", is_flag=True, help="Say which words matched where, and the parts of the score.")
@click.option("--collapse", is_flag=True, help="One result for a duty that several townships share.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def query(
    text: str,
    index: Source,
    limit: int,
    form: str,
    *,
    explain: bool,
    collapse: bool,
    **filters: tuple[str, ...],
) -> None:
    """Search for TEXT and print the best results.

    Exit code 0: found something; 1: nothing found, or no usable index; 2: wrong call.
    """
    if len(text) > MAX_QUERY_LENGTH:
        raise click.BadParameter(f"longer than {MAX_QUERY_LENGTH} characters", param_hint="TEXT")
    request = SearchRequest(
        text=text,
        filters={facet.name: filters[facet.name] for facet in FACETS},
        per_page=limit,
        collapse=collapse,
        explain=explain,
    )
    with click_errors():
        response = Search.open(index).search(request)
    if form == "json":
        click.echo(json.dumps(SearchResponseSchema().dump(response), ensure_ascii=False, indent=2))
    else:
        _print(response)
    sys.exit(0 if response.total else 1)


@main.command()
@click.argument("text")
@index_option
@place_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def answer(text: str, index: Source, form: str, **places: tuple[str, ...]) -> None:
    """Say who handles TEXT, and which sentence of the list says so.

    Exit code 0: answered, or ambiguous between places; 1: no list answers it, or no usable index; 2: wrong
    call.
    """
    if not text.strip() or len(text) > MAX_QUERY_LENGTH:
        raise click.BadParameter(f"expected 1 to {MAX_QUERY_LENGTH} characters", param_hint="TEXT")
    with click_errors():
        response = Answers(LiveIndex(index)).answer(AnswerRequest(text, places))
    if form == "json":
        click.echo(json.dumps(AnswerResponseSchema().dump(response), ensure_ascii=False, indent=2))
    else:
        print_answer(response, Console())
    sys.exit(1 if response.status is Status.NOT_FOUND else 0)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@index_option
@click.option("--column", metavar="NAME", help="Column with the complaints: its header, letter or number.")
@click.option("--township-column", metavar="NAME", help="Column with the townships, likewise.")
@click.option("--township", metavar="NAME", help="Township of rows that name none.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    show_default="beside FILE, its name with -分派建议",
    help="File to write; its ending says the format.",
)
@click.option("--force", is_flag=True, help="Overwrite an earlier result.")
@click.option("--thorough", is_flag=True, help="Answer better, in several times the time.")
def triage(  # noqa: PLR0913  # click passes every option as an argument of its own
    file: Path,
    index: Source,
    column: str | None,
    township_column: str | None,
    township: str | None,
    output: Path | None,
    *,
    force: bool,
    thorough: bool,
) -> None:
    """Say for each row of FILE, a table of complaints, who handles it and which sentence says so.

    FILE is a CSV file or a spreadsheet (.xlsx). All its rows and columns are written to a new file, with the
    answers in columns of their own.

    Exit code 0: written, rows that could not be processed included; 1: unusable file or index; 2: wrong call.
    """
    request = TriageRequest(
        file, column, township_column, township, output, overwrite=force, thorough=thorough
    )
    try:
        run_triage(request, index, say=lambda line: click.echo(line, err=True))
    except WrongOptionError as error:
        raise click.BadParameter(str(error), param_hint=error.option) from None
    except (TriageError, IndexStateError) as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.argument("file", type=_EVALUATION_FILE, required=False)
@index_option
@click.option(
    "--split",
    type=click.Choice(["tune", "report", "all"]),
    default="report",
    show_default=True,
    help="Which half of the questions.",
)
@click.option("--baselines/--no-baselines", default=True, show_default=True, help="Plain BM25 and FTS5 too.")
@click.option("--ablation", is_flag=True, help="What each part is worth: the search without it.")
@click.option(
    "--without", type=click.Choice(Parts.names()), multiple=True, help="Leave a part out; repeatable."
)
@click.option("--worst", type=click.IntRange(0), default=0, help="Show this many questions that went wrong.")
@click.option("--save", type=_EVALUATION_FILE, help="Write the run, for a later --compare.")
@click.option("--compare", type=_EVALUATION_FILE, help="Show what has changed since a saved run.")
@click.option("--generation", metavar="NAME", help="A staged or kept generation instead of the live one.")
@click.option("--floor", type=_EVALUATION_FILE, help="Exit 1 where a figure is below those of this file.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def evaluate(  # noqa: PLR0913  # click passes every option as an argument of its own
    file: Path | None,
    index: Source,
    split: str,
    form: str,
    generation: str | None,
    *,
    worst: int,
    baselines: bool,
    ablation: bool,
    without: tuple[str, ...],
    **files: Path | None,
) -> None:
    """Measure relevance on the judged questions of FILE (default: evaluation/judged.jsonl of the data).

    Exit code 0: measured; 1: below the floor, an unusable file, or no usable index; 2: wrong call.
    """
    try:
        questions = select(load_judged(file or data_folder() / "evaluation" / "judged.jsonl"), split)
        floor = Floor.load(files["floor"]) if files["floor"] else Floor({})
        before = load_figures(files["compare"]) if files["compare"] else None
        measured = measure(
            Search.open(index, generation), questions, baselines=baselines, ablation=ablation, without=without
        )
        comparison = None if before is None else compare(measured.ours, before)
        record = run_record(
            measured.ours, measured.baselines, comparison, measured.ablation, measured.answers
        )
        if files["save"]:
            save_run(record, files["save"])
    except (EvaluationError, IndexStateError) as error:
        raise click.ClickException(str(error)) from None
    if form == "json":
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        print_measurement(measured, worst, comparison, Console())
    shortfalls = floor.shortfalls(measured.ours, measured.answers)
    for shortfall in shortfalls:
        click.echo(f"below the floor: {shortfall}", err=True)
    sys.exit(1 if shortfalls else 0)


def _print(response: SearchResponse) -> None:
    console = Console()
    if not response.total:
        console.print("没有找到相符的事项。换一种说法，或者只留下最要紧的一两个词。")
    for result in response.results:
        console.print(_headline(result), soft_wrap=True)
        for side, steps in (
            ("上级", result.highlights.superior_steps),
            ("乡镇", result.highlights.township_steps),
        ):
            for step in steps[:2]:
                console.print(Text(f"    {side}  ") + _marked(step), soft_wrap=True)
        if result.explanation:
            console.print(_explained(result.explanation), soft_wrap=True, style="cyan", markup=False)
    console.print(f"共 {response.total} 项，{response.took_ms:.1f} 毫秒", style="dim")


def _explained(explanation: Explanation) -> str:
    words = "；".join(
        f"{one.word if one.word == one.term else f'{one.word}→{one.term}'}（{'、'.join(one.fields)}）"
        for one in explanation.words
    )
    score = explanation.parts
    return (
        f"    词    {words or '无'}\n    说法  {explanation.phrasing or '无'}\n"
        f"    得分  事项 {score.duty:.2f} + 说法 {score.phrases:.2f} + 意思 {score.meaning:.2f} "
        f"+ 加分 {score.boosts:.2f}"
    )


def _headline(result: SearchResult) -> Text:
    duty = result.duty
    who = "、".join(department.name for department in duty.departments) or duty.township
    return (
        Text(f"[{duty.list_type.label} {duty.number}] {duty.county}{duty.township}  ", style="bold")
        + _marked(result.highlights.name)
        + Text(f"  → {who}", style="bold green")
    )


def _marked(highlight: str) -> Text:
    """Turn a highlight into terminal text."""
    text = Text()
    for number, piece in enumerate(highlight.replace("</mark>", "<mark>").split("<mark>")):
        text.append(html.unescape(piece), style="yellow" if number % 2 else "")
    return text
