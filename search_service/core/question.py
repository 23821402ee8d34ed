"""Understanding a question: its exact phrases, its words, the places and bodies it names, the small talk."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from indexer.analysis.letters import count_letters
from indexer.analysis.normalize import normalize
from indexer.phrases.terms import spoken_terms
from search_service.core.request import ALL_PARTS
from search_service.core.result import Detected, Replacement
from search_service.core.scope import Scope, blanked
from search_service.core.typed_pinyin import latin_runs
from search_service.engines.port import Boost, Clause, Wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.analysis.analyzer import Token
    from indexer.departments.names import NameMatch
    from indexer.synonyms import Expansion
    from indexer.tuning import Tuning
    from search_service.core.places import PlaceMention, PlaceNames
    from search_service.core.request import Parts
    from search_service.core.spelling import Speller

PART_WEIGHT = 0.4
"""What a match of a shorter word inside a longer one counts, the whole word being 1."""

_QUOTED = re.compile(r'"([^"]+)"|“([^“”]+)”|「([^「」]+)」')
_BETWEEN_PIECES = re.compile(r"(?:[;!?、。]|[,:.](?!\d)|(?<!\d)[,:.])+")  # not inside 2.5 and 16:30
_BLANKS = re.compile(r"\s+")
_SHORTEST_PIECE = 3
"""Characters of a piece; a shorter one says nothing by itself."""
_MOST_PIECES = 10
_LONG_NUMBER = re.compile(r"(?<!\d)\d[\d -]{5,}[\dx](?!\d)")  # of a phone, a card, a person: says nothing
_MARKS_AROUND = " ,;:.!?、。…~"
_SHORTEST_REST = 2
"""Characters that must be left of a question when a place or small talk is cut out of it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    `whole` is what remains of the text when the small talk and the place are cut out, `pieces` that between
    its commas; `phrases` must occur exactly; `boosts` move duties of a place, body or list up.
    """

    text: str
    whole: Wording
    scope: Scope
    pieces: tuple[Wording, ...] = ()
    corrected: str | None = None
    """The whole as it was read, where it was mistyped or written in pinyin."""
    phrases: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    synonyms: tuple[Replacement, ...] = ()
    detected: Detected = field(default_factory=Detected)
    boosts: tuple[Boost, ...] = ()

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Return the words of the whole."""
        return self.whole.clauses

    @property
    def terms(self) -> list[str]:
        """Return the words searched for, phrases first."""
        return list(dict.fromkeys([*self.phrases, *(clause.word for clause in self.clauses)]))

    @property
    def marks(self) -> list[str]:
        """Return every text worth highlighting: the words and what stands for them."""
        return list(dict.fromkeys([*self.phrases, *(term for c in self.clauses for term in c.all_terms)]))


def understand(
    text: str,
    tuning: Tuning,
    places: PlaceNames,
    speller: Speller | None = None,
    parts: Parts = ALL_PARTS,
) -> Question:
    """Take a question apart.

    Text in quotes ("…", “…”, 「…」) becomes a phrase; the rest is cleaned of small talk and places, cut into
    words, and extended by synonyms. Stop words are dropped, unless there is nothing else.
    """
    phrases = [next(filter(None, match.groups())).strip() for match in _QUOTED.finditer(text)]
    phrases = [phrase for phrase in phrases if normalize(phrase).strip()]
    normal = normalize(_BLANKS.sub(_line_break_as_stop, _QUOTED.sub(" ", text).strip()))
    normal = _LONG_NUMBER.sub(" ", normal)
    mentions = places.in_text(normal) if parts.places else []
    rest = _without(normal, mentions)
    core, noise = _without_noise(rest, tuning.noise) if parts.noise else (rest, [])
    corrected = _corrected(core, speller, tuning) if speller and parts.spelling else core
    typed, core = core, corrected
    bodies = tuning.departments.names_in(normal, None, everyday=True) if parts.departments else []
    expansions = tuning.synonyms.expand(core) if parts.synonyms else []
    whole, stopped = _wording(core, expansions, tuning, parts)
    if not whole.clauses and stopped and not phrases:
        whole, stopped = _wording(core, expansions, tuning, parts, keep_stop_words=True)
    if not whole.clauses and not phrases and normal.strip() and normalize(text).strip():
        phrases = [text]  # nothing but marks: only a text that has them answers
    return Question(
        text=text,
        whole=replace(whole, names=_terms_of_names(core, tuning) if parts.departments else frozenset()),
        scope=Scope(normal, mentions if parts.places else None, bodies, has_phrases=bool(phrases)),
        pieces=_pieces(core, expansions, tuning, parts) if parts.pieces else (),
        corrected=" ".join(core.split()) if core != typed else None,
        phrases=tuple(dict.fromkeys(phrases)),
        dropped=(*noise, *stopped),
        synonyms=tuple(dict.fromkeys(Replacement(one.word, one.replacement) for one in expansions)),
        detected=_detected(mentions, bodies),
        boosts=(
            *_place_boosts(mentions, tuning),
            *_body_boosts(bodies, tuning),
            *(_list_boosts(normal, tuning) if parts.hints else ()),
        ),
    )


def _line_break_as_stop(blanks: re.Match[str]) -> str:
    return "。" if "\n" in blanks[0] or "\r" in blanks[0] else blanks[0]


def _without(text: str, mentions: Sequence[PlaceMention]) -> str:
    """Return the text with the mentions blanked, unless next to nothing would be left."""
    rest = blanked(text, mentions)
    return rest if count_letters(rest) >= _SHORTEST_REST else text


def _without_noise(text: str, noise: Sequence[str]) -> tuple[str, list[str]]:
    """Return the text without small talk, and what was cut out."""
    cut: list[str] = []
    for phrase in noise:
        if phrase in text:
            shorter = text.replace(phrase, " ")
            if count_letters(shorter) >= _SHORTEST_REST:
                text = shorter
                cut.append(phrase)
    return text, cut


def _corrected(core: str, speller: Speller, tuning: Tuning) -> str:
    """Return the text with pinyin read and mistyped words set right."""
    changes = [
        (start, end, readings[0])
        for start, end in latin_runs(core)
        if (readings := speller.latin(core[start:end]))
    ]
    changes += [(one.start, one.end, one.corrected) for one in speller.correct(tuning.analyzer.words(core))]
    for start, end, right in sorted(changes, reverse=True):
        core = core[:start] + right + core[end:]
    return core


def _wording(
    text: str,
    expansions: Sequence[Expansion],
    tuning: Tuning,
    parts: Parts,
    *,
    keep_stop_words: bool = False,
) -> tuple[Wording, list[str]]:
    """Return a text in the forms it is searched in, and its stop words, which are not searched for."""
    clauses = _clauses(tuning.analyzer.words(text))
    stopped = [] if keep_stop_words else [word for word in clauses if word in tuning.stop_words]
    kept = [clause for word, clause in clauses.items() if word not in stopped]
    wording = Wording(
        text=" ".join(text.split()).strip(_MARKS_AROUND),
        clauses=tuple(_with_synonyms(kept, expansions, tuning)),
        spoken=_spoken(text, expansions, tuning) if parts.phrase_book else (),
    )
    return wording, stopped


def _terms_of_names(core: str, tuning: Tuning) -> frozenset[str]:
    """Return the terms of a text that only the names of bodies give it; none where there is nothing else."""
    rest = blanked(core, tuning.departments.names_in(core, None, everyday=True))
    if rest == core or count_letters(rest) < _SHORTEST_REST:
        return frozenset()
    known = (tuning.analyzer, tuning.stop_words)
    return frozenset(spoken_terms(core, *known)) - frozenset(spoken_terms(rest, *known))


def _pieces(core: str, expansions: Sequence[Expansion], tuning: Tuning, parts: Parts) -> tuple[Wording, ...]:
    """Return what stands between a text's commas, where there is more than one piece of it."""
    texts = list(dict.fromkeys(piece.strip() for piece in _BETWEEN_PIECES.split(core)))
    texts = [text for text in texts if count_letters(text) >= _SHORTEST_PIECE][:_MOST_PIECES]
    if len(texts) == 1:
        return ()
    inside = [[one for one in expansions if one.word in text] for text in texts]
    return tuple(_wording(text, known, tuning, parts)[0] for text, known in zip(texts, inside, strict=True))


def _clauses(tokens: list[Token]) -> dict[str, Clause]:
    """Return word → clause: each word once, with the shorter words inside it as weaker terms."""
    clauses: dict[str, Clause] = {}
    word = ""
    for token in tokens:
        if not token.is_part:
            word = token.term
            clauses.setdefault(word, Clause(word, ((word, 1.0),)))
        elif len(token.term) > 1 and token.term not in clauses[word].all_terms:
            clause = clauses[word]
            clauses[word] = replace(clause, parts=(*clause.parts, (token.term, PART_WEIGHT)))
    return clauses


def _with_synonyms(clauses: list[Clause], expansions: Sequence[Expansion], tuning: Tuning) -> list[Clause]:
    """Add to each clause the words of the lists that its word, or a phrase around it, stands for."""
    extended = []
    for clause in clauses:
        terms, parts = dict(clause.terms), dict(clause.parts)
        for one in expansions:
            if clause.word in one.word or one.word in clause.word:
                words = [token.term for token in tuning.analyzer.words(one.replacement) if not token.is_part]
                # Of several words (养 狗 for 养犬) no single one stands for what was said.
                stands_for_it = terms if len(words) == 1 else parts
                for word in words:
                    stands_for_it.setdefault(word, one.weight)
        extended.append(replace(clause, terms=tuple(terms.items()), parts=tuple(parts.items())))
    return extended


def _spoken(core: str, expansions: Sequence[Expansion], tuning: Tuning) -> tuple[tuple[str, float], ...]:
    """Return the terms for the phrase book: those of the question, and weaker those of its synonyms."""
    weights = dict.fromkeys(spoken_terms(core, tuning.analyzer, tuning.stop_words), 1.0)
    for one in expansions:
        for term in spoken_terms(one.replacement, tuning.analyzer, tuning.stop_words):
            weights.setdefault(term, one.weight)
    return tuple(weights.items())


def _detected(mentions: Sequence[PlaceMention], bodies: Sequence[NameMatch]) -> Detected:
    named = {mention.facet: mention.value for mention in mentions}
    return Detected(
        county=named.get("county"),
        township=named.get("township"),
        department=bodies[0].canonical if bodies else None,
    )


def _place_boosts(mentions: Sequence[PlaceMention], tuning: Tuning) -> list[Boost]:
    return [Boost(one.facet, one.value, tuning.ranking.fusion.place) for one in mentions]


def _body_boosts(bodies: Sequence[NameMatch], tuning: Tuning) -> list[Boost]:
    names = dict.fromkeys(name for body in bodies for name in (body.canonical, *body.others))
    return [Boost("department", name, tuning.ranking.fusion.department) for name in names]


def _list_boosts(normal: str, tuning: Tuning) -> list[Boost]:
    return [Boost("list_type", hint.list_type.value, hint.weight) for hint in tuning.hints.in_text(normal)]
