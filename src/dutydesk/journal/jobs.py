"""The queue's door: one job runs one reaction."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from dutydesk.journal import flows


@app.task(name="journal.react", pass_context=True)
def react(context: JobContext, *, reaction_id: int) -> None:
    """Run the reaction if it is still owed."""
    at = context.additional_context["clock"].now()
    flows.carry_out(reaction_id=reaction_id, at=at)
