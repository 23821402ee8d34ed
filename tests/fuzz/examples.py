"""What property tests are fed, how many examples, and how long one may take.

``FUZZ_EXAMPLES=5000`` in the environment (``make fuzz``) tries so many of each kind instead of a few.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG_RUN = "FUZZ_EXAMPLES"
AS_USUAL = 30

fuzz = settings(
    max_examples=int(os.environ.get(LONG_RUN, AS_USUAL)),
    deadline=timedelta(seconds=5),
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)
"""Decorates a property test: its examples are bounded in number, and each in time."""

HOSTILE = (
    "\0", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\ufffe", "\U000e0001", "\U0001f469\u200d\U0001f33e", "\r",
    "\n", "\t", "\x1b[31m", "\x85", "\u2028", "%00", "%", "+", "&", "&#0;", "&#x110000;", "&amp;lt;", "<", "</", "<!--",
    "-->", "<br>", "<ol>", "]]>", "{{", "}}", "${", "`", "'", '"', "“", "”", "「", "」", "\\", "../", "/", "*", "?", "~",
    "^", "(", "[", "|", "((((((", "AND", "OR", "NOT", "*:*", "name:", "1" * 400, "9" * 5000, "-1", "0", "1e309", "NaN",
    "字" * 300, "啊啊啊啊啊啊", "ａｂｃ", "İ", "ß", "ﬁ", "Ǆ", "é", "a\u0301" * 20, "٣", "①", "⑴", "㍿", "﷽",
)  # fmt: skip
WORDS = (
    "养犬", "谁管", "昌吉市", "庙尔沟乡", "公安局", "市公安局", "垃圾", "fangwu", "zj", "lvhua", "负责", "一、", "（一）", "1.", "2.",
    "1.5", "①", "工作方式：", "承接部门：", "12345", "13800138000", "。", "；", "，", "：", "、", " ", "　", "的", "吗", "请问",
)  # fmt: skip
STRUCTURE = (
    "序号", "事项类别", "事项名称", "对应上级部门", "上级部门职责", "乡镇配合职责", "承接部门及工作方式", "\t", "\t", "\t", "\n", "\n",
    "1", "2", "3", "基本履职事项清单", "配合履职事项清单", "上级部门收回事项清单", "清单是3个类别12项，涉及2个部门", "2025年7月",
    "新疆维吾尔自治区昌吉回族自治州昌吉市庙尔沟乡履职事项清单", "第 1 页", "- 2 -", "平安法治", "昌吉市公安局",
)  # fmt: skip
MARKUP = (
    "<table>", "</table>", "<tr>", "</tr>", "<td>", "<td rowspan=0>", "<td colspan=3>", "<th>", "<p>", "</p>", "<div>",
    "<ol>", "<li>", "<script>", "<style>", "<svg>", "<math>", "<template>", "<select>", "<![CDATA[", "<?xml ?>",
    "<!DOCTYPE html>", "<meta charset=utf-7>", "<noscript>", "<title>", "<ruby>", "<rt>", "<a b=", "'>",
)  # fmt: skip


def made_of(*kinds: tuple[str, ...], most: int = 40) -> st.SearchStrategy[str]:
    """Return texts of the given pieces, and of any characters in between, lone surrogates among them."""
    pieces = st.one_of(st.sampled_from(sum(kinds, ())), st.text(max_size=4), st.characters(categories=["Cs"]))
    return st.lists(pieces, max_size=most).map("".join)


texts = made_of(HOSTILE, WORDS)
encodable = texts.map(lambda text: text.encode("utf-8", "replace").decode("utf-8"))


@contextmanager
def nothing_but(error: type[Exception], culprit: str = "") -> Iterator[None]:
    """Let pass what works, and this error where its message names the culprit; nothing else."""
    try:
        yield
    except error as found:
        message = str(found)
    else:
        return
    assert message
    assert culprit in message
