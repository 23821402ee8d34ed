"""The parameters of the tools: what a client is told of each, and what is refused."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from search_service.core.request import MAX_PER_PAGE, MAX_QUERY_LENGTH

MAX_FILTER_LENGTH = 200
MAX_PAGE = 1_000_000

_BETWEEN_VALUES = re.compile("[,，、;；]")
"""What people and assistants put between several values; no place, category or body has it in its name."""


def values(text: str | None) -> tuple[str, ...]:
    """Return the values that a filter's text names."""
    parts = (part.strip() for part in _BETWEEN_VALUES.split(text or ""))
    return tuple(part for part in parts if part)


def _names_something(text: str | None) -> str | None:
    if text and text.strip() and not values(text):
        raise ValueError("names no value; leave it out to filter by nothing")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


Question = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_QUERY_LENGTH,
        description="What is asked or complained about, in Chinese, in the caller's own words, e.g. "
        "狗咬人了找谁 or 楼上半夜装修，吵得孩子睡不着. Everyday wordings, whole complaints, pinyin and slips "
        "are understood: don't translate it and don't cut it down to keywords.",
        examples=["狗咬人了找谁", "低保怎么申请", "邻居占用公共楼道堆放杂物，说了几次都不听"],
    ),
    AfterValidator(_not_blank),
]

SearchText = Annotated[
    str,
    Field(
        max_length=MAX_QUERY_LENGTH,
        description="What to look for, in Chinese, e.g. 养犬, 宅基地审批 or 高龄津贴. Words in quotes "
        "must stand in a duty exactly: “伤人治安案件”. Empty browses all that the filters let through.",
        examples=["养犬", "宅基地审批", "“伤人治安案件”"],
    ),
]

_SEVERAL = "several are separated by commas"
_VALUES = AfterValidator(_names_something)

Township = Annotated[
    str | None,
    Field(
        max_length=MAX_FILTER_LENGTH,
        description=f"Township (乡镇) that it is about, e.g. 庙尔沟乡 or 三台镇; {_SEVERAL}. "
        "list_places names those there are.",
        examples=["庙尔沟乡"],
    ),
    _VALUES,
]
County = Annotated[
    str | None,
    Field(
        max_length=MAX_FILTER_LENGTH,
        description=f"County or city (县市区) that it is about, e.g. 奇台县 or 昌吉市; {_SEVERAL}.",
        examples=["奇台县"],
    ),
    _VALUES,
]
Prefecture = Annotated[
    str | None,
    Field(
        max_length=MAX_FILTER_LENGTH,
        description=f"Prefecture (地州市) that it is about, e.g. 昌吉回族自治州; {_SEVERAL}.",
        examples=["昌吉回族自治州"],
    ),
    _VALUES,
]

ListTypeFilter = Annotated[
    str | None,
    Field(
        max_length=MAX_FILTER_LENGTH,
        description="Only duties of these lists: basic (基本: the township's own), cooperative (配合: "
        "superior bodies lead, the township assists), reclaimed (收回: taken back by superior bodies); "
        f"{_SEVERAL}.",
        examples=["basic", "cooperative,reclaimed", "收回"],
    ),
    _VALUES,
]
Category = Annotated[
    str | None,
    Field(
        max_length=MAX_FILTER_LENGTH,
        description=f"Category of the lists (事项类别), e.g. 平安法治, 民生服务 or 城乡建设; {_SEVERAL}.",
        examples=["平安法治"],
    ),
    _VALUES,
]
Department = Annotated[
    str | None,
    Field(
        max_length=MAX_FILTER_LENGTH,
        description="Superior department (责任部门) by its name without place, e.g. 公安局, or by its full "
        f"one, e.g. 昌吉市公安局; {_SEVERAL}.",
        examples=["公安局"],
    ),
    _VALUES,
]

Page = Annotated[int, Field(ge=1, le=MAX_PAGE, description="Page of results, from 1.")]
PerPage = Annotated[int, Field(ge=1, le=MAX_PER_PAGE, description="Results on a page.")]
Collapse = Annotated[
    bool,
    Field(
        description="True gives one result for a duty that several townships share and names the others in "
        "same_in; false gives each township's own."
    ),
]

DutyId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_FILTER_LENGTH,
        description="Id of a duty, as the other tools give it, e.g. changji-miaoergou-cooperative-19.",
        examples=["changji-miaoergou-cooperative-19"],
    ),
]
