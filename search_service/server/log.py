"""gunicorn's own messages, in the form of all others."""

from __future__ import annotations

import sys
from typing import Any

from gunicorn.glogging import Logger

from search_service.http.log_lines import discreet_traceback


class ServerLog(Logger):  # type: ignore[misc,unused-ignore]  # gunicorn is partly untyped
    """Hands gunicorn's messages to the log of the service; requests the application itself writes down."""

    def setup(self, cfg: Any) -> None:
        """Leave the handlers to the service; `cfg` says from which level on something is said."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Log the error that is handled, without `args` and what it says: both may quote a request."""
        error = sys.exception()
        what = str(msg).replace("%s", "…")
        self.error_log.error("%s\n%s", what, discreet_traceback(error) if error else "")
