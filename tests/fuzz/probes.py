"""Texts that do something where somebody forgot to escape them, and how to see in a page that they did."""

from __future__ import annotations

import json

from lxml import html

MARK = "zqxprobe"
"""Stands in every probe and in nothing else."""

PRODUCT = "1337"
"""What a template that took a probe for its own would make of it."""

PROBES = (
    f"<script>{MARK}()</script>",
    f'"><img src=x onerror={MARK}()>',
    f"' onmouseover='{MARK}()' x='",
    f'" autofocus onfocus="{MARK}()" x="',
    f"javascript:{MARK}()",
    f"</title><svg onload={MARK}()>",
    f"</script><script>{MARK}()</script>",
    f"<!--{MARK}",
    f"]]><{MARK}/>",
    f"{MARK}{{{{7*191}}}}${{7*191}}{{% for x in x %}}",
    f"&lt;script&gt;{MARK}()&lt;/script&gt;",
    f"</textarea></select></template><{MARK}>",
    f'=HYPERLINK("http://{MARK}")',
    f"+{MARK}",
    f"-{MARK}",
    f"@{MARK}",
    f"\u202e{MARK}\u202c\u200b\u2066",
    f"\u2028{MARK}\u2029\x85",
    f"../../{MARK}/%2e%2e/\\",
    f"<mark>{MARK}</mark>",
    f"`{MARK}`${{{MARK}}}",
)

_ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href")


def alive(page: str) -> list[str]:
    """Return what of a page is markup, or an address that runs, although a probe brought it."""
    root = html.document_fromstring(page)
    found = [f"in a comment: {one}" for one in root.xpath("//comment()") if MARK in (one.text or "")]
    for element in root.iter(html.etree.Element):
        text = element.text or ""
        if MARK in element.tag or (element.tag == "style" and MARK in text):
            found.append(f"<{element.tag}>")
        if element.tag == "script" and text.strip():
            found += _of_script(element, text)
        for name, value in element.attrib.items():
            runs = value.strip().lower().startswith(("javascript:", "vbscript:", "data:text"))
            if (
                MARK in name
                or (name.startswith("on") or name in {"style", "srcdoc"})
                or (name in _ADDRESSES and runs)
            ):
                found.append(f"<{element.tag} {name}={value[:60]}>")
            if (
                element.tag in {"img", "svg", "iframe", "object"}
                and MARK in value
                and name not in {"alt", "title"}
            ):
                found.append(f"<{element.tag} {name}={value[:60]}>")
    return found


def _of_script(element: html.HtmlElement, text: str) -> list[str]:
    """Return what is wrong with a script inside a page: only data may stand there."""
    if element.get("type") != "application/ld+json":
        return [f"<script>{text[:60]}"]
    json.loads(text)
    return []
