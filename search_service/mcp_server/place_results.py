"""What `list_places` returns: the townships whose lists are indexed."""

from pydantic import BaseModel, Field

from indexer.duty import ListType
from indexer.index.generation import Manifest
from indexer.list_info import ListInfo


class ListedTownship(BaseModel):
    """A township and the size of its list."""

    list_id: str
    province: str
    prefecture: str
    county: str
    county_code: str = Field(description="GB/T 2260, empty where unknown")
    township: str
    date: str | None = Field(description="year and month of the list, e.g. 2025-07; null where it has none")
    duties: int = Field(description="duties of all three lists")
    basic: int = Field(description="the township's own (基本)")
    cooperative: int = Field(description="led by superior bodies, the township assists (配合)")
    reclaimed: int = Field(description="taken back by superior bodies (收回)")

    @classmethod
    def of(cls, info: ListInfo) -> "ListedTownship":
        """Return what is known of a list."""
        place, count = info.place, info.counts
        return cls(
            list_id=info.id,
            province=place.province,
            prefecture=place.prefecture,
            county=place.county,
            county_code=place.county_code,
            township=place.township,
            date=info.date,
            duties=info.duties,
            basic=count.get(ListType.BASIC, 0),
            cooperative=count.get(ListType.COOPERATIVE, 0),
            reclaimed=count.get(ListType.RECLAIMED, 0),
        )


class ListedPlaces(BaseModel):
    """Every place that can be asked about; nothing is known of any other."""

    total: int
    duties: int
    generation: str = Field(description="name of the index in use")
    built_at: str = Field(description="when it was built, UTC")
    places: list[ListedTownship]

    @classmethod
    def of(cls, lists: tuple[ListInfo, ...], manifest: Manifest) -> "ListedPlaces":
        """Return the places of an index."""
        return cls(
            total=len(lists),
            duties=manifest.duties,
            generation=manifest.generation,
            built_at=manifest.built_at,
            places=[ListedTownship.of(info) for info in lists],
        )
