"""What people write, as they wrote it: white space stays, and code between back-ticks is code."""

import re
from collections.abc import Iterator

from django import template
from django.utils.html import format_html, format_html_join, urlize
from django.utils.safestring import SafeString, mark_safe

from dutydesk.web.markdown import render

register = template.Library()
_BLOCK = re.compile(
    r"^[ \t]*```[\w+#.-]*[ \t]*\n((?:(?!```).)*?)\n?^[ \t]*```[ \t]*$\n?"
    r"|(?<!`)```(?!`)(.+?)(?<!`)```(?!`)\n?",
    re.M | re.S,
)
_INLINE = re.compile(r"`([^`\n]+)`")


def _line(text: str) -> Iterator[SafeString]:
    for place, part in enumerate(_INLINE.split(text)):
        if place % 2:
            yield format_html("<code>{}</code>", part)
        elif part:
            yield mark_safe(urlize(part, nofollow=True, autoescape=True))


def _parts(text: str) -> Iterator[SafeString]:
    at = 0
    for block in _BLOCK.finditer(text):
        yield from _line(text[at : block.start()].removesuffix("\n"))
        code = block[1] if block[1] is not None else block[2].strip("\n")
        yield format_html('<pre class="code" tabindex="0"><code>{}</code></pre>', code)
        at = block.end()
    yield from _line(text[at:])


@register.filter
def said(text: str) -> SafeString:
    """Show what somebody wrote: all of it escaped, addresses as links, code as code."""
    clean = str(text).replace("\r\n", "\n")
    return format_html(
        '<div class="said">{}</div>', format_html_join("", "{}", ((p,) for p in _parts(clean)))
    )


@register.filter
def markdown(text: str) -> SafeString:
    """Show a text that was written as Markdown; tags in it are shown as they were typed."""
    return format_html('<div class="prose">{}</div>', render(str(text)).html)
