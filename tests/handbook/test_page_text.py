"""What a page says of itself, and where its links lead."""

from datetime import date
from time import process_time

import pytest

from dutydesk.handbook.flows.page_text import read_page
from dutydesk.handbook.rules.front_matter import read_front_matter
from dutydesk.handbook.rules.links import Shelf
from dutydesk.handbook.rules.readable import first_lines, without_erb, without_title
from dutydesk.handbook.rules.web_addresses import WebPlace
from dutydesk.process.rules.handbook import RepositorySection
from dutydesk.web.markdown import outline
from testing.junk import merge_bomb

FRONT = """---
title: Restore a database
last_reviewed_on: 2026-08-31
review_in: 6 months
services: [Prison visits]
alerts: [DatabaseGone, 42]
---
# Restore a database

<%= partial 'warning' %>
Do *this*.
"""


def test_front_matter_and_erb() -> None:
    page = read_page("db/restore.html.md.erb", FRONT.encode())
    assert page.title == "Restore a database"
    assert (page.front.reviewed_on, page.front.review_by) == (date(2026, 8, 31), date(2027, 2, 28))
    assert page.keys("db/restore.html.md.erb") == [
        "alert:42",
        "alert:databasegone",
        "alert:restore",
        "service:prison-visits",
    ]
    assert page.notes == ("1 ERB tag, which only its site fills in",)
    assert page.words == "Do this."
    assert "partial" not in page.text


@pytest.mark.parametrize(
    ("front", "says"),
    [
        ("a: [", "not YAML"),
        ("last_reviewed_on: someday", "no day"),
        ("review_in: soon", "no length of time"),
        ("last_reviewed_on: 9999-12-01\nreview_in: 6 months", "beyond any calendar"),
        ("title: &a [*a, *a]", ""),
        ("- a list", ""),
    ],
)
def test_front_matter_that_cant_be_read_is_said_and_the_page_is_shown(
    front: str, says: str
) -> None:
    page = read_page("a.md", f"---\n{front}\n---\n# Title\n".encode())
    assert page.title == "Title"
    assert says in " ".join(page.notes)


def test_a_page_without_a_heading_is_called_as_its_file() -> None:
    assert read_page("how-we-deploy.md", b"Just so.").title == "how we deploy"
    assert read_page("a.md", b"Text\n\n## First heading\n").title == "First heading"
    assert read_page("a.md", b"").title == "a"


SHELF = Shelf(
    [
        "source/index.html.md.erb",
        "source/documentation/deploy.html.md.erb",
        "source/documentation/Kube Pods.md",
        "source/runbooks/README.md",
        "source/images/plan.png",
        "charts/app/values.yaml",
        "README.md",
    ],
    "source",
)


@pytest.mark.parametrize(
    ("link", "leads", "path"),
    [
        ("deploy.html", "page", "source/documentation/deploy.html.md.erb"),
        ("deploy.html#steps", "page", "source/documentation/deploy.html.md.erb"),
        ("deploy", "page", "source/documentation/deploy.html.md.erb"),
        ("/documentation/deploy.html", "page", "source/documentation/deploy.html.md.erb"),
        ("Kube%20Pods.md", "page", "source/documentation/Kube Pods.md"),
        ("kube%20pods/", "page", "source/documentation/Kube Pods.md"),
        ("../runbooks/", "page", "source/runbooks/README.md"),
        ("/", "page", "source/index.html.md.erb"),
        ("../images/plan.png", "picture", "source/images/plan.png"),
        ("../../charts/app/values.yaml", "file", "charts/app/values.yaml"),
        ("../../charts", "folder", "charts"),
        ("../../README.md", "file", "README.md"),
        ("?tab=2", "page", "source/documentation/deploy.html.md.erb"),
        ("gone.md", "nowhere", ""),
        ("../../../../etc/passwd", "nowhere", ""),
        ("%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "nowhere", ""),
    ],
)
def test_where_a_link_leads(link: str, leads: str, path: str) -> None:
    found = SHELF.target(link, "source/documentation/deploy.html.md.erb")
    assert (found.leads, found.path) == (leads, path)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://github.com/o/docs", "https://github.com/o/docs/blob/main/source/a.md#x"),
        ("https://github.com/o/docs.git", "https://GitHub.com/o/docs/edit/main/source/a.md"),
        ("git@github.com:o/docs.git", "https://github.com/o/docs/blob/main/source/a.md?plain=1"),
        ("ssh://git@gitlab.example.org:22/o/docs.git", "https://gitlab.example.org/o/docs/-/blob/main/source/a.md"),
        ("file:///x", "https://runbooks.example.org/a/"),
        ("file:///x", "https://runbooks.example.org/a.html"),
    ],
)  # fmt: skip
def test_an_address_on_the_web_leads_to_a_page(url: str, address: str) -> None:
    given = RepositorySection(
        name="docs",
        url=url,
        branch="main",
        folder="source",
        published=("https://runbooks.example.org/",),
    )
    assert "source/a.md" in list(WebPlace.of(given).paths_of(address))


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/o/docs-two/blob/main/source/a.md",
        "https://github.com/o/docs/blob/next/source/a.md",
        "https://github.com/o/docs/issues/7",
        "https://runbooks.example.org.evil.example/a",
        "",
    ],
)
def test_an_address_of_another_leads_to_none(address: str) -> None:
    given = RepositorySection(
        name="docs",
        url="https://github.com/o/docs",
        branch="main",
        published=("https://runbooks.example.org",),
    )
    assert not list(WebPlace.of(given).paths_of(address))


def test_where_a_page_is_edited() -> None:
    github = WebPlace("https://github.com/o/docs", "main", "", ())
    assert github.edited("a b.md") == "https://github.com/o/docs/edit/main/a%20b.md"
    gitlab = WebPlace("https://gitlab.example.org/o/docs", "", "", ())
    assert gitlab.edited("a.md") == "https://gitlab.example.org/o/docs/-/blob/HEAD/a.md"
    assert WebPlace("", "main", "", ()).edited("a.md") == ""


def test_the_first_lines_are_few() -> None:
    assert first_lines("Title\nOne.\nTwo.", "Title") == "One. Two."
    assert len(first_lines("word " * 500, "")) < 300


def test_front_matter_holds_what_a_database_keeps_and_is_never_written_out() -> None:
    front, _ = read_front_matter('---\ntitle: "a\\0b"\nalerts: ["c\\ud800"]\n---\n')
    assert (front.title, front.alerts) == ("a\ufffdb", ("c\ufffd",))
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9))
    vast = f"---\nl0: &l0 [x]\n{levels}last_reviewed_on: *l8\nreview_in: *l8\n---\n"
    assert len(read_front_matter(vast)[0].notes) == 2


@pytest.mark.parametrize(
    "text",
    [
        "<%" * 200_000,
        "<" * 400_000,
        "<%= a %>" + "<%" * 200_000,
        "<%a%>x<<\n" * 70_000,
        " " * 200_000 + "<" * 2_000,
        "<% %%>" + "<%%" * 100_000,
    ],
)
def test_no_page_keeps_its_reader_busy(text: str) -> None:
    left, _ = without_erb(text)
    assert outline(left).words.count("<") > 1000


@pytest.mark.parametrize(
    "text",
    ["# a" + " " * 100_000 + "b", "# a" + " #" * 50_000 + "b\r", "#" + " " * 100_000 + "\rb"],
)
def test_no_heading_keeps_its_reader_busy(text: str) -> None:
    began = process_time()
    assert without_title(text, "Another") == text
    assert process_time() - began < 5
    assert without_title("\n# The title ##  \r\nText", "the-title") == "Text"
    assert without_title("# The title", "The title") == ""


def test_a_tag_ends_where_it_ends() -> None:
    steps = "<%= a %> is this\n\nStep 1\n\n<% end %>\n"
    assert without_erb(steps) == (" is this\n\nStep 1\n\n", 2)
    assert without_erb("a <% 5 %% 3\n > 1 %> b\n  <% if x %>\t\r\nc") == ("a  b\nc", 2)


def test_what_no_yaml_reader_can_make_of_a_page_is_said_and_its_text_is_kept() -> None:
    for wrong in (
        "alerts: !!bool maybe",
        'alerts: !!int ""',
        "alerts: !!omap [{a: 1}, {a: 1}]",
        "? [[1]]\n: a",
        "alerts: 0x" + "f" * 4_000,
        "services: [1, 0x" + "f" * 4_000 + "]",
        "alerts: !!int " + "9" * 5_000,
        merge_bomb(),
    ):
        page = read_page("a.md", f"---\n{wrong}\n---\n# Steps\nDo it.".encode())
        assert (page.title, page.front.alerts, page.front.services) == ("Steps", (), ())
        (note,) = page.notes
        assert note.startswith("what stands before its text: ") and len(note) < 200
    page = read_page("a.md", b"---\nbase: &b {title: T}\n<<: *b\nalerts: [7, 0x10]\n---\nDo it.")
    assert (page.title, page.front.alerts, page.notes) == ("T", ("7", "16"), ())
