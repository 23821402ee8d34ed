"""The words of the error pages: everything that a person reads there, names and values aside."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.duty import ListType
from indexer.facets import FACETS
from search_service.core.request import MAX_QUERY_LENGTH, Sort


@dataclass(frozen=True, slots=True)
class Text:
    """What happened, and what to do about it."""

    heading: str
    advice: str


_STATUS = {
    400: Text("这个请求看不懂。", "请检查地址是否抄全，或者重新查找。"),
    404: Text("没有这个页面。", "它可能已经改名，或者地址抄错了。请直接查找要办的事，或者从首页看起。"),
    405: Text("这个地址不支持这种请求。", "请回到首页，从页面上的按钮和链接进入。"),
    413: Text("提交的内容太大。", "请减少内容，分几次提交。"),
    414: Text("地址太长。", f"问题最多 {MAX_QUERY_LENGTH} 个字，请只留下要紧的词再查。"),
    431: Text("请求头太长。", "请清除本站的 Cookie 再试；程序发来的请求，请减少请求头。"),
    422: Text("查找的条件有误。", "请改正条件再查。"),
    429: Text("查得太快了。", "请稍后再试。"),
    500: Text(
        "服务出了问题。",
        "出错的情况已经记下来了。请稍后再试；如果还是这样，请把出错的时间和要查的内容告诉管理员。",
    ),
    503: Text("清单索引暂时不可用。", "请稍后再试。如果一直这样，请告诉管理员。"),
}
_OTHER_FAULT_OF_CALLER = _STATUS[400]
_OTHER_FAULT_OF_OURS = _STATUS[500]
_FIRST_OF_OURS = 500

_NO_DUTY = Text("没有编号为“{}”的事项。", "清单更新以后，编号可能会变。请用事项名称里的词查找。")

PARAMETERS = {
    "q": "要找的事",
    "page": "页码",
    "per_page": "每页条数",
    "sort": "排序",
    "collapse": "合并各乡镇的同一事项",
    "explain": "说明得分",
    "limit": "条数",
    "differing": "只看不同的事项",
    "back": "返回的页面",
    "duty_id": "事项",
    **{facet.name: facet.title for facet in FACETS},
}
"""What people call the parameters of the pages."""

CHOICES: dict[str, dict[str, str]] = {
    "sort": {Sort.RELEVANCE.value: "最相关", Sort.LIST.value: "清单顺序"},
    "list_type": {one.value: one.label for one in ListType},
}
"""What people call the values of a parameter that has only a few, in the order in which they are offered."""

SHOWN_OF_VALUE = 60
"""Characters of somebody's text that are repeated to them."""


def status_text(code: int) -> Text:
    """Return the text for an HTTP status."""
    other = _OTHER_FAULT_OF_OURS if code >= _FIRST_OF_OURS else _OTHER_FAULT_OF_CALLER
    return _STATUS.get(code, other)


def no_duty_text(duty_id: str) -> Text:
    """Return the text for the address of a duty that doesn't exist."""
    return Text(_NO_DUTY.heading.format(shown(duty_id)), _NO_DUTY.advice)


def retry_text(seconds: int) -> str:
    """Return when to try again."""
    return f"{seconds} 秒以后可以再试。"


def shown(value: str) -> str:
    """Return a value as it is repeated: not longer than what one takes in."""
    return value if len(value) <= SHOWN_OF_VALUE else f"{value[:SHOWN_OF_VALUE]}……"
