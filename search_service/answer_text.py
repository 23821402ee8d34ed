"""An answer on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from search_service.core.answers.result import Status

if TYPE_CHECKING:
    from rich.console import Console

    from search_service.core.answers.result import AnswerResponse, Finding


def print_answer(response: AnswerResponse, console: Console) -> None:
    """Print who handles it, the sentence that says so, where it stands, and what else may be meant."""
    answer = response.answer
    if answer:
        is_common = response.status is Status.ANSWERED
        headline = _names(answer.finding) if is_common else "各地不同"
        console.print(Text(headline, style="bold green"), soft_wrap=True)
        console.print(Text(answer.summary), soft_wrap=True)
        if is_common:
            source = f"依据：{answer.citation}  把握 {answer.confidence:.0%}"
            console.print(Text(source, style="dim"), soft_wrap=True)
        if len(answer.by_township) > 1:
            for finding in answer.by_township:
                console.print(Text(f"  {finding.duty.township}  {_names(finding)}"), soft_wrap=True)
    if response.advice and not answer:
        console.print(Text(response.advice, style="yellow"), soft_wrap=True)
    for finding in response.alternatives:
        console.print(
            Text(f"也可能是：{finding.duty.name}  → {_names(finding)}", style="cyan"), soft_wrap=True
        )


def _names(finding: Finding) -> str:
    return "、".join(one.department for one in finding.responsible)
