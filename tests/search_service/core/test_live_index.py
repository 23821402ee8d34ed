"""Following the published index.

1. Without a published index, or with a damaged one, using it is an IndexStateError with the remedy.
2. A generation published later is used by the next request, without a new search object.
3. A new generation that can't be opened is not used: the last good one goes on answering.
4. An index of another schema or analyzer is refused with both versions named.
5. The dictionaries come from the generation, so questions are understood as the index was built.
6. Many threads may search, quote phrases and change generations at once without an error.
"""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from indexer.index.build import build_index, stamp_of
from indexer.index.generation import IndexStateError, current_generation
from search_service import Search, SearchRequest


@pytest.fixture
def published(tmp_path, index_folder):
    """Return a copy of the shared index that a test may change."""
    folder = tmp_path / "index"
    shutil.copytree(index_folder, folder)
    return folder


def publish_copy(folder, name, change=lambda generation: None):
    """Publish a copy of the live generation under another name."""
    copy = folder / "generations" / name
    shutil.copytree(current_generation(folder), copy)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    (copy / "manifest.json").write_text(json.dumps({**manifest, "generation": name}), encoding="utf-8")
    change(copy)
    (folder / name).write_text(name)
    (folder / name).replace(folder / "current")


def test_without_an_index_the_remedy_is_named(tmp_path):
    with pytest.raises(IndexStateError, match="duty-index build"):
        Search.open(tmp_path).search(SearchRequest("养犬"))


def test_a_new_generation_is_followed(published):
    search = Search.open(published)
    assert search.search(SearchRequest("养犬")).total == 9
    publish_copy(published, "20990101T000000Z-aaaaaa")
    assert search.manifest().generation == "20990101T000000Z-aaaaaa"
    assert search.search(SearchRequest("养犬")).total == 9


@pytest.mark.parametrize(
    "damaged",
    [
        "manifest.json",
        "records/duties.jsonl",
        "records/originals.jsonl",
        "records/originals.offsets.npy",
        "snapshot/impacts.npy",
        "snapshot",
    ],
)
def test_a_bad_generation_is_not_used(published, damaged, caplog):
    def damage(generation):
        path = generation / damaged
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.write_bytes(path.read_bytes()[:40])

    search = Search.open(published)
    good = search.manifest().generation
    publish_copy(published, "20990101T000000Z-bbbbbb", damage)
    assert search.search(SearchRequest("养犬")).total == 9
    assert search.manifest().generation == good
    assert "not used" in caplog.text
    with pytest.raises(IndexStateError, match="duty-index build"):
        Search.open(published).manifest()


@pytest.mark.parametrize(("key", "value"), [("schema", 2), ("schema", 999), ("analyzer", "jieba 9.9")])
def test_an_index_of_another_making_is_refused(published, key, value):
    def change(generation):
        manifest = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
        manifest["stamp"][key] = value
        (generation / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    publish_copy(published, "20990101T000000Z-cccccc", change)
    with pytest.raises(IndexStateError, match=rf"made with .*{value}\b.*; run: duty-index build"):
        Search.open(published).manifest()


def test_dictionaries_come_with_the_generation(tmp_path, data, lists, tuning):
    one = [lists["changji-miaoergou"]]
    build_index(one, tuning, stamp_of(data / "lists", tuning), tmp_path)
    assert Search.open(tmp_path).search(SearchRequest("请问养犬扰民")).query.dropped == ["请问"]
    stop_words = current_generation(tmp_path) / "dictionaries" / "stop_words.txt"
    stop_words.write_text("养犬\n", encoding="utf-8")
    assert "养犬" in Search.open(tmp_path).search(SearchRequest("请问养犬扰民")).query.dropped


def test_threads_search_while_generations_change(published):
    search = Search.open(published)

    def ask(number):
        if number % 25 == 0:
            publish_copy(published, f"20990101T000000Z-{number:06d}")
        text = ['"伤人治安案件"', "养犬", "高龄津贴"][number % 3]
        return (number % 3, search.search(SearchRequest(text)).total)

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(200)))
    assert len(answers) == 3
