"""Files to keep: what a browser calls a response that it saves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from flask import Response

_NOT_IN_A_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def name_attachment(response: Response, name: str, ascii_name: str, suffix: str) -> None:
    """Have a response saved as ``<name>.<suffix>``; `ascii_name` is for programs that know no other."""
    whole = f"{_NOT_IN_A_FILE_NAME.sub('_', name)}.{suffix}"
    # Not send_file: the fallback it makes of a Chinese name is the suffix alone.
    response.headers.set(
        "Content-Disposition",
        "attachment",
        filename=f"{ascii_name}.{suffix}",
        **{"filename*": f"UTF-8''{quote(whole, safe='')}"},
    )
