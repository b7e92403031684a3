"""The subjects of the measures, in the order of their tabs. A further one is one more line here."""

from dutydesk.measures.flows.availability import AVAILABILITY
from dutydesk.measures.flows.happiness import HAPPINESS
from dutydesk.measures.flows.incidents import INCIDENTS
from dutydesk.measures.flows.on_call import ON_CALL
from dutydesk.measures.flows.promises import PROMISES
from dutydesk.measures.flows.published import PUBLISHED
from dutydesk.measures.flows.recovery import RECOVERIES
from dutydesk.measures.flows.requests import REQUESTS
from dutydesk.measures.flows.support import SUPPORT
from dutydesk.measures.rules.figures import Subject

SUBJECTS: tuple[Subject, ...] = (
    AVAILABILITY,
    INCIDENTS,
    RECOVERIES,
    HAPPINESS,
    SUPPORT,
    ON_CALL,
    PROMISES,
    REQUESTS,
    PUBLISHED,
)
