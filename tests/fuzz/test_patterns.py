r"""No regular expression takes its time: ten thousand hostile characters are looked through at once.

1. Every pattern of the packages is tried, in the way in which its module uses it.
2. The texts are made of what the pattern itself looks for, repeated, with an end that fits nothing; and of white
   space, which `\s*` beside `\s*` can part in as many ways as it is long.
3. A pattern that is known to be slow is noticed.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from itertools import islice, pairwise
from pathlib import Path

import pytest

import indexer
import search_service

LENGTH = 10_000
SOON = 1.0
"""Seconds of the processor; a pattern that looks at each character once takes a hundredth of that."""

NOT_FOR_HERE = {"search_service.mcp_server"}
"""Needs no patterns of its own, and starts a loop when it is imported."""


SOURCES = [path for package in (indexer, search_service) for path in Path(package.__path__[0]).rglob("*.py")]


def modules():
    for package in (indexer, search_service):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not any(found.name.startswith(name) for name in NOT_FOR_HERE) and "__main__" not in found.name:
                yield importlib.import_module(found.name)


def uses(module, name):
    """Return the functions of a pattern that its module calls; all where the pattern is handed on."""
    files = [Path(module.__file__)] if name.startswith("_") else SOURCES
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    found = set(re.findall(rf"\b{name}\.(match|fullmatch|search|finditer|findall|sub|split)\b", source))
    return sorted(found) or ["search", "fullmatch"]


PATTERNS = [
    pytest.param(pattern, uses(module, name), id=f"{module.__name__}.{name}")
    for module in modules()
    for name, pattern in vars(module).items()
    if isinstance(pattern, re.Pattern)
    and re.search(rf"^{name} = ", Path(module.__file__).read_text(encoding="utf-8"), re.M)
]


def pieces_of(source):
    """Return characters and short words that a pattern may look for, taken from its own text."""
    words = re.findall(r"[一-鿿A-Za-z]{2,}", source)
    shown = re.sub(r"\\[a-zA-Z]|\(\?[a-zA-Z:=!<>]*", "", source)
    signs = sorted(set(shown) - set("|*+?{}^$\\"))
    return list(dict.fromkeys([*words, *signs, "1", "a", "局", " ", "\n", "<", "x"]))


def texts_for(pattern):
    """Yield long texts that a pattern nearly fits."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    pieces = pieces_of(source)
    units = [*pieces, *("".join(pair) for pair in pairwise(pieces)), *(f"{piece} " for piece in pieces)]
    for unit in islice(dict.fromkeys(units), 40):
        body = (unit * LENGTH)[:LENGTH]
        for text in (f"{body}\0", f"{pieces[0]}{body}\0"):
            yield text if isinstance(pattern.pattern, str) else text.encode("utf-8")


def slowest(pattern, names):
    worst = (0.0, "", "")
    for text in texts_for(pattern):
        for name in names:
            function = getattr(pattern, name)
            begin = time.process_time()
            result = (
                function(b"" if isinstance(text, bytes) else "", text) if name == "sub" else function(text)
            )
            if name == "finditer":
                list(result)
            worst = max(worst, (time.process_time() - begin, name, text[:20]))
            if worst[0] > SOON:
                return worst
    return worst


@pytest.mark.parametrize(("pattern", "names"), PATTERNS)
def test_a_pattern_is_quick(pattern, names):
    seconds, name, text = slowest(pattern, names)
    assert seconds < SOON, f"{name} of {text!r}…"


def test_there_are_patterns():
    assert len(PATTERNS) > 80


@pytest.mark.parametrize(("source", "length"), [(r"(?:局|局局)*完", 35), (r"\s*\s*页", 5 * LENGTH)])
def test_a_slow_one_is_noticed(source, length, monkeypatch):
    monkeypatch.setattr("tests.fuzz.test_patterns.LENGTH", length)
    assert slowest(re.compile(source), ["match"])[0] > SOON
