"""The tools: each asks the core and returns its answer typed. Their docstrings are what assistants read."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from mcp.server.mcpserver.exceptions import ToolError

from indexer.facets import UnknownFacetValueError
from indexer.index.generation import IndexStateError, IndexUnavailableError
from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.core.request import SearchRequest
from search_service.core.search import Search
from search_service.mcp_server.answer_results import WhoHandles
from search_service.mcp_server.duty_results import FoundDuties, WholeDuty
from search_service.mcp_server.parameters import (
    Category,
    Collapse,
    County,
    Department,
    DutyId,
    ListTypeFilter,
    Page,
    PerPage,
    Prefecture,
    Question,
    SearchText,
    Township,
    values,
)
from search_service.mcp_server.place_results import ListedPlaces
from search_service.mcp_server.places import ContradictoryPlacesError, refuse_contradictions

logger = logging.getLogger(__name__)


class DutyTools:
    """The tools over one search core; safe to be called from several threads."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._answers = Answers(search.index)

    def who_handles(
        self,
        question: Question,
        township: Township = None,
        county: County = None,
        prefecture: Prefecture = None,
    ) -> WhoHandles:
        """Say which body handles a matter in a place, and which sentence of the official list says so.

        The tool for 这件事归谁管 / 该找哪个部门 / 怎么派单. Give the township or county where it is known;
        without one, a place that the question itself names counts, else all townships answer. Name the body,
        quote its evidence and the citation. After ambiguous ask for the township; after not_found pass on
        the advice and never guess. Where other_place names a place, say that the answer is not about it.

        Example: question 狗咬人了找谁, township 庙尔沟乡 → 昌吉市公安局, “负责查处养犬扰民、伤人治安案件”,
        庙尔沟乡配合履职事项清单第19项（2025年7月）.
        """
        places = {
            "prefecture": values(prefecture),
            "county": values(county),
            "township": values(township),
        }
        with self._one_call():
            refuse_contradictions(places, self._search.index.generation)
            response = self._answers.answer(AnswerRequest(question, places))
            lists = {info.id: info for info in self._search.lists()}
        return WhoHandles.of(response, lists)

    def search_duties(  # noqa: PLR0913  # every parameter is one of the tool's
        self,
        *,
        question: SearchText = "",
        township: Township = None,
        county: County = None,
        prefecture: Prefecture = None,
        list_type: ListTypeFilter = None,
        category: Category = None,
        department: Department = None,
        page: Page = 1,
        per_page: PerPage = 10,
        collapse: Collapse = True,
    ) -> FoundDuties:
        """Search or browse the duties (履职事项) of the lists: a page of them, with counts to narrow by.

        For looking around and comparing, e.g. question 高龄津贴; or department 公安局 with township 庙尔沟乡
        and no question: everything that the police leads there. To learn who handles something use
        who_handles: it finds the sentence and knows when no list answers, while a search mostly finds
        something near.
        """
        filters = {
            "prefecture": values(prefecture),
            "county": values(county),
            "township": values(township),
            "list_type": values(list_type),
            "category": values(category),
            "department": values(department),
        }
        request = SearchRequest(question, filters, page=page, per_page=per_page, collapse=collapse)
        with self._one_call():
            refuse_contradictions(filters, self._search.index.generation)
            return FoundDuties.of(self._search.search(request))

    def get_duty(self, duty_id: DutyId) -> WholeDuty:
        """Return one duty whole: every step of the superior bodies and of the township, word for word.

        With its source, a citation, and the same duty in other townships' lists. Example: duty_id
        changji-miaoergou-cooperative-19 → 文明养犬管理工作 of 昌吉市庙尔沟乡.
        """
        with self._one_call():
            found = self._search.duty(duty_id)
        if found is None:
            raise ToolError(
                f"no duty has the id {duty_id!r}; ids look like changji-miaoergou-cooperative-19 and come "
                "from who_handles and search_duties"
            )
        return WholeDuty.of(found)

    def list_places(self) -> ListedPlaces:
        """Return every township whose lists are indexed, with the lists' dates and numbers of duties.

        What township, county and prefecture of the other tools may be. Nothing is known of other places.
        """
        with self._one_call():
            engine = self._search.index.generation.engine
        return ListedPlaces.of(engine.lists, engine.manifest)

    @contextmanager
    def _one_call(self) -> Iterator[None]:
        """Answer from one generation, though another is published meanwhile; tell refusals as tool errors."""
        with _told_as_tool_errors(), self._search.index.pinned():
            yield


@contextmanager
def _told_as_tool_errors() -> Iterator[None]:
    """Turn what the core refuses into errors that an assistant can read and act on."""
    try:
        yield
    except (UnknownFacetValueError, ContradictoryPlacesError) as error:
        raise ToolError(str(error)) from None
    except IndexUnavailableError as error:
        logger.warning("the index can't be asked now: %s", error)
        raise ToolError(
            "the index can't be asked now, so nothing can be answered; try again in a minute"
        ) from None
    except IndexStateError as error:
        logger.warning("no usable index: %s", error)  # with its folder, which is nothing to a client
        raise ToolError(
            "no usable index is published, so nothing can be answered; on the machine of the server run: "
            "duty-index build"
        ) from None
