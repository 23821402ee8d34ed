"""What the analyzer and the dictionaries make of a text, for whoever edits them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from indexer.analysis.normalize import normalize
from indexer.phrases.terms import spoken_terms

if TYPE_CHECKING:
    from rich.console import Console

    from indexer.analysis.analyzer import Token
    from indexer.tuning import Tuning


@dataclass(frozen=True, slots=True)
class TextReport:
    """One text as the search sees it; `stopped` are those of its words that say nothing."""

    normal: str
    words: list[Token]
    stopped: list[str]
    noise: list[str]
    synonyms: list[str]
    bodies: list[str]
    hints: list[str]
    spoken: list[str]


def explain_text(text: str, tuning: Tuning) -> TextReport:
    """Apply every dictionary to a text."""
    normal = normalize(text)
    words = tuning.analyzer.words(normal)
    return TextReport(
        normal=normal,
        words=words,
        stopped=[token.term for token in words if not token.is_part and token.term in tuning.stop_words],
        noise=[phrase for phrase in tuning.noise if phrase in normal],
        synonyms=[f"{one.word} → {one.replacement} ({one.weight})" for one in tuning.synonyms.expand(normal)],
        bodies=[
            f"{normal[one.start : one.end]} → {one.canonical}"
            for one in tuning.departments.names_in(normal, None, everyday=True)
        ],
        hints=[
            f"{hint.list_type.label} +{hint.weight}: {hint.reason}" for hint in tuning.hints.in_text(normal)
        ],
        spoken=spoken_terms(normal, tuning.analyzer, tuning.stop_words),
    )


def print_text(report: TextReport, console: Console) -> None:
    """Print the report: a table of the words, and a line for each dictionary that says something."""
    # As text: rich would take [/x] in what somebody typed for its own markup.
    table = Table(title=Text(report.normal), title_justify="left")
    for column in ("word", "position", "parts"):
        table.add_column(column)
    whole = [token for token in report.words if not token.is_part]
    for token in whole:
        end = token.position + len(token.term)
        parts = [one.term for one in report.words if one.is_part and token.position <= one.position < end]
        style = "dim" if token.term in report.stopped else ""
        table.add_row(Text(token.term), str(token.position), Text(" ".join(parts)), style=style)
    console.print(table)
    lines = {
        "stop words": report.stopped,
        "small talk": report.noise,
        "synonyms": report.synonyms,
        "departments": report.bodies,
        "hints": report.hints,
        "phrase book terms": report.spoken,
    }
    for name, found in lines.items():
        if found:
            console.print(f"{name}: {'、'.join(found)}", soft_wrap=True, markup=False)
