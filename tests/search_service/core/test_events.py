"""What the core tells of itself.

1. A search for words tells how many duties were found, an answer its status, each look into a cache whether it was known.
2. Browsing without words, and turning pages, are no searches.
3. Only who listens hears it, only what happens in the same thread and meanwhile, and never what was asked.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.core.answers.result import Status
from search_service.core.events import Answered, LookedUp, Searched, listening
from search_service.core.request import SearchRequest
from search_service.core.search import Search


@pytest.fixture
def fresh(search):
    """Return the search core with nothing in its memory."""
    return Search(search.index)


def test_a_search_tells_what_was_found(fresh):
    with listening() as heard:
        total = fresh.search(SearchRequest("养犬")).total
        fresh.search(SearchRequest("养犬"))
    assert heard == [
        LookedUp("searches", known=False),
        Searched(total),
        LookedUp("searches", known=True),
        Searched(total),
    ]
    assert total > 0


@pytest.mark.parametrize("request_", [SearchRequest(""), SearchRequest("  "), SearchRequest("养犬", page=2)])
def test_browsing_and_turning_pages_are_no_searches(fresh, request_):
    with listening() as heard:
        fresh.search(request_)
    assert [type(event) for event in heard] == [LookedUp]


def test_an_answer_tells_its_status(search):
    answers = Answers(search.index)
    with listening() as heard:
        answers.answer(AnswerRequest("犇麤骉"))
    assert heard == [LookedUp("answers", known=False), Answered(Status.NOT_FOUND)]
    assert "犇" not in repr(heard)


def test_only_who_listens_hears(fresh):
    with listening() as outer:
        with listening() as inner:
            fresh.search(SearchRequest("养犬"))
        with ThreadPoolExecutor(1) as pool:
            pool.submit(fresh.search, SearchRequest("养犬")).result()
        fresh.search(SearchRequest("低保"))
    fresh.search(SearchRequest("养犬"))
    assert len(inner) == 2
    assert len(outer) == 2
