"""What ``duty-search evaluate`` prints: tables of figures, the worst questions, what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from search_service.evaluation.answers import ANSWER_LABELS
from search_service.evaluation.figures import FIGURE_LABELS
from search_service.evaluation.judged import RIGHT, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console

    from indexer.duty import Duty
    from search_service.evaluation.answers import AnswerReport
    from search_service.evaluation.figures import Figures
    from search_service.evaluation.judged import DutyKey
    from search_service.evaluation.measure import Measurement
    from search_service.evaluation.run import Outcome, Report
    from search_service.evaluation.saved import Change, Comparison

SHOWN_RESULTS = 3
"""Results shown with a question that went wrong."""
SHOWN_CHANGES = 10
"""Questions shown that got better, and that got worse."""
_NAME_LENGTH = 36


def print_measurement(
    measured: Measurement, worst: int, comparison: Comparison | None, console: Console
) -> None:
    """Print the figures, the `worst` questions, and the comparison where there is one."""
    print_figures([measured.ours, *measured.baselines], console)
    if measured.ablation:
        console.print(_ablation_table([measured.ours, *measured.ablation]))
    print_answers(measured.answers, console)
    print_worst(measured.ours.worst(worst), measured.duties, console)
    if comparison is not None:
        print_comparison(comparison, console)


def print_figures(reports: Sequence[Report], console: Console) -> None:
    """Print a table per search, the first one being ours, then one that sets them side by side."""
    ours = reports[0]
    console.print(_figures_table(ours))
    if len(reports) > 1:
        console.print(_side_by_side(reports))
    if ours.unscored:
        listed = "、".join(question.q for question in ours.unscored)
        console.print(
            f"[dim]{len(ours.unscored)} questions without an answer, not scored: {escape(listed)}[/]"
        )


def print_answers(report: AnswerReport, console: Console) -> None:
    """Print whether answers name the right body, refuse what none answers, and know how sure they are."""
    table = Table(title="answers", title_justify="left")
    table.add_column("kind", no_wrap=True)
    for heading in ANSWER_LABELS.values():
        table.add_column(heading, justify="right")
    for kind, of_kind in report.kinds.items():
        table.add_row(kind, *_answer_cells(of_kind))
    table.add_section()
    table.add_row("overall", *_answer_cells(report), style="bold")
    console.print(table)
    reliability = Table(title=f"confidence: Brier score {report.brier:.3f}", title_justify="left")
    for heading in ("confidence", "answers", "mean confidence", "right"):
        reliability.add_column(heading, justify="right")
    for one in report.reliability:
        span = f"{one.low:.1f}-{one.high:.1f}"
        reliability.add_row(span, str(one.count), f"{one.confidence:.3f}", f"{one.right:.3f}")
    console.print(reliability)


def _answer_cells(report: AnswerReport) -> list[str]:
    """Return the figures that something of the kind was judged for."""
    return ["" if (figure := getattr(report, name)) is None else f"{figure:.3f}" for name in ANSWER_LABELS]


def print_worst(outcomes: Iterable[Outcome], duties: Iterable[Duty], console: Console) -> None:
    """Print questions that went wrong: what was wanted, and what came instead."""
    names = {key_of(duty): duty.name for duty in duties}
    for outcome in outcomes:
        question = outcome.question
        rank = f"right duty at {outcome.rank}" if outcome.rank else "no right duty on the page"
        where = escape(f" ({question.township})") if question.township else ""
        console.print(
            f"[bold]{escape(question.q)}[/]{where}  [dim]{escape(question.id)}, {question.kind}: {rank}[/]",
            soft_wrap=True,
        )
        wanted = next(one.key for one in question.relevant if one.grade == RIGHT)
        console.print(f"  [green]wanted[/] {_duty_line(wanted, names)}", soft_wrap=True)
        for duty in outcome.found[:SHOWN_RESULTS]:
            console.print(f"  [red]came  [/] {_duty_line(key_of(duty), names)}", soft_wrap=True)


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print what got better and worse since a saved run, per kind and per question."""
    console.print(_comparison_table(comparison))
    if comparison.missing:
        console.print(f"[yellow]{comparison.missing} questions stand in only one of the two runs[/]")
    _print_changes("better", "green", comparison.better, console)
    _print_changes("worse", "red", comparison.worse, console)


def _figures_table(report: Report) -> Table:
    title = f"{report.name}, {report.ms_per_question:.1f} ms a question"
    table = Table(title=title, title_justify="left")
    table.add_column("kind", no_wrap=True)
    for heading in ("questions", *FIGURE_LABELS.values()):
        table.add_column(heading, justify="right")
    for kind, figures in report.kinds.items():
        table.add_row(kind, str(report.counts[kind]), *_cells(figures))
    table.add_section()
    table.add_row("overall", str(len(report.outcomes)), *_cells(report.overall), style="bold")
    return table


def _side_by_side(reports: Sequence[Report]) -> Table:
    """Return success@1 of each search per kind, and all figures overall."""
    table = Table(title="beside the baselines", title_justify="left")
    table.add_column("success@1")
    for report in reports:
        table.add_column(report.name, justify="right")
    for kind in reports[0].kinds:
        table.add_row(kind, *(f"{report.kinds[kind].success_at_1:.3f}" for report in reports))
    table.add_section()
    for name, label in FIGURE_LABELS.items():
        cells = (f"{getattr(report.overall, name):.3f}" for report in reports)
        table.add_row(f"overall {label}", *cells, style="bold")
    return table


def _ablation_table(reports: Sequence[Report]) -> Table:
    """Return a row per report with its figures over all questions."""
    table = Table(title="what each part is worth", title_justify="left")
    table.add_column("overall", no_wrap=True)
    for heading in FIGURE_LABELS.values():
        table.add_column(heading, justify="right")
    for report in reports:
        table.add_row(report.name, *_cells(report.overall))
    return table


def _comparison_table(comparison: Comparison) -> Table:
    table = Table(title="since the saved run", title_justify="left")
    table.add_column("kind", no_wrap=True)
    for heading in FIGURE_LABELS.values():
        table.add_column(heading, justify="right")
    for kind, (before, after) in comparison.kinds.items():
        table.add_row(kind, *_differences(before, after))
    table.add_section()
    table.add_row("overall", *_differences(*comparison.overall), style="bold")
    return table


def _print_changes(title: str, colour: str, changes: Sequence[Change], console: Console) -> None:
    console.print(f"[{colour}]{len(changes)} {title}[/]")
    for change in changes[:SHOWN_CHANGES]:
        question = change.question
        ranks = f"{_rank(change.before)} → {_rank(change.after)}"
        console.print(f"  {escape(question.id)} {escape(question.q)}  [dim]{ranks}[/]", soft_wrap=True)
    if len(changes) > SHOWN_CHANGES:
        console.print(f"  [dim]and {len(changes) - SHOWN_CHANGES} more[/]")


def _rank(figures: Figures) -> str:
    """Return the rank of the first right duty, as the reciprocal rank tells it."""
    return str(round(1 / figures.mrr_at_10)) if figures.mrr_at_10 else "none"


def _cells(figures: Figures) -> list[str]:
    return [f"{getattr(figures, name):.3f}" for name in FIGURE_LABELS]


def _differences(before: Figures, after: Figures) -> list[str]:
    return [_difference(getattr(before, name), getattr(after, name)) for name in FIGURE_LABELS]


def _difference(before: float, after: float) -> str:
    change = round(after - before, 3)
    if not change:
        return f"{after:.3f}"
    return f"{after:.3f} [{'green' if change > 0 else 'red'}]{change:+.3f}[/]"


def _duty_line(key: DutyKey, names: Mapping[DutyKey, str]) -> str:
    township, list_type, number = key
    name = names.get(key, "")
    short = name if len(name) <= _NAME_LENGTH else name[:_NAME_LENGTH] + "…"
    return escape(f"{township} {list_type.label} {number} {short}")
