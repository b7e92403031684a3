"""A browser for the tests of screens, a desk for it to look at, and one of everything."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from testing.handbook_screens import with_handbook
from testing.machine import needs
from testing.office import Office
from testing.one_office import shared_office
from testing.whole_desk import Desk, ordinary_tuesday

# Far longer than it takes on a machine that has something else to do.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def browser(desk: Desk) -> Iterator[Browser]:
    """Give one that is closed before the desk."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=needs("chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def one_office(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with django_db_blocker.unblock(), shared_office(folder) as office:
        office.opens()
        yield office


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    file = with_handbook(tmp_path_factory.mktemp("handbook"))
    here = "  - when: turn change\n"
    file.write_text(file.read_text().replace(here, f"{here}    turn_from: 30 minutes\n"))
    desk = Desk(ordinary_tuesday(11, 0), DUTYDESK_HANDBOOK_LOCAL="1", DUTYDESK_PROCESS=str(file))
    try:
        yield desk
    finally:
        desk.close()
