"""What people do to posts: mark them, and change or remove their own."""

from datetime import datetime

from dutydesk.chat.flows import people_posts, threads
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import number_of
from dutydesk.pictures.flows import descriptions


def _post(about: str, by: Person) -> Post:
    """Give a post that this person may see."""
    seen = threads.visible(Post.objects.filter(pk=number_of(about, "post")), by.account)
    found = seen.first()
    if found is None:
        raise Refused("That post isn't there any more.", "Look at its channel.")
    return found


def _mark(press: ActionRequest) -> ActionResult:
    return _marked(press, on=True)


def _unmark(press: ActionRequest) -> ActionResult:
    return _marked(press, on=False)


def _marked(press: ActionRequest, *, on: bool) -> ActionResult:
    name = press.choice
    if name not in threads.MARKS:
        raise Refused("There is no such mark.", f"Choose {' or '.join(threads.MARKS.values())}.")
    found = _post(press.about, press.by)
    people_posts.mark(post=found.pk, name=name, by=Author.of(press.by), on=on, at=press.at)
    return ActionResult("", press.about)


def _edit_form(about: str, by: Person, at: datetime) -> Form:
    found = _post(about, by)
    return Form(
        title="Change what you posted",
        submit="Change it",
        fields=(
            Field(
                "text", "Your post", "long", value=found.words.body, longest=people_posts.LONGEST
            ),
            *descriptions.fields(found.pictures.all()),
        ),
        note="Everybody sees that it was changed, and when.",
    )


def _edit(press: ActionRequest) -> ActionResult:
    found = _post(press.about, press.by)
    people_posts.edit(
        post=found.pk,
        by=Author.of(press.by),
        text=press.answers.text("text"),
        at=press.at,
        seen=descriptions.answered(found.pictures.all(), press.answers),
    )
    return ActionResult("Changed.", press.about)


def _remove_form(about: str, by: Person, at: datetime) -> Form:
    return Form(
        title="Remove what you posted?",
        submit="Remove it for good",
        note=f"“{_post(about, by).words.body[:200]}” Its place in the thread stays; what it says "
        "is gone. A question that nobody has answered is taken back with it.",
    )


def _remove(press: ActionRequest) -> ActionResult:
    post = number_of(press.about, "post")
    people_posts.remove(post=post, by=Author.of(press.by), at=press.at)
    return ActionResult("Removed.", press.about)


ACTIONS = (
    Action("post.mark", "anyone", _mark),
    Action("post.unmark", "anyone", _unmark),
    Action("post.edit", "anyone", _edit, _edit_form),
    Action("post.remove", "anyone", _remove, _remove_form),
)
