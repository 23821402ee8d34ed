"""Questions in, answers out: the search core, its engines, and two adapters, HTTP and command line.

The core works without HTTP::

    from search_service import Search, SearchRequest

    search = Search.open(Path("var/index"))
    for result in search.search(SearchRequest(text="养犬")).results:
        print(result.duty.township, result.duty.name)
"""

from search_service.core.request import SearchRequest
from search_service.core.search import Search

__all__ = ["Search", "SearchRequest"]
