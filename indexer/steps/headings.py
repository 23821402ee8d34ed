"""Which pieces of a cell are headings: a department's name before its steps, a lead-in before a list.

Whether a name is a body is judged by its shape alone ("县林业和草原局", "县人社局、县医保局"): splitting
must not depend on which names the register of departments happens to know.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.cells import SENTENCE_ENDS, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.cells import CellText

_LONGEST_BODIES = 120  # "县人社局、县社保分中心、县医保局…：" several names in one heading
_LONGEST_TITLE = 60
_LONGEST_WRAPPED_TITLE = 15  # a heading that ends at a mere line end; longer ones are wrapped sentences
_SHORTEST_TITLE = 5  # before a department heading; what is shorter is the name of its place
_LONGEST_LEAD_IN = 40  # without a colon

_BODY = re.compile(
    r"[\u4e00-\u9fff（）()]{1,30}(?:局|委员会|[县市区州省]委|党委|纪委|政法委|部|办|办公室|室|会|中心|人大|政协|法院"
    r"|检察院|侨联|妇联|团委|残联|文联|工商联|科协|支队|大队|中队|派出所|站|院|政府|部门|单位|机构|银行|集团)"
)
_NOT_A_BODY = re.compile(
    r"(?:负责|做好|组织(?!部)|指导|配合|协助|会同|联合|协同|协调|上报|报送?|向|由|对|将|把|移[送交]|开展|接受|按|与|和"
    r"|及|经|及时|督促|通知|提交|推送|指派|安排|落实|参加|支持|在|根据|依|参与|通过|统筹|制定|建立|成立|召开)"
)
_PLACE_WORD = re.compile("[省州市县区旗盟]")
_ROLE_TAIL = re.compile(r"(?:工作)?职责$|[（(][^（）()]{1,12}[)）]$")
_CONTINUATION = re.compile(r"[、和与及，,。；;（(]|以及|会同|联合|等")
_BETWEEN_BODIES = re.compile("[、,，]")
_LABEL = re.compile(
    r"(?:承接|牵头|责任|主管|负责)(?:部门|单位)[：:][^：:，。；;]{2,60}?[；;。]?(?=工作方式[：:])|工作方式[：:]"
)
_SENTENCE_END = re.compile("[。；;！？!?]")
_COLON = re.compile("[：:]")


def is_bodies(text: str) -> bool:
    """Tell whether a text is the name of a body or of several, by its shape: "县人社局、县医保局"."""
    names = _BETWEEN_BODIES.split(_ROLE_TAIL.sub("", text))
    return all(_BODY.fullmatch(name) and not _NOT_A_BODY.match(name) for name in names)


def body_headings(read: CellText, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of department headings (and labels like "工作方式：") in `text[start:end]`."""
    position = start
    while position < end:
        if stop := _body_heading_end(read, position, end):
            yield position, stop
            position = stop
        else:
            position = _next_beginning(read, position + 1, end)


def title_end(read: CellText, start: int, end: int, *, before_list: bool) -> int | None:
    """Return where the heading after 一、 ends, or None if the text up to `end` is a step, not a heading.

    `before_list` says that numbered steps (or sub-headings) follow at `end`.
    """
    text = read.text
    sentence = _SENTENCE_END.search(text, start, end)
    stop = sentence.start() if sentence else end
    colon = _COLON.search(text, start, min(stop, start + _LONGEST_TITLE))
    if colon:
        return _bodies_behind_gap(read, start, colon.start()) or colon.end()
    if before_list and end - start <= _LONGEST_TITLE and stop >= end - 1:
        return _bodies_behind_gap(read, start, end) or end
    return _title_before_gap(read, start, stop)


def lead_in_start(read: CellText, start: int, end: int, *, inside_step: bool) -> int | None:
    """Return where a heading right before the list at `end` begins, or None if there is none.

    It is what stands since the last sentence end: "县委宣传部负责…工作：" before "1.". Behind the text of
    a numbered step it counts only if something parts the two.
    """
    begin = end
    while begin > start and read.text[begin - 1] not in SENTENCE_ENDS:
        begin -= 1
    if begin == end or (inside_step and (begin == start or not read.gaps[begin])):
        return None
    lead_in = read.text[begin:end]
    if lead_in[-1] in "：:":
        return begin
    return begin if len(lead_in) <= _LONGEST_LEAD_IN and not re.search("[，,]", lead_in) else None


def _next_beginning(read: CellText, position: int, end: int) -> int:
    """Return the next place where a heading may begin: after a sentence, or in a new paragraph."""
    while position < end:
        if read.gaps[position] >= Gap.ITEM or read.text[position - 1] in SENTENCE_ENDS:
            return position
        if read.text.startswith("工作方式", position):
            return position
        position += 1
    return end


def _body_heading_end(read: CellText, start: int, end: int) -> int | None:
    label = _LABEL.match(read.text, start, end)
    if label:
        return label.end()
    limit = min(end, start + _LONGEST_BODIES)
    sentence = _SENTENCE_END.search(read.text, start, limit)
    stop = sentence.start() if sentence else limit
    colon = _COLON.search(read.text, start, stop)
    if colon and is_bodies(read.text[start : colon.start()]):
        return colon.end()
    return _bodies_before_gap(read, start, stop, end)


def _bodies_before_gap(read: CellText, start: int, stop: int, end: int) -> int | None:
    """Return the end of a department heading without colon: a name, then a space or the list itself."""
    for index in range(start + 2, stop + 1):
        if index < end and (index == stop or not read.gaps[index]):
            continue
        if is_bodies(read.text[start:index]) and not _CONTINUATION.match(read.text, index):
            return index
    return None


def _bodies_behind_gap(read: CellText, start: int, end: int) -> int | None:
    """Return where a department heading begins behind a title: "一、农药使用指导 县农业农村局："."""
    for index in range(start + _SHORTEST_TITLE, end):
        parted = read.gaps[index] and read.text[index - 1] not in "、，,"
        if parted and _PLACE_WORD.match(read.text, index) and is_bodies(read.text[index:end]):
            return index
    return None


def _title_before_gap(read: CellText, start: int, stop: int) -> int | None:
    gaps = {index: read.gaps[index] for index in range(start + 1, min(stop, start + _LONGEST_TITLE))}
    for index, gap in gaps.items():
        if gap >= Gap.ITEM:
            return index
    for index, gap in gaps.items():
        if "，" in read.text[start:index]:
            return None
        if gap == Gap.SPACE or (gap == Gap.LINE and index - start <= _LONGEST_WRAPPED_TITLE):
            return index
    return None
