"""What the tools return of duties: a reference, a found one, and a duty whole."""

from pydantic import BaseModel, Field

from indexer.duty import Department, Duty, ListType, Step
from search_service.core.answers.result import TownshipRole, citation_of
from search_service.core.result import DutyResult, SearchResponse, SearchResult
from search_service.mcp_server.plain_text import plain

MOST_COUNTS = 10
"""Values of a property counted in an answer; an assistant pays for every word."""


class DutyReference(BaseModel):
    """A duty: whose list it stands in, under which number, and its name."""

    duty_id: str = Field(description="what get_duty takes, e.g. changji-miaoergou-cooperative-19")
    county: str
    township: str
    list_type: ListType = Field(
        description="basic: the township's own duty; cooperative: superior bodies lead, the township "
        "assists; reclaimed: superior bodies took it back"
    )
    number: int = Field(description="its number in the list")
    name: str

    @classmethod
    def of(cls, duty: Duty) -> "DutyReference":
        """Return the reference to a duty."""
        return DutyReference(
            duty_id=duty.id,
            county=duty.county,
            township=duty.township,
            list_type=duty.list_type,
            number=duty.number,
            name=duty.name,
        )


class NamedDepartment(BaseModel):
    """A body by both of its names."""

    name: str = Field(description="as the list calls it, e.g. 昌吉市公安局")
    canonical: str = Field(description="without place, e.g. 公安局")

    @classmethod
    def of(cls, department: Department) -> "NamedDepartment":
        """Return the names of a department."""
        return cls(name=department.name, canonical=department.canonical)


class DutyStep(BaseModel):
    """One clause of responsibility, word for word."""

    number: int | None = Field(description="as the list numbers it; null where it doesn't")
    heading: str | None
    text: str
    departments: list[str] = Field(
        description="canonical names of the bodies that act in it; 乡镇: the township"
    )

    @classmethod
    def of(cls, step: Step) -> "DutyStep":
        """Return a step."""
        return cls(
            number=step.number, heading=step.heading, text=step.text, departments=list(step.departments)
        )


class DutySource(BaseModel):
    """Where a duty is written."""

    file: str
    line: int
    original: dict[str, str] = Field(
        description="the document's own wording of what a reviewed correction changed, by field"
    )


class WholeDuty(BaseModel):
    """A duty, whole, with its source and the same duty in other townships' lists."""

    duty_id: str
    province: str
    prefecture: str
    county: str
    township: str
    list_id: str
    list_type: ListType
    list_name: str = Field(description="official name of the list, e.g. 配合履职事项清单")
    number: int
    category: str
    name: str
    marked: bool = Field(description="the document marks it with ★")
    township_role: TownshipRole
    departments: list[NamedDepartment] = Field(description="superior bodies, in the document's order")
    superior_steps: list[DutyStep] = Field(description="what the superior bodies have to do")
    township_steps: list[DutyStep] = Field(description="what the township has to do")
    citation: str = Field(description="where it is written, to be quoted")
    source: DutySource
    same_elsewhere: list[DutyReference] = Field(description="the same duty in other townships' lists")

    @classmethod
    def of(cls, found: DutyResult) -> "WholeDuty":
        """Return a duty that was looked up."""
        duty = found.duty
        return cls(
            duty_id=duty.id,
            province=duty.province,
            prefecture=duty.prefecture,
            county=duty.county,
            township=duty.township,
            list_id=duty.list_id,
            list_type=duty.list_type,
            list_name=duty.list_type.full_name,
            number=duty.number,
            category=duty.category,
            name=duty.name,
            marked=duty.marked,
            township_role=TownshipRole.of(duty.list_type),
            departments=[NamedDepartment.of(one) for one in duty.departments],
            superior_steps=[DutyStep.of(step) for step in duty.superior_steps],
            township_steps=[DutyStep.of(step) for step in duty.township_steps],
            citation=citation_of(duty, found.info),
            source=DutySource(
                file=duty.source.file, line=duty.source.line, original=dict(duty.source.original)
            ),
            same_elsewhere=[DutyReference.of(one) for one in found.same],
        )


class FoundDuty(DutyReference):
    """A duty that a search found; get_duty gives all of its steps."""

    category: str
    departments: list[str] = Field(description="superior bodies by the names that the list has for them")
    matching_steps: list[str] = Field(description="the clauses with most of the words that were searched for")
    same_in: list[DutyReference] = Field(
        description="the same duty in other townships' lists, when collapsed"
    )

    @classmethod
    def of_result(cls, result: SearchResult) -> "FoundDuty":
        """Return a result of a search."""
        duty, marked = result.duty, result.highlights
        return cls(
            **dict(DutyReference.of(duty)),
            category=duty.category,
            departments=[one.name for one in duty.departments],
            matching_steps=[plain(text) for text in (*marked.superior_steps, *marked.township_steps)],
            same_in=[DutyReference.of(one) for one in result.shared_with],
        )


class FoundDuties(BaseModel):
    """One page of the duties that match."""

    total: int
    page: int
    pages: int
    per_page: int
    corrected: str | None = Field(description="what was searched for instead of a slip or pinyin")
    results: list[FoundDuty] = Field(description="best match first; in the order of the lists without a text")
    counts: dict[str, dict[str, int]] = Field(
        description="what the results can be narrowed to: for each filter its most frequent values, "
        f"{MOST_COUNTS} at most, with the number of duties"
    )

    @classmethod
    def of(cls, response: SearchResponse) -> "FoundDuties":
        """Return a page of results."""
        return cls(
            total=response.total,
            page=response.page,
            pages=response.pages,
            per_page=response.per_page,
            corrected=response.query.corrected,
            results=[FoundDuty.of_result(result) for result in response.results],
            counts={
                name: {one.value: one.count for one in facet.values[:MOST_COUNTS]}
                for name, facet in response.facets.items()
            },
        )
