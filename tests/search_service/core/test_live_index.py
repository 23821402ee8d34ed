"""Following the published index.

1. Without a published index, or with a damaged one, using it is an IndexStateError with the remedy.
2. A generation published later is used by the next request, without a new search object.
3. A new generation that can't be opened is not used: the last good one goes on answering, `problem` says why,
   and it is tried again after a while.
4. A process started while the live generation is damaged answers from the one before.
5. An index of another schema or analyzer is refused with both versions named.
6. The dictionaries come from the generation, so questions are understood as the index was built.
7. Many threads may search, quote phrases and change generations at once without an error.
8. In a pinned block all comes from one generation, whatever is published.
9. Followed in the background, a generation is prepared before it is used, and no request opens one. The first
   one is prepared while it is used, whoever opened it; meanwhile nobody waits for completions.
10. One that is asked for by name is used whichever is live.
11. A generation that has nearly the same texts is prepared without reading them again; the very same aren't indexed
   again either.
"""

import json
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from indexer.index.build import build_index, stamp_of
from indexer.index.generation import IndexStateError
from indexer.index.json_lines import JsonLines
from indexer.index.publishing import current_generation, publish
from search_service import Search, SearchRequest
from search_service.core import suggestions
from search_service.core.index_folder import IndexFolder
from search_service.core.suggestions import NotReadyError
from tests.generations import change_manifest, publish_copy


@pytest.fixture
def published(tmp_path, index_folder):
    """Return a copy of the shared index that a test may change."""
    folder = tmp_path / "index"
    shutil.copytree(index_folder, folder)
    return folder


def damage(name):
    """Return a function that cuts a file of a generation short, or removes a folder."""

    def cut(generation):
        path = generation / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.write_bytes(path.read_bytes()[:40])

    return cut


def test_without_an_index_the_remedy_is_named(tmp_path):
    with pytest.raises(IndexStateError, match="duty-index build"):
        Search.open(tmp_path).search(SearchRequest("养犬"))


def test_a_new_generation_is_followed(published):
    search = Search.open(published)
    assert search.search(SearchRequest("养犬")).total == 9
    name = publish_copy(published)
    assert search.manifest().generation == name
    assert search.search(SearchRequest("养犬")).total == 9
    assert search.index.problem is None


@pytest.mark.parametrize(
    "damaged",
    [
        "manifest.json",
        "checksums.json",
        "records/duties.jsonl",
        "records/originals.jsonl",
        "records/originals.offsets.npy",
        "phrases/phrasings.json",
        "dictionaries/ranking.toml",
        "vocabulary.json",
        "whoosh",
        "snapshot/impacts.npy",
        "snapshot",
    ],
)
def test_a_bad_generation_is_not_used(published, damaged, caplog):
    search = Search.open(published)
    good = search.manifest().generation
    name = publish_copy(published, damage=damage(damaged))
    assert search.search(SearchRequest("养犬")).total == 9
    assert search.manifest().generation == good
    assert "the published generation is not used" in caplog.text
    assert search.index.problem.startswith(name)
    assert "run: duty-index build" in search.index.problem
    assert str(published) not in search.index.problem
    caplog.clear()
    assert search.search(SearchRequest("养老")).total
    assert not caplog.text
    # A process that starts now answers from the generation before.
    late = Search.open(published)
    assert late.manifest().generation == good
    assert late.search(SearchRequest("养犬")).total == 9
    assert late.index.problem == search.index.problem
    # Without one there is nothing to answer from.
    (published / "current").write_text(name)
    with pytest.raises(IndexStateError, match="duty-index build"):
        Search.open(published).manifest()


def test_a_bad_generation_is_tried_again(published, monkeypatch):
    search = Search.open(published)
    search.manifest()
    moved = published / "away"
    name = publish_copy(published, damage=lambda folder: folder.joinpath("snapshot").rename(moved))
    assert search.manifest().generation != name
    moved.rename(published / "generations" / name / "snapshot")
    assert search.manifest().generation != name
    monkeypatch.setattr(search.index, "_retry_at", 0)
    assert search.manifest().generation == name
    assert search.index.problem is None


def test_a_folder_that_is_gone_leaves_the_index_in_use(published):
    search = Search.open(published)
    generation = search.manifest().generation
    away = published.rename(published.parent / "away")
    assert search.search(SearchRequest('"伤人治安案件"')).total
    assert search.manifest().generation == generation
    assert search.index.problem == "no index has been published here; run: duty-index build"
    away.rename(published)
    assert search.manifest().generation == generation
    assert search.index.problem is None


@pytest.mark.parametrize(("key", "value"), [("schema", 2), ("schema", 999), ("analyzer", "jieba 9.9")])
def test_an_index_of_another_making_is_refused(published, key, value):
    name = publish_copy(published, lambda folder: change_manifest(folder, **{key: value}))
    (published / "current").write_text(name)  # without one before it
    with pytest.raises(IndexStateError, match=rf"made with .*{value}\b.*; run: duty-index build"):
        Search.open(published).manifest()


def test_dictionaries_come_with_the_generation(tmp_path, data, lists, tuning):
    one = [lists["changji-miaoergou"]]
    build_index(one, tuning, stamp_of(data / "lists", tuning), tmp_path)
    assert Search.open(tmp_path).search(SearchRequest("请问养犬扰民")).query.dropped == ["请问"]

    def other_words(folder):
        (folder / "dictionaries" / "stop_words.txt").write_text("养犬\n", encoding="utf-8")

    publish_copy(tmp_path, other_words)
    assert "养犬" in Search.open(tmp_path).search(SearchRequest("请问养犬扰民")).query.dropped


def test_threads_search_while_generations_change(published):
    search = Search.open(published)
    one_writer = threading.Lock()

    def ask(number):
        if number % 25 == 0:
            with one_writer:
                publish_copy(published)
        text = ['"伤人治安案件"', "养犬", "高龄津贴"][number % 3]
        return (number % 3, search.search(SearchRequest(text)).total)

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(200)))
    assert len(answers) == 3


def test_a_pinned_block_stays_with_its_generation(published):
    search = Search.open(published)
    with search.index.pinned():
        first = search.index.generation
        name = publish_copy(published)
        assert search.index.generation is first
        with ThreadPoolExecutor(1) as other:
            assert other.submit(search.manifest).result().generation == name
        assert search.index.generation is first
    assert search.manifest().generation == name


def test_following_in_the_background(published, monkeypatch):
    monkeypatch.setattr(IndexFolder, "looks", 0.02)
    search = Search.open(published)
    prepared = []
    may_go_on = threading.Event()

    def prepare(generation):
        prepared.append(generation.engine.manifest.generation)
        may_go_on.wait(10)

    first = current_generation(published).name
    threading.Thread(target=search.index.follow, args=(prepare,), daemon=True).start()
    wait_until(lambda: prepared == [first])
    # The first one is used before it is prepared: nothing else could answer.
    assert search.search(SearchRequest("养犬")).total == 9
    may_go_on.set()
    second = publish_copy(published)
    wait_until(lambda: search.manifest().generation == second)
    may_go_on.clear()
    third = publish_copy(published)
    wait_until(lambda: prepared == [first, second, third])
    assert search.manifest().generation == second
    may_go_on.set()
    wait_until(lambda: search.manifest().generation == third)


def test_completions_are_not_waited_for_while_they_are_made(published, monkeypatch):
    monkeypatch.setattr(IndexFolder, "looks", 0.02)
    search = Search.open(published)
    assert search.search(SearchRequest("养犬")).total == 9  # by a request, before the background is at it
    begun, may_go_on = threading.Event(), threading.Event()

    def prepare(generation):
        begun.set()
        assert may_go_on.wait(10)
        assert generation.suggestions

    threading.Thread(target=search.index.follow, args=(prepare,), daemon=True).start()
    assert begun.wait(10)
    with pytest.raises(NotReadyError):
        search.suggest("养犬", {}, 8)
    assert search.search(SearchRequest("高龄津贴")).total
    may_go_on.set()
    wait_until(lambda: not search.index.is_preparing)
    assert search.suggest("养犬", {}, 8)


def test_completions_that_could_not_be_prepared_are_made_by_who_asks(published, monkeypatch):
    monkeypatch.setattr(IndexFolder, "looks", 0.02)
    search = Search.open(published)

    def prepare(generation):
        raise MemoryError("no room")

    threading.Thread(target=search.index.follow, args=(prepare,), daemon=True).start()
    wait_until(lambda: search.index.opened and not search.index.is_preparing)
    assert search.suggest("养犬", {}, 8)


def test_texts_of_before_are_not_read_again(published, monkeypatch):
    search = Search.open(published)
    before = search.suggest("养犬", {}, 20)
    read = []
    original = suggestions.syllables
    monkeypatch.setattr(suggestions, "syllables", lambda text: read.append(text) or original(text))

    def one_more_word(folder):
        with (folder / "dictionaries" / "noise.txt").open("a", encoding="utf-8") as file:
            file.write("麻烦各位领导\n")
        change_manifest(folder, dictionaries="changed")
        duties = (folder / "records" / "duties.jsonl").read_text(encoding="utf-8").splitlines()
        first = json.loads(duties[0])
        JsonLines.write(
            folder / "records", "duties", [{**first, "name": "养犬登记办理"}, *map(json.loads, duties[1:])]
        )

    name = publish_copy(published, one_more_word)
    after = search.suggest("养犬", {}, 20)
    assert search.manifest().generation == name
    assert [text for text in read if text != "养犬"] == ["养犬登记办理"]
    assert "养犬登记办理" in [one.text for one in after]
    assert set(before) <= {*after}
    indexed = search.index.generation.suggestions._by_text
    publish_copy(published)
    assert search.manifest().generation != name
    assert search.index.generation.suggestions._by_text is indexed
    assert search.suggest("养犬", {}, 20) == after


def test_a_generation_by_its_name(published):
    staged = publish_copy(published, staged=True)
    search = Search.open(published, staged)
    assert search.manifest().generation == staged
    assert search.search(SearchRequest("养犬")).total == 9
    publish_copy(published)
    assert search.manifest().generation == staged
    with pytest.raises(IndexStateError, match="no generation is named 'other'"):
        Search.open(published, "other").manifest()


def test_following_survives_a_generation_that_cannot_be_prepared(published, monkeypatch):
    monkeypatch.setattr(IndexFolder, "looks", 0.02)
    search = Search.open(published)
    fails = {current_generation(published).name}

    def prepare(generation):
        if generation.engine.manifest.generation in fails:
            raise MemoryError("no room")

    threading.Thread(target=search.index.follow, args=(prepare,), daemon=True).start()
    wait_until(lambda: search.index.opened)
    first = search.manifest().generation
    staged = publish_copy(published, staged=True)
    fails.add(staged)
    publish(published, staged)
    wait_until(lambda: search.index.problem)
    assert search.index.problem == f"{staged}: can't be used (MemoryError('no room')); run: duty-index build"
    assert search.manifest().generation == first
    third = publish_copy(published)
    wait_until(lambda: search.manifest().generation == third)
    assert search.index.problem is None


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
