"""What several commands have in common: options, and what becomes of errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from indexer.facets import UnknownFacetValueError
from indexer.index.generation import IndexStateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_Command = TypeVar("_Command", bound="Callable[..., None]")


def place_options(command: _Command) -> _Command:
    """Give a command the options that narrow it to places."""
    options = {
        "--prefecture": "Only this prefecture (地州市); repeatable, as all.",
        "--county": "Only this county (县市区).",
        "--township": "Only this township (乡镇).",
    }
    for name, text in reversed(options.items()):  # like decorators: what is applied last is shown first
        command = click.option(name, multiple=True, help=text)(command)
    return command


def list_options(command: _Command) -> _Command:
    """Give a command the options that narrow it to lists and categories."""
    options = {
        "--list-type": "basic (基本), cooperative (配合) or reclaimed (收回).",
        "--category": "Only this category (事项类别).",
    }
    for name, text in reversed(options.items()):
        command = click.option(name, multiple=True, help=text)(command)
    return command


@contextmanager
def click_errors() -> Iterator[None]:
    """Turn an unknown filter value into a wrong call, an unusable index into a failure."""
    try:
        yield
    except UnknownFacetValueError as error:
        raise click.BadParameter(str(error), param_hint=f"--{error.facet.replace('_', '-')}") from None
    except IndexStateError as error:
        raise click.ClickException(str(error)) from None
