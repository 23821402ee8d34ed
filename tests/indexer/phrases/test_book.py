"""The phrase book.

1. Every duty of the five lists has an entry, and every entry belongs to some duty.
2. An entry belongs to a duty by its name, whatever the word for the township; a reworded name finds the entry
   most like it, and a duty nobody has written about finds none.
3. Words that name a step are words of a step of some duty of that entry.
4. A malformed book is refused, naming file and entry: unknown keys, empty lists, overlong texts, a phrasing
   that stands twice.
5. The terms of speech are words without stop words, and pairs of neighbours.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from indexer.dictionaries import DictionaryError
from indexer.phrases.book import FOLDER, PhraseBook
from indexer.phrases.matching import match_entries
from indexer.phrases.terms import spoken_terms


def test_every_duty_has_an_entry_and_every_entry_a_duty(tuning, duties):
    matched = match_entries(tuning.phrases, duties)
    assert [duty.id for duty, numbers in zip(duties, matched, strict=True) if not numbers] == []
    used = {number for numbers in matched for number in numbers}
    assert used == set(range(len(tuning.phrases.entries)))


def test_a_new_wording_finds_the_entry_most_like_it(tuning, duties):
    benefit = next(duty for duty in duties if duty.id == "changji-miaoergou-cooperative-16")
    [known] = match_entries(tuning.phrases, [benefit])
    reworded = replace(benefit, name="做好老年人高龄津贴发放和管理", township="新地乡")
    unheard = replace(benefit, name="航天器发射场区清场")
    assert match_entries(tuning.phrases, [reworded, unheard]) == [known, []]


def test_words_of_a_step_are_in_a_step(tuning, duties):
    texts = {}
    for duty, numbers in zip(duties, match_entries(tuning.phrases, duties), strict=True):
        steps = "".join(step.text for step in duty.superior_steps + duty.township_steps)
        for number in numbers:
            texts[number] = texts.get(number, "") + steps
    missing = [
        ask.step
        for number, entry in enumerate(tuning.phrases.entries)
        for ask in entry.asks
        if ask.step and "".join(ask.step.split()) not in texts[number]
    ]
    assert len(missing) <= 5, missing  # words around a correction or a heading may differ


GOOD = '[[duty]]\nnames = ["养犬"]\n[[duty.ask]]\nstep = "查处"\nphrasings = ["狗咬人", "狗叫"]\n'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("names", "name", "names and ask"),
        ('["养犬"]', "[]", "isn't empty"),
        ('"狗咬人"', '""', "1 to 60"),
        ('"狗咬人"', '"' + "狗" * 61 + '"', "1 to 60"),
        ('"狗咬人"', '"狗叫"', "already stands"),
        ("step", "steps", "phrasings, and step"),
        ('step = "查处"', 'step = " "', "words of the step"),
        ("[[duty]]", "[[other]]", "nothing else|names and ask"),
        ("[[duty]]", "[[duty]", "TOML"),
    ],
)
def test_a_bad_book_is_refused(tmp_path: Path, old, new, message):
    file = tmp_path / "here.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert PhraseBook.load(tmp_path).entries[0].asks[0].step == "查处"
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(DictionaryError, match=message) as caught:
        PhraseBook.load(tmp_path)
    assert "here.toml" in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(DictionaryError, match="none"):
        PhraseBook.load(tmp_path / "none" / FOLDER)


def test_terms_of_speech(tuning):
    terms = spoken_terms("老板不发工资！", tuning.analyzer, tuning.stop_words)
    assert {"老板", "工资", "#老板", "#板不", "#不发", "#发工", "#工资"} <= set(terms)
    assert "不" not in terms  # a stop word
