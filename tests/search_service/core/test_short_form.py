"""Short forms of duty names.

1. It is the part up to the first comma, without 负责本乡 and the like in front, a whole name if that is short.
2. A longer part ends with a whole word, and not with one that promises another.
3. It never ends inside brackets; a first item that says too little takes the next along.
4. For every real name it is a part of it with at most 20 characters, all brackets closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_service.core.short_form import LONGEST, short_form

if TYPE_CHECKING:
    from indexer.duty import Duty
    from indexer.tuning import Tuning


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("文明养犬管理工作", "文明养犬管理工作"),
        ("高龄津贴发放", "高龄津贴发放"),
        ("负责本乡档案收集、整理、归档、移交和信息化建设等工作", "档案收集"),
        ("负责本镇财政和资产管理,做好财务预决算编制、会计核算", "财政和资产管理"),
        ("做好科技科普工作", "科技科普工作"),
        ("组织开展基层理论宣讲，深化进万家活动", "基层理论宣讲"),
        ("负责农村集体经济组织、村集体“三资”管理工作", "农村集体经济组织"),
        ("开展工作", "开展工作"),
        (
            "对侵占、毁坏水工程设施及水文、水文地质监测、通讯、防汛备用设施的处罚",
            "对侵占、毁坏水工程设施及水文",
        ),
        ("“五小工程”（小食堂、小厕所、小澡堂、小图书室、小文体活动室）建设", "“五小工程"),
        (
            "从优秀村（社区、农牧场）干部中招录公务员、招聘事业单位工作人员",
            "从优秀村（社区、农牧场）干部中招录公务员",
        ),
        ("“粮改饲”项目", "“粮改饲”项目"),
        ("对损坏城市树木花草的，擅自砍伐城市树木的，损坏城市绿化设施的处罚", "对损坏城市树木花草"),
    ],
)
def test_short_forms(name: str, short: str, tuning: Tuning) -> None:
    assert short_form(name, tuning.analyzer) == short


def test_real_names(duties: list[Duty], tuning: Tuning) -> None:
    for name in {duty.name for duty in duties}:
        short = short_form(name, tuning.analyzer)
        assert 4 <= len(short) <= LONGEST or short == name
        assert short in name
        assert short.count("（") == short.count("）"), name
        assert not short.endswith(("的", "和", "、", "，")) or name.endswith(short), name


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(
    name=st.text(alphabet=st.sampled_from("负责本乡做好的对（），、“”养犬管理ab1 "), min_size=1, max_size=60)
)
def test_no_name_fails(name: str, tuning: Tuning) -> None:
    short = short_form(name, tuning.analyzer)
    assert short in name
    assert 0 < len(short) <= LONGEST
