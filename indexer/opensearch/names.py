"""Names on the cluster: what belongs to one installation begins with its prefix."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """The names under one `prefix`; several installations share a cluster by different ones."""

    prefix: str

    @property
    def live(self) -> str:
        """Return the alias of the index that is searched."""
        return self.prefix

    @property
    def previous(self) -> str:
        """Return the alias of the index that was live before: what a rollback brings back."""
        return f"{self.prefix}-previous"

    @property
    def template(self) -> str:
        """Return the name of the index template."""
        return f"{self.prefix}-duties"

    @property
    def lock(self) -> str:
        """Return the index that holds the writer's lock."""
        return f"{self.prefix}-lock"

    @property
    def all_duties(self) -> str:
        """Return the pattern of the indexes of duties, one for each generation."""
        return f"{self.prefix}-duties-*"

    @property
    def all_companions(self) -> str:
        """Return the pattern of what belongs to them, likewise."""
        return f"{self.prefix}-companion-*"

    def duties(self, generation: str) -> str:
        """Return the index of a generation's duties; OpenSearch wants lower case."""
        return f"{self.prefix}-duties-{generation.lower()}"

    def companion(self, duties: str) -> str:
        """Return the index of what belongs to an index of duties but doesn't grow with it."""
        return f"{self.prefix}-companion-{duties.removeprefix(f'{self.prefix}-duties-')}"
