"""Where data and index are found: two settings with defaults that fit a checkout."""

from __future__ import annotations

import os
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


def data_folder() -> Path:
    """Return the folder with lists/ and dictionaries/: ``DUTY_SEARCH_DATA``, else the checkout's data/."""
    return Path(os.environ.get("DUTY_SEARCH_DATA") or _ROOT / "data")


def vector_file(data: Path) -> Path:
    """Return the file that keeps the meaning of the phrase book's texts."""
    return data / "vectors.npz"


def index_folder() -> Path:
    """Return the folder of the published index: ``DUTY_SEARCH_INDEX``, else the checkout's var/index."""
    return Path(os.environ.get("DUTY_SEARCH_INDEX") or _ROOT / "var" / "index")
