"""Documents, their order and their counts, compared with going through every document (property tests).

1. `Documents`: what documents of chosen lists say chosen texts, how many of each text, and of each list.
2. `Order.page`: any page of any result set is that of all documents sorted by score, equals in list order.
3. `Order.page_of_groups`: a group stands where its best document stands, and brings all its documents.
4. `FacetIndex`: counts and masks are those of straight counting, one value for each item or several.
5. Scores of terms, frequent and rare, are the sums of their impacts.
6. The same from many threads at once.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.index.postings import Occurrences, Postings
from indexer.index.snapshot import FacetColumn, Snapshot
from indexer.index.texts import Texts
from search_service.engines.documents import Documents
from search_service.engines.facet_index import FacetIndex
from search_service.engines.order import Order

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_NAMES = Postings.from_sets([set()])


@dataclass(frozen=True)
class World:
    """Some lists that say some texts, which score something and belong to groups."""

    said: list[list[int]]
    """List → the texts of its documents."""
    scores: NDArray[np.float32]
    of_lists: NDArray[np.float32] | None
    groups: NDArray[np.int32]
    wanted: NDArray[np.intp]
    """The texts found."""
    lists: NDArray[np.bool_] | None

    @property
    def mask(self) -> NDArray[np.bool_]:
        return np.isin(np.arange(len(self.scores)), self.wanted)

    @property
    def total(self) -> NDArray[np.float32]:
        return self.scores

    def of_documents(self, texts: NDArray[np.int32], lists: NDArray[np.int32]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = self.scores[texts]
        return scores if self.of_lists is None else scores + self.of_lists[lists]

    @property
    def documents(self) -> Documents:
        return Documents(
            Snapshot(
                postings=NO_NAMES,
                names=NO_NAMES,
                texts=Texts(np.array([text for of_list in self.said for text in of_list], dtype=np.int32)),
                groups=self.groups,
                kinds=np.arange(len(self.scores)),
                lists=np.cumsum([0, *map(len, self.said)]),
                facets={},
            )
        )

    def found(self) -> list[tuple[float, int, int, int]]:
        """Return (score, document, text, list) of what is found, in the order of the lists."""
        every = [(text, number) for number, of_list in enumerate(self.said) for text in of_list]
        return [
            (
                float(self.scores[text]) + (0 if self.of_lists is None else float(self.of_lists[number])),
                document,
                text,
                number,
            )
            for document, (text, number) in enumerate(every)
            if text in self.wanted and (self.lists is None or self.lists[number])
        ]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    count = draw(st.integers(1, 12))
    lists = draw(st.lists(st.sets(st.integers(0, count - 1), min_size=1), min_size=1, max_size=8))
    # Every text is said by somebody.
    lists[0] |= set(range(count)) - set().union(*lists)
    few = st.sampled_from([0.0, 0.25, 0.5, 1.0])  # so that many score the same
    return World(
        said=[sorted(one) for one in lists],
        scores=np.array(draw(st.lists(few, min_size=count, max_size=count)), dtype=np.float32),
        of_lists=draw(
            st.none()
            | st.lists(few, min_size=len(lists), max_size=len(lists)).map(
                lambda one: np.array(one, dtype=np.float32)
            )
        ),
        groups=np.array(draw(st.lists(st.integers(0, 4), min_size=count, max_size=count)), dtype=np.int32),
        wanted=np.array(sorted(draw(st.sets(st.integers(0, count - 1)))), dtype=np.intp),
        lists=draw(
            st.none() | st.lists(st.booleans(), min_size=len(lists), max_size=len(lists)).map(np.array)
        ),
    )


def order_of(world: World, *, by_score: bool) -> Order:
    documents = world.documents
    place = documents.place(world.lists)
    return Order(documents, place, place.having(world.mask), world if by_score else None)


def in_order(world: World, *, by_score: bool) -> list[tuple[float, int, int, int]]:
    return sorted(world.found(), key=lambda one: (-one[0] if by_score else 0, one[1]))


@settings(max_examples=300, deadline=None)
@given(worlds())
def test_documents(world: World) -> None:
    documents, found = world.documents, world.found()
    place = documents.place(world.lists)
    wanted = place.having(world.mask)
    assert sorted(place.saying(wanted).tolist()) == [document for _, document, _, _ in found]
    assert place.numbers(wanted).tolist() == sorted({text for _, _, text, _ in found})
    of_texts = Counter(
        text
        for number, of_list in enumerate(world.said)
        for text in of_list
        if world.lists is None or world.lists[number]
    )
    mask = place.mask(len(world.scores))
    assert dict(zip(np.flatnonzero(mask).tolist(), place.copies.tolist(), strict=True)) == of_texts
    everywhere = [len(set(of_list) & set(world.wanted.tolist())) for of_list in world.said]
    assert documents.counts_of_lists(world.wanted).tolist() == everywhere


@settings(max_examples=500, deadline=None)
@given(worlds(), st.booleans(), st.integers(0, 20), st.integers(0, 8))
def test_a_page(world: World, by_score: bool, start: int, length: int) -> None:  # drawn
    page = order_of(world, by_score=by_score).page(start, start + length)
    expected = [document for _, document, _, _ in in_order(world, by_score=by_score)]
    assert page == expected[start : start + length]


@settings(max_examples=500, deadline=None)
@given(worlds(), st.booleans(), st.integers(0, 5), st.integers(0, 4))
def test_a_page_of_groups(world: World, by_score: bool, start: int, length: int) -> None:  # drawn
    page = order_of(world, by_score=by_score).page_of_groups(world.groups, start, start + length)
    groups: dict[int, list[int]] = {}
    for _, document, text, _ in in_order(world, by_score=by_score):
        groups.setdefault(int(world.groups[text]), []).append(document)
    assert page == list(groups.values())[start : start + length]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("甲乙丙丁"), max_size=3, unique=True), min_size=1, max_size=9)
    | st.lists(st.sampled_from("甲乙丙丁").map(lambda one: [one]), min_size=1, max_size=9),
    st.data(),
)
def test_facets(values: list[list[str]], data: st.DataObject) -> None:
    every = list(dict.fromkeys(value for of_item in values for value in of_item))
    column = FacetColumn(
        values=every,
        aliases={},
        starts=np.cumsum([0, *map(len, values)]).astype(np.int32),
        ordinals=np.array([every.index(value) for of_item in values for value in of_item], dtype=np.int32),
    )
    index = FacetIndex(column)
    items = sorted(data.draw(st.sets(st.integers(0, len(values) - 1))))
    weights = [number % 3 + 1 for number in items]
    expected: Counter[str] = Counter()
    for item, weight in zip(items, weights, strict=True):
        for value in values[item]:
            expected[value] += weight
    numbers, counted = np.array(items, dtype=np.intp), np.array(weights, dtype=np.int64)
    assert index.counts(numbers, counted) == expected
    assert index.counts(None, np.bincount(numbers, counted, len(values))) == expected
    wanted = data.draw(st.frozensets(st.sampled_from("甲乙丙丁没")))
    assert index.items_with(wanted).tolist() == [bool(wanted & set(of_item)) for of_item in values]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["养犬", "登记", "宣传", "津贴"]), max_size=5), min_size=1, max_size=20
    ),
    st.lists(
        st.tuples(st.sampled_from(["养犬", "登记", "宣传", "没有"]), st.sampled_from([1.0, 0.4])), max_size=6
    ),
)
def test_scores_are_sums(items: list[list[str]], terms: list[tuple[str, float]]) -> None:
    postings = Postings.from_terms(items, 1.2, 0.75)
    expected = np.zeros(len(items))
    for term, weight in terms:
        if term in postings.terms:
            number = postings.terms[term]
            span = slice(postings.offsets[number], postings.offsets[number + 1])
            expected[postings.items[span]] += weight * postings.impacts[span]
    assert postings.scores(terms, len(items)) == pytest.approx(expected, abs=1e-5)


def test_some_terms_are_frequent_and_some_rare() -> None:
    """Without this the sums above could all go one way."""
    items = [["宣传", f"词{number}"] for number in range(20)]
    postings = Postings.from_occurrences(
        Occurrences(["宣传", "津贴"], np.array([0] * 20 + [1]), np.array([*range(20), 3]), np.ones(21)),
        np.ones(len(items), dtype=np.int64),
        1.2,
    )
    assert len(postings.frequent) == len(postings.rows) == 1
    assert np.count_nonzero(postings.scores([("津贴", 1.0)], 20)) == 1
    assert np.count_nonzero(postings.scores([("宣传", 1.0)], 20)) == 20


def test_many_threads_at_once() -> None:
    random = np.random.default_rng(5)
    said = [sorted(set(random.integers(0, 400, 60).tolist()) | {number}) for number in range(400)]
    world = World(
        said=said,
        scores=random.random(400).astype(np.float32),
        of_lists=None,
        groups=random.integers(0, 40, 400).astype(np.int32),
        wanted=np.arange(0, 400, 2),
        lists=None,
    )
    documents = world.documents
    places = [np.arange(400) % 7 == rest for rest in range(7)]

    def ask(number: int) -> tuple[list[int], list[int]]:
        order = Order(documents, documents.everywhere, world.wanted, world)
        place = documents.place(places[number % 7])
        return order.page(number % 5, 20), place.documents.tolist()

    alone = [ask(number) for number in range(35)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda number: ask(number % 35), range(350))) == alone * 10
