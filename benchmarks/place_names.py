"""Names of made-up places: two characters that often stand in real ones, no combination twice."""

from __future__ import annotations

import random
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# No character of the real lists' own places is among them: replacing one name never makes another.
_FIRST = "青白红黄绿金银玉石松柏桃李杨柳梅兰竹荷云雨霜雪月星东西南北上下长永安宁泰和平福德仁义"
_SECOND = "岭山峰坡岗原川河江湖泉溪潭洲港桥塘渡林田园庄村店铺集堡寨营城关门坪湾岛"


def place_stems(seed: int) -> Iterator[str]:
    """Yield the names without their endings (青岭 of 青岭县), in an order that `seed` decides."""
    stems = [first + second for first, second in product(_FIRST, _SECOND)]
    random.Random(seed).shuffle(stems)
    yield from stems
