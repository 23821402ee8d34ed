"""Fit the coefficients of data/dictionaries/confidence.toml on the tuning half of the judged questions.

Logistic regression (scikit-learn, a development dependency): is the body that an answer names first right? A
question that no list answers makes any answer wrong. Unanswerable questions are weighted to be a seventh of
all, about what a hotline meets, however many were written. The threshold is the one that refuses the most
unanswerable questions while refusing at most `MOST_REFUSED` of the answerable ones.

    .venv/bin/duty-index build && .venv/bin/python scripts/fit_confidence.py
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from indexer.confidence import FEATURES, Features
from indexer.paths import data_folder, index_folder
from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.core.live_index import LiveIndex
from search_service.core.request import ALL_PARTS, Parts
from search_service.evaluation.answers import is_right
from search_service.evaluation.judged import NO_ANSWER, Judged, load_judged, select

UNANSWERABLE_SHARE = 1 / 7
MOST_REFUSED = 0.02
"""A right body withheld costs an operator as much as a wrong one named, and answerable questions are many."""
REGULARISATION = 10.0
"""Scikit-learn's C: the best Brier score in cross-validation on the tuning half, of 0.3 to 100."""


@dataclass(frozen=True, slots=True)
class Example:
    """One answer: its features, whether it was right, whether there was a right one at all."""

    features: Features
    right: bool
    answerable: bool


def main() -> None:
    """Print the two tables of confidence.toml."""
    answers = Answers(LiveIndex(index_folder()))
    questions = select(load_judged(data_folder() / "evaluation" / "judged.jsonl"), "tune")
    for name, parts in (("with_meaning", ALL_PARTS), ("by_words", ALL_PARTS.without("meaning"))):
        examples = [one for question in questions if (one := _example(answers, question, parts))]
        _print_model(name, examples)


def _example(answers: Answers, question: Judged, parts: Parts) -> Example | None:
    places = {"township": (question.township,)} if question.township else {}
    response = answers.answer(AnswerRequest(question.q, places, parts, refuse=False))
    if response.answer is None or response.features is None:
        return None
    return Example(response.features, is_right(response, question), question.kind != NO_ANSWER)


def _print_model(name: str, examples: list[Example]) -> None:
    x = np.array([[getattr(one.features, feature) for feature in FEATURES] for one in examples])
    y = np.array([one.right for one in examples])
    answerable = np.array([one.answerable for one in examples])
    weight = UNANSWERABLE_SHARE / (1 - UNANSWERABLE_SHARE) * answerable.sum() / (~answerable).sum()
    fit = LogisticRegression(C=REGULARISATION).fit(x, y, np.where(answerable, 1.0, weight))
    p = fit.predict_proba(x)[:, 1]
    threshold = float(np.quantile(p[answerable], MOST_REFUSED))
    print(f"[{name}]\nintercept = {fit.intercept_[0]:.3f}\nthreshold = {threshold:.3f}")
    for feature, coefficient in zip(FEATURES, fit.coef_[0], strict=True):
        print(f"{feature} = {coefficient:.3f}")
    refused = (p[~answerable] < threshold).mean()
    print(f"{name}: refuses {refused:.2f} of the unanswerable", file=sys.stderr)


if __name__ == "__main__":
    main()
