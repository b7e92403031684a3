"""What is promised about a question."""

from dutydesk.kernel.kinds import PromiseKind

ANSWER = PromiseKind("question.answer", "Answer “{title}”", clause="hours.support")
_UNANSWERED = "Tell {who} that “{title}” is unanswered"
TEAM = PromiseKind("question.nudge-team", _UNANSWERED, clause="hours.support")
LEAD = PromiseKind("question.nudge-lead", _UNANSWERED, clause="hours.support")
QUICK = PromiseKind("question.quick", "Solve “{title}” or offer a ticket", clause="ask.quick")
CHASE = PromiseKind("question.chase", "Go on with “{title}”", clause="hours.support")
SILENCE = PromiseKind(
    "question.silence",
    "Close “{title}” if there is no word from its asker",
    clause="hours.support",
)
