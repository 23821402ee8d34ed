"""Where generations are published and opened from: a folder, or a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable

    from indexer.index.generation import IndexStateError
    from search_service.core.generation import Generation


class Source(Protocol):
    """Generations by their names. Every method raises IndexStateError where nobody can tell."""

    @property
    def looks(self) -> float:
        """Return the seconds between two looks for a new generation."""
        ...

    def pointer(self) -> Hashable:
        """Return what changes whenever another generation goes live; None where none was published."""
        ...

    def live(self) -> str:
        """Return the name of the live generation; raise IndexStateError where there is none."""
        ...

    def previous(self) -> str | None:
        """Return the name of the generation that was live before; None where there is none."""
        ...

    def open(self, name: str, before: Generation | None) -> Generation:
        """Open a generation; what is the same in the one `before` may be used again.

        Raises IndexStateError where it is unknown, damaged, or made by another version of this program.
        """
        ...

    def public(self, error: IndexStateError) -> str:
        """Return an error's message as everybody may read it: what it says of machines is for the log."""
        ...
