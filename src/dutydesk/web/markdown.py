"""Markdown becomes HTML in which nothing runs, and which asks no other host for anything.

It is read as CommonMark with tables, and then cleaned as any HTML from outside is: no script, no
style, no frame, no form, links to the web only, pictures only from where the caller says.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import pairwise
from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

PREFIX = "at-"
"""What stands before each anchor, so that none of them is taken for a part of the page around."""

_SCHEMES = {"http", "https", "mailto"}
_TAGS = {
    *(
        "p",
        "br",
        "hr",
        "em",
        "strong",
        "del",
        "s",
        "code",
        "pre",
        "kbd",
        "sup",
        "sub",
        "blockquote",
    ),
    *("ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "a", "img", "abbr"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "section"),
    *("div", "span"),
}
_ATTRIBUTES = {
    "*": {"id"},
    "a": {"href", "title", "name"},
    "abbr": {"title"},
    "code": {"class"},
    "details": {"open"},
    "img": {"src", "alt", "title", "width", "height"},
    "li": {"class"},
    "ol": {"start"},
    "td": {"class", "colspan", "rowspan"},
    "th": {"class", "colspan", "rowspan"},
}
_CLASSES = re.compile(r"language-[\w+#.-]{1,30}|align-(?:left|center|right)|task-list-item")
_NO_SLUG = re.compile(r"[^\w\- ]")

Address = Callable[[str], str | None]
"""What becomes of an address that stands in a text; None if it leads nowhere."""


@dataclass(frozen=True)
class Heading:
    """A heading of a text: its depth from 1 to 6, its anchor, and its words."""

    depth: int
    anchor: str
    words: str


@dataclass(frozen=True)
class Rendered:
    """A text as HTML, with the headings that one can jump to."""

    html: SafeString
    headings: tuple[Heading, ...]


def render(
    text: str,
    *,
    link: Address | None = None,
    picture: Address | None = None,
    html: bool = False,
    top: int = 0,
) -> Rendered:
    """Give a text as HTML that is safe to show.

    `link` is asked where a relative link leads, `picture` where a picture is kept; without them
    both are left out, and a picture of another host is a link to it. With `html` the tags that
    the text has itself are kept as far as they are harmless; else they are shown as they are.
    With `top` the first headings are shown at that depth, and none skips one below.
    """
    reader = _reader(html)
    environment: dict[str, object] = {}
    tokens = reader.parse(text.replace("\0", "�"), environment)
    headings = tuple(_name_headings(tokens))
    for token in tokens:
        _mend(token, link, picture)
    if top:
        _lower_headings(tokens, top)
    rules = _Rules(link, picture)
    body = nh3.clean(
        reader.renderer.render(tokens, reader.options, environment),
        tags=_TAGS,
        clean_content_tags={"script", "style"},
        attributes=_ATTRIBUTES,
        attribute_filter=rules.value,
        url_schemes=_SCHEMES,
        link_rel=_REL,
    )
    return Rendered(mark_safe(_within_reach(_ANCHOR.sub(_related, body))), headings)


def _related(anchor: re.Match[str]) -> str:
    """Give an anchor without a relation if it leads nowhere, as HTML wants it."""
    return anchor[0] if ' href="' in anchor[1] else anchor[0].replace(f' rel="{_REL}"', "")


_REL = "nofollow noopener noreferrer"
_ANCHOR = re.compile(r'<a((?: [\w-]+="[^"]*")*)>')
_TABLE = re.compile(r'<table(?: id="[^"]*")?>')
_WIDE = '<div class="wide" tabindex="0">'


def _within_reach(body: str) -> str:
    """Let what may be wider than the screen be moved by itself, with the keyboard too.

    A tag in clean HTML is a tag: what only looks like one stands there with `&lt;`.
    """
    wide = _TABLE.sub(lambda found: _WIDE + found[0], body).replace("</table>", "</table></div>")
    return wide.replace("<pre>", '<pre class="code" tabindex="0">')


@dataclass(frozen=True)
class Outline:
    """What a text holds: its headings, the addresses that it names, and what it says."""

    headings: tuple[Heading, ...]
    addresses: tuple[str, ...]
    words: str


_ADDRESS = re.compile(r"""\b(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_ANY_TAG = re.compile(r"<[^<>]*>")


def outline(text: str) -> Outline:
    """Give what a text holds, with its own tags read as `render` reads them; nothing is rendered.

    It is for looking things up in, and is escaped wherever it is shown.
    """
    tokens = _reader(True).parse(text.replace("\0", "�"), {})
    headings = tuple(_name_headings(tokens))
    addresses: dict[str, None] = {}
    lines: list[str] = []
    for token in tokens:
        said = []
        for part in _all([token]):
            addresses.update(dict.fromkeys(_addresses_in(part)))
            if not part.children:
                said.append(_said(part))
        lines.append("".join(said).strip())
    return Outline(headings, tuple(addresses), "\n".join(line for line in lines if line))


def _addresses_in(token: Token) -> Iterable[str]:
    if token.type in ("html_block", "html_inline"):
        for found in _ADDRESS.finditer(token.content):
            yield unescape(found[1] or found[2] or found[3] or "")
    elif named := token.attrs.get("href") or token.attrs.get("src"):
        yield str(named)


def _said(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type in ("html_block", "html_inline"):
        return unescape(_ANY_TAG.sub("", token.content))
    return token.content


@cache
def _reader(html: bool) -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": html})
    reader.enable(["table", "strikethrough"])
    return reader.use(footnote_plugin).use(tasklists_plugin)


def _all(tokens: Iterable[Token]) -> Iterable[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def _name_headings(tokens: list[Token]) -> Iterable[Heading]:
    """Give every heading the anchor that GitHub would give it."""
    seen: Counter[str] = Counter()
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            words = "".join(part.content for part in _all([inline]) if _is_text(part))
            slug = _NO_SLUG.sub("", words.strip().lower()).replace(" ", "-")
            anchor = f"{slug}-{seen[slug]}" if seen[slug] else slug
            seen[slug] += 1
            token.attrSet("id", anchor)
            yield Heading(int(token.tag[1]), PREFIX + anchor, words.strip())


def _lower_headings(tokens: Iterable[Token], top: int) -> None:
    """Show headings from this depth on, each one step below the heading that it belongs to."""
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            own = int(token.tag[1])
            while above and above[-1] >= own:
                above.pop()
            above.append(own)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(top + len(above) - 1, 6)}"


def _is_text(token: Token) -> bool:
    return token.type in ("text", "code_inline")


def _mend(token: Token, link: Address | None, picture: Address | None) -> None:
    """Let a cell's side be a class, a box to tick a sign, a picture that can't be shown words.

    A link that leads nowhere says so.
    """
    if token.type in ("th_open", "td_open"):
        side = str(token.attrs.pop("style", "")).removeprefix("text-align:")
        if side:
            token.attrSet("class", f"align-{side}")
    if token.children:
        token.children = [new for part in token.children for new in _inline(part, picture)]
        if link is not None:
            token.children = list(_said_nowhere(token.children, link))


def _said_nowhere(tokens: Iterable[Token], link: Address) -> Iterable[Token]:
    nowhere = False
    for token in tokens:
        yield token
        if token.type == "link_open":
            target = str(token.attrGet("href") or "")
            nowhere = is_relative(target) and link(target) is None
        elif token.type == "link_close" and nowhere:
            yield _text(" (leads nowhere)")


def _inline(token: Token, picture: Address | None) -> list[Token]:
    if token.type == "html_inline" and "task-list-item-checkbox" in token.content:
        return [_text("☑" if "checked" in token.content else "☐")]
    if token.type != "image":
        return [token]
    source = str(token.attrGet("src") or "")
    if not _host(source) and picture is not None and picture(source) is not None:
        return [token]
    words = _text("".join(part.content for part in token.children or ()) or source)
    if urlsplit(source).scheme not in ("http", "https"):
        return [words]
    opened = Token("link_open", "a", 1, attrs={"href": source})
    return [opened, words, Token("link_close", "a", -1)]


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _host(address: str) -> bool:
    """Say whether an address leads to another host, or is of a kind of its own."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return True
    return bool(parts.scheme or parts.netloc) or address.strip().startswith(("\\", "/\\"))


def is_relative(address: str) -> bool:
    """Say whether an address leads to something beside the text, and not to a part of it."""
    return bool(address) and not address.startswith("#") and not _host(address)


@dataclass(frozen=True)
class _Rules:
    """What may stand in an attribute, whoever wrote it."""

    link: Address | None
    picture: Address | None

    def value(self, tag: str, attribute: str, value: str) -> str | None:
        if attribute in ("id", "name"):
            return PREFIX + value
        if attribute == "class":
            return value if _CLASSES.fullmatch(value) else None
        if attribute == "src":
            return None if _host(value) or self.picture is None else self.picture(value)
        if attribute == "href":
            return self._target(value)
        return value

    def _target(self, value: str) -> str | None:
        if value.startswith("#"):
            return f"#{PREFIX}{value[1:]}"
        if _host(value):
            return value
        return self.link(value) if self.link is not None else None
