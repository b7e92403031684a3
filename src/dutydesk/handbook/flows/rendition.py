"""A page as HTML: where its links lead, and its pictures are, is for whoever reads it to say."""

from collections.abc import Callable
from dataclasses import dataclass

from dutydesk.handbook.models import HandbookPage
from dutydesk.handbook.rules.links import Target
from dutydesk.handbook.rules.web_addresses import WebPlace
from dutydesk.process.flows import process
from dutydesk.process.rules.handbook import RepositorySection
from dutydesk.web.markdown import PREFIX, Rendered, render

Locate = Callable[[str, str], str]
"""Gives the address of what is at a path of a repository, by both their names."""


@dataclass(frozen=True)
class ReaderAddresses:
    """Where a reader finds other pages, and pictures."""

    page: Locate
    picture: Locate


def place_of(page: HandbookPage) -> WebPlace:
    """Give where the page's repository is on the web."""
    name = page.repository.name
    given = process.in_force().handbook.repository(name)
    return WebPlace.of(given or RepositorySection(name=name, url="file:///"))


def shown(page: HandbookPage, addresses: ReaderAddresses, *, top: int = 2) -> Rendered:
    """Give a page as HTML, its highest heading at that depth."""
    name, place = page.repository.name, place_of(page)

    def link(address: str) -> str | None:
        target = Target(*page.links.get(address, ["nowhere"]))
        match target.leads:
            case "page":
                part = f"#{PREFIX}{target.part}" if target.part else ""
                return addresses.page(name, target.path) + part
            case "picture":
                return addresses.picture(name, target.path)
            case "nowhere":
                return None
        return place.seen(target.path) or None

    def picture(address: str) -> str | None:
        target = Target(*page.links.get(address, ["nowhere"]))
        return addresses.picture(name, target.path) if target.leads == "picture" else None

    return render(page.text, link=link, picture=picture, html=True, top=top)
