"""Text normalisation.

1. Full-width letters, digits and punctuation fold to half width; letters fold to lower case.
2. Chinese text stays as it is.
3. Zero-width, bidi and control characters vanish; any white space becomes a space.
4. Offsets lead every normalised character back to the character it came from, and a sentinel ends them.
5. The folding is the same wherever a text is cut, for any text at all (property test).
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.normalize import normalize, normalize_with_offsets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ｃ、Ｄ级食品经营主体", "c、d级食品经营主体"),
        ("１２３４５热线", "12345热线"),
        ("政务ＡＰＰ", "政务app"),
        ("（两癌）筛查：Ａ", "(两癌)筛查:a"),
        ("铸牢中华民族共同体意识", "铸牢中华民族共同体意识"),
        ("养\u200b犬\u202e管\ufeff理\x00", "养犬管理"),
        ("粮油\u3000应急\t供应\n网点", "粮油 应急 供应 网点"),
        ("㎡", "m2"),
        ("", ""),
    ],
)
def test_folding(text, expected):
    assert normalize(text) == expected


def test_offsets_lead_back_to_the_source():
    source = "Ａ㎡\u200b养犬"
    normal, offsets = normalize_with_offsets(source)
    assert normal == "am2养犬"
    assert [source[offset] for offset in offsets[:-1]] == ["Ａ", "㎡", "㎡", "养", "犬"]
    assert offsets[-1] == len(source)


@given(st.text(), st.text())
def test_folding_does_not_depend_on_where_a_text_is_cut(first, second):
    assert normalize(first + second) == normalize(first) + normalize(second)
    normal, offsets = normalize_with_offsets(first + second)
    assert normal == normalize(first + second)
    assert len(offsets) == len(normal) + 1
    assert offsets == sorted(offsets)
