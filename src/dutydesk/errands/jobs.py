"""The queue's door: one job makes one try at one errand."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from dutydesk.errands import flows


@app.task(name="errands.deliver", pass_context=True)
def deliver(context: JobContext, *, errand_id: int) -> None:
    """Try the errand if it is due."""
    flows.deliver(errand_id=errand_id, now=context.additional_context["clock"].now)
