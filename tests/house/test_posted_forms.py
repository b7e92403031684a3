"""What people fill in is read as forms, and no screen reads what was posted field by field."""

import ast
from pathlib import Path

import dutydesk

SOURCE = Path(dutydesk.__file__).parent
BY_HAND = {
    "site/middleware.py": "looks at whatever is sent before any screen does",
    "site/actions.py": "the door of every action: it gives the action's form what was sent",
    "site/signin.py": "nobody is signed in yet, and no process may be in force",
    "web/sent_forms.py": "reads the forms of screens",
    "web/uploads.py": "descriptions of pictures have the names of their files",
    "pictures/templatetags/pictures.py": "shows again what was said of pictures",
    "chat/web.py": "a post is taken as it was typed",
    "desk/web/board.py": "a post is taken as it was typed",
    "handovers/web.py": "a note is saved while it is typed, beside what others type",
    "postmortems/web/passages.py": "a passage is saved while it is typed, beside others",
    "postmortems/web/publications.py": "what is marked is in the text that is published",
    "incidents/web.py": "a link answers for who has it, from a program too",
    "status/api/subscribers.py": "the public signs up, and is told nothing of who did",
    "rota/web/changes.py": "asks in steps, and reads each through its form",
    "rota/web/plans.py": "carries a signed plan to be published",
}


def reads(module: Path) -> bool:
    """Say whether a module touches what a request posted."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return any(isinstance(one, ast.Attribute) and one.attr == "POST" for one in ast.walk(tree))


def test_only_these_read_what_was_posted_by_hand() -> None:
    found = {str(one.relative_to(SOURCE)) for one in SOURCE.rglob("*.py") if reads(one)}
    assert found == set(BY_HAND)


def test_a_screen_that_reads_a_field_by_hand_is_found(tmp_path: Path) -> None:
    by_hand = tmp_path / "screen.py"
    by_hand.write_text('def screen(request):\n    return request.POST.get("name", "")\n')
    assert reads(by_hand)
    by_hand.write_text('def screen(request):\n    return request.GET.get("name", "")\n')
    assert not reads(by_hand)
