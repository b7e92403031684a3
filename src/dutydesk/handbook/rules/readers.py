"""Who may read the handbook."""

from dutydesk.kernel.actions import Person
from dutydesk.process.rules.handbook import HandbookSection


def may_read(book: HandbookSection, person: Person) -> bool:
    """Say whether this person may read its pages."""
    return book.read_by == "everybody" or person.may("engineer")
