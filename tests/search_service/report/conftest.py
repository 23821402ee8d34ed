"""Fixtures of the report's tests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from search_service.report.entry import Entry, Kind

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def new_entry() -> Callable[..., Entry]:
    """Return a function that makes an entry; what isn't named is that of a question without an answer."""

    def new_entry(question: str = "狗咬人", **others: Any) -> Entry:
        given = {"day": date(2026, 7, 1), "kind": Kind.NOT_FOUND, "generation": "g1", **others}
        return Entry(question=question, **given)

    return new_entry
