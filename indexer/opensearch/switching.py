"""The switch from one index to another: aliases moved in one call, which happens as a whole or not at all."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from indexer.index.generation import IndexStateError
from indexer.opensearch.cluster import SLOW, ClusterUnavailableError, patiently
from indexer.opensearch.indexes import Aliased, aliased

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

    from indexer.opensearch.names import Names

PATIENCE = 30.0
"""Seconds for which is looked whether a switch whose answer didn't come was made."""
_PAUSE = 0.5


class UncertainSwitchError(ClusterUnavailableError):
    """A switch that may have been made or not, or may still be: the cluster didn't say."""


def switch(client: OpenSearch, names: Names, before: Aliased, after: Aliased) -> None:
    """Move the aliases from where they are, `before`, to where they shall be.

    Raises IndexStateError where they are elsewhere by now, or the cluster refuses; nothing has changed then.
    """
    actions = _actions(names.live, before.live, after.live)
    actions += _actions(names.previous, before.previous, after.previous)
    what = f"switching {names.live} to {after.live}"
    try:
        # Made twice, the second one fails: then a look tells that the first was made.
        patiently(
            what, lambda: client.indices.update_aliases(body={"actions": actions}, request_timeout=SLOW)
        )
    except IndexStateError as error:
        if not _is_made(client, names, after, error):
            raise
    except BaseException as error:  # Ctrl-C: the call is on its way
        raise UncertainSwitchError(_unknown(names, after, "interrupted")) from error


def _actions(alias: str, before: str | None, after: str | None) -> list[dict[str, Any]]:
    if before == after:
        return []
    # Who has moved it meanwhile makes the whole call fail: nothing is taken from an index that hasn't it.
    taken = [{"remove": {"index": before, "alias": alias, "must_exist": True}}] if before else []
    given = [{"add": {"index": after, "alias": alias}}] if after else []
    return [*taken, *given]


def _is_made(client: OpenSearch, names: Names, after: Aliased, error: IndexStateError) -> bool:
    """Return whether a switch was made that ended in an error; raise where the cluster doesn't say."""
    if not isinstance(error, ClusterUnavailableError):
        return aliased(client, names) == after
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(ClusterUnavailableError):  # it may answer a moment later
            if aliased(client, names) == after:
                return True
        time.sleep(_PAUSE)
    raise UncertainSwitchError(_unknown(names, after, str(error))) from error


def _unknown(names: Names, after: Aliased, said: str) -> str:
    return (
        f"{said}; whether {names.live} was switched to {after.live} isn't known; "
        "see duty-index opensearch list"
    )
