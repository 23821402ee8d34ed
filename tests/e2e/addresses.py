"""The pages, by what they show; tests of all pages go through them."""

from __future__ import annotations

DUTY = "/duties/changji-miaoergou-cooperative-19"

PAGES = {
    "start": "/",
    "answer": "/search?q=狗咬人了找谁&township=庙尔沟乡",
    "answer by place": "/search?q=河道",
    "many results": "/search?q=宣传教育",
    "no answer": "/search?q=护照到期了在哪换",
    "filtered": "/search?list_type=reclaimed&township=庙尔沟乡",
    "nothing found": "/search?q=犇麤&township=庙尔沟乡",
    "duty": f"{DUTY}?q=狗咬人了找谁",
    "long duty": "/duties/urumqi-gangou-cooperative-85",
    "departments": "/departments",
    "department": "/departments/公安局",
    "no department": "/departments/没有这个局",
    "comparison": "/compare?category=平安法治",
    "township": "/township",
    "not found": "/nothing",
    "wrong address": "/search?page=0",
    "reference": "/api/docs",
}
