"""The forms of “How I am reached”, by what they do."""

from dutydesk.kernel.forms import Field, Form, number_from
from dutydesk.oncall.rules.notification_rules import LONGEST_DELAY
from dutydesk.web.sent_forms import row_field

_WHICH = row_field("method", "Contact method")
_DELAY = Field("delay", "Minutes after the call", value="0", rule=number_from(0, LONGEST_DELAY))
_ADDRESS = Field(
    "address",
    "Address",
    hint="It is a secret: afterwards its last four characters are shown at most.",
    longest=2_000,
)
FORMS = {
    "skills": Form(
        "When an incident needs help",
        "Save the skills",
        (
            Field(
                "skills",
                "Skills",
                required=False,
                hint="Others ask for somebody by these. With a comma between two: Kafka, networks",
            ),
        ),
    ),
    "called": Form(
        "When an incident needs help",
        "Save",
        (
            Field(
                "called",
                "Call me for incidents when somebody asks, also outside my turn",
                "flag",
                required=False,
                hint="Otherwise you get a message in the chat, and nothing rings.",
            ),
        ),
    ),
    "add": Form(
        "Add a contact method",
        "Add",
        (Field("name", "Name", longest=60), _ADDRESS, _DELAY),
    ),
    "delay": Form("When it is used", "Save", (_WHICH, _DELAY)),
    "up": Form("The order", "Move up", (_WHICH,)),
    "remove": Form("Remove it", "Remove", (_WHICH,)),
    "test": Form("Send a test", "Send a test", (_WHICH,)),
    "code": Form("The test's code", "It reached me", (_WHICH, Field("code", "The test's code"))),
    "rehearse": Form("Rehearsal", "Call me now"),
}
