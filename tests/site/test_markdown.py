"""Markdown is shown as it was meant, and nothing in it runs or asks another host for anything."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dutydesk.web.markdown import Heading, render

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt&colon;alert(1))",
    "<a href='java\tscript:alert(1)'>a</a>",
    "[a](vbscript:x) [b](data:text/html,<script>alert(1)</script>)",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    "![a](https://elsewhere.example/pixel.png)",
    "![a](//elsewhere.example/pixel.png)",
    "<img src='\\\\elsewhere.example\\pixel.png'>",
    "<iframe src=https://elsewhere.example></iframe><object data=x></object><embed src=x>",
    "<form action=/x><input name=a><button>b</button></form>",
    "<style>@import 'https://elsewhere.example'</style>",
    "<p style='background:url(https://elsewhere.example)'>x</p>",
    "<div id=content class=menu>x</div>",
    "<base href=https://elsewhere.example><link rel=stylesheet href=https://elsewhere.example>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "```<img src=x onerror=alert(1)>\n<script>alert(1)</script>\n```",
    "[x]: javascript:alert(1)\n\n[x] [y][x]",
    "<a href=https://good.example onclick=alert(1)>x</a>",
    "\0<scr\0ipt>alert(1)</script>",
)


class Page(HTMLParser):
    """What stands in a piece of HTML: its tags, and their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def own_picture(address: str) -> str:
    return "/pictures/" + address


def own_page(address: str) -> str:
    return "/pages/" + address


def shown(text: str, *, html: bool) -> str:
    return render(text, link=own_page, picture=own_picture, html=html).html


@pytest.mark.parametrize("html", [False, True])
@given(
    text=st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=5).map("".join)
    | st.lists(st.sampled_from(HOSTILE), min_size=1).map("\n\n".join)
)
@example(text="\n\n".join(HOSTILE))
def test_nothing_in_a_text_runs_or_asks_another_host(html: bool, text: str) -> None:
    for tag, attributes in Page(shown(text, html=html)).tags:
        assert tag not in {"script", "style", "iframe", "object", "embed", "form", "input", "svg"}
        assert tag not in {"base", "link", "meta", "math", "button"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert attributes.get("src", "/pictures/").startswith("/pictures/")
        assert attributes.get("id", "at-").startswith("at-")
        frame = {"div": "wide", "pre": "code"}.get(tag)
        assert attributes.get("class") in (None, "", frame) or tag in {"code", "td", "th", "li"}
        leads = attributes.get("href", "").split(":")[0].lower() if tag == "a" else ""
        assert "script" not in leads
        assert leads != "data"


def test_tags_are_shown_as_typed_unless_they_are_wanted() -> None:
    assert shown("a <kbd>b</kbd>", html=False) == "<p>a &lt;kbd&gt;b&lt;/kbd&gt;</p>\n"
    assert shown("a <kbd>b</kbd>", html=True) == "<p>a <kbd>b</kbd></p>\n"


def test_headings_are_named_as_on_github_and_can_be_linked() -> None:
    page = render("# When `it` *breaks*\n## Again\n## Again\n[there](#again-1)")
    assert page.headings == (
        Heading(1, "at-when-it-breaks", "When it breaks"),
        Heading(2, "at-again", "Again"),
        Heading(2, "at-again-1", "Again"),
    )
    assert '<h2 id="at-again-1">Again</h2>' in page.html
    assert 'href="#at-again-1"' in page.html


def test_headings_are_shown_below_that_of_their_screen_and_skip_none() -> None:
    shown = render("### A\n# B\n### C\n### D\n# E", top=2)
    assert re.findall(r"<h(\d)[^>]*>(\w)</h(\d)>", shown.html) == [
        ("2", "A", "2"),
        ("2", "B", "2"),
        ("3", "C", "3"),
        ("3", "D", "3"),
        ("2", "E", "2"),
    ]


def test_what_is_wide_is_moved_by_itself_and_a_link_that_leads_nowhere_says_so() -> None:
    page = render("|a|\n|-|\n|b|\n\n[gone](x.md) [web](https://a.example)", link=lambda _: None)
    assert '<div class="wide" tabindex="0"><table>' in page.html
    assert "gone</a> (leads nowhere)" in page.html
    assert page.html.count("nowhere") == 1


def test_links_and_pictures_lead_where_the_caller_says() -> None:
    html = shown("[next](../b.md#c) ![plan](img/a.png)", html=False)
    assert 'href="/pages/../b.md#c"' in html
    assert '<img src="/pictures/img/a.png" alt="plan">' in html
    lost = render('<a href="../b.md" title="Next">next</a>', html=True).html
    assert '<a title="Next">next</a>' in lost
    alone = render("[next](../b.md) ![plan](img/a.png)").html
    assert "href" not in alone
    assert "<img" not in alone
    assert "plan" in alone


def test_a_picture_of_another_host_is_a_link_to_it() -> None:
    html = shown("![the plan](https://example.org/a.png)", html=True)
    assert 'href="https://example.org/a.png"' in html
    assert ">the plan</a>" in html


def test_tables_tasks_code_and_notes() -> None:
    table, tasks = "|a|b|\n|--|--:|\n|1|2|", "- [ ] to do\n- [x] done"
    text = f"{table}\n\n{tasks}\n\n~~no~~[^1]\n\n```py\nx<y\n```\n\n[^1]: foot"
    html = shown(text, html=False)
    assert '<td class="align-right">2</td>' in html
    assert "☐ to do" in html
    assert "☑ done" in html
    assert "<s>no</s>" in html
    assert '<code class="language-py">x&lt;y\n</code>' in html
    assert "foot" in html
