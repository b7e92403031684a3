"""Posts that come in one breath: of one question, of another, and of what is known."""

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.desk.models import Question
from testing.asked import ASK
from testing.world import World


def further_posts(world: World) -> dict[str, str]:
    """Let Uma write four; give one that goes on, one that was parted, and one that is the same."""
    uma = Author.of(world.person("Uma"))
    said = [
        people_posts.post(by=uma, channel=ASK, text=text, at=world.at)
        for text in ("Who reads audits?", "Quarterly ones", "And printers?", "Any budget?")
    ]
    world.settle()
    parted, same = (
        world.press("Ada", "question.part-post", f"post:{one.pk}").show for one in said[2:]
    )
    first = Question.objects.get(post=said[0])
    world.press("Ada", "question.same", same, other=str(first.pk))
    return {
        "further post": f"post:{said[1].pk}",
        "parted question": parted,
        "same question": same,
    }
