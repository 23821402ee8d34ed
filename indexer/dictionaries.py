"""Reading of the reviewed data files under `data/dictionaries`: strict, with errors that name the file."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class DictionaryError(ValueError):
    """A data file that can't be used; the message names the file and the entry."""


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file; raise DictionaryError where it can't be read."""
    try:
        return tomllib.loads(_read_text(path))
    except (ValueError, RecursionError) as error:  # a number too long, or brackets too deep
        raise DictionaryError(f"{path}: not valid TOML: {error}") from error


def read_words(path: Path) -> list[str]:
    """Return the entries of a word list: the first word of each line, comments (``#``) left out.

    Raises DictionaryError where the file can't be read or a word stands twice.
    """
    seen: dict[str, int] = {}
    for number, line in enumerate(_read_text(path).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        word = line.split()[0]
        if word in seen:
            raise DictionaryError(f"{path}:{number}: {word} already stands in line {seen[word]}")
        seen[word] = number
    return list(seen)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DictionaryError(f"{path}: no such file") from None
    except (UnicodeDecodeError, OSError) as error:
        raise DictionaryError(f"{path}: {error}") from error
