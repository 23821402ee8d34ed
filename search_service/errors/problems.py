"""What is wrong with each parameter, in the words of a person, and what would do instead."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from flask import request
from marshmallow import fields, validate

from indexer.facets import UnknownFacetValueError
from search_service.errors.conditions import split_values
from search_service.errors.texts import CHOICES, PARAMETERS, shown
from search_service.errors.utf8 import NotUtf8Error

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from marshmallow import Schema
    from werkzeug.exceptions import HTTPException

    from search_service.errors.conditions import Conditions

NEAR_VALUES = 5
"""Values offered for one that doesn't exist."""

_LEAST_LIKENESS = 0.4
"""Of names of three or four characters, two are shared: 庙尔乡 is like 庙尔沟乡, 没有乡 is not."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that would do, and the address with it in place of the wrong one."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one parameter; `wrong` are the values meant, none where it is all of it."""

    name: str
    title: str
    text: str
    wrong: tuple[str, ...] = ()
    choices_title: str = ""
    choices: tuple[Choice, ...] = ()


def problems_of(error: HTTPException, schema: Schema | None, conditions: Conditions) -> list[Problem]:
    """Return what a refusal (422) found wrong; nothing where it doesn't say."""
    match getattr(error, "exc", None):
        case UnknownFacetValueError() as cause:
            return [_unknown_value(cause, conditions)]
        case NotUtf8Error() as cause:
            return [_problem(name, "不是 UTF-8 编码的文字，请重新输入") for name in cause.names]
    known = schema.load_fields if schema else {}
    return [
        _unknown_parameter(name)
        if schema and name not in known
        else _refused(name, known.get(name), conditions)
        for name in _names(error)
    ]


def _names(error: HTTPException) -> list[str]:
    details = getattr(error, "data", {})
    # webargs calls them messages, whoever aborts by hand calls them errors
    groups = details.get("errors") or details.get("messages") or {}
    return [str(name) for group in groups.values() if isinstance(group, dict) for name in group]


def _unknown_value(error: UnknownFacetValueError, conditions: Conditions) -> Problem:
    title = PARAMETERS.get(error.facet, error.facet)
    near = get_close_matches(error.value, error.allowed, NEAR_VALUES, _LEAST_LIKENESS)
    if not near and len(error.allowed) <= NEAR_VALUES:
        near = list(error.allowed)
    return Problem(
        error.facet,
        title,
        f"清单里没有这个{title}：{shown(error.value)}",
        wrong=(error.value,),
        choices_title="是不是要找",
        choices=_choices(error.facet, error.value, {value: value for value in near}, conditions),
    )


def _unknown_parameter(name: str) -> Problem:
    return _problem(name, "没有这个参数")


def _refused(name: str, field: fields.Field[Any] | None, conditions: Conditions) -> Problem:
    given = request.values.getlist(name)
    if isinstance(field, fields.List):
        return _refused_value(
            name, field.inner, [value for text in given for value in split_values(text)], conditions
        )
    if not given:
        return _problem(name, "不能缺少")
    if len(given) > 1:
        return _problem(name, "只能写一个")
    return _refused_value(name, field, given, conditions)


def _refused_value(
    name: str, field: fields.Field[Any] | None, given: Sequence[str], conditions: Conditions
) -> Problem:
    """Return what is wrong with the values of a parameter, by what its field allows."""
    for one in field.validators if field else ():
        match one:
            case validate.OneOf():
                return _not_among(
                    name, [value for value in given if value not in one.choices], one, conditions
                )
            case validate.Length(max=int(most)):
                return _problem(name, f"最多 {most} 个字，这里有 {max(map(len, given), default=0)} 个")
            case validate.Range(min=least, max=most):
                upwards = "以上" if most is None else f"到 {most} "
                return _problem(name, f"应当是 {least} {upwards}的整数")
    is_switch = isinstance(field, fields.Boolean)
    return _problem(name, "只能是 true（是）或 false（否）" if is_switch else "不能这样写")


def _not_among(name: str, wrong: Sequence[str], allowed: validate.OneOf, conditions: Conditions) -> Problem:
    choices = CHOICES.get(name) or {str(choice): str(choice) for choice in allowed.choices if choice}
    return Problem(
        name,
        PARAMETERS.get(name, name),
        f"没有“{shown('、'.join(wrong))}”这一种",
        wrong=tuple(wrong),
        choices_title="可以是",
        choices=_choices(name, wrong[0], choices, conditions.without_values(name, wrong[1:]))
        if wrong
        else (),
    )


def _choices(name: str, wrong: str, right: dict[str, str], conditions: Conditions) -> tuple[Choice, ...]:
    return tuple(
        Choice(label, conditions.with_value(name, wrong, value).url) for value, label in right.items()
    )


def _problem(name: str, text: str) -> Problem:
    return Problem(name, PARAMETERS.get(name, name), text)


def without_problems(conditions: Conditions, problems: Iterable[Problem]) -> Conditions:
    """Return conditions without those that have a problem."""
    for one in problems:
        conditions = (
            conditions.without_values(one.name, one.wrong) if one.wrong else conditions.without({one.name})
        )
    return conditions
