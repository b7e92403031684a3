"""What the desk itself says about questions, as the process file words it."""

from typing import Annotated

from dutydesk.process.rules.fields import filling
from dutydesk.process.rules.sections import Section


class AskWords(Section):
    """What the desk itself says about questions. `{names}` in braces are filled in.

    Clause ask.style: friendly, short and open.
    """

    welcome: Annotated[str, filling("asker", "cover")] = (
        "Thanks, {asker}. {cover} is answering questions just now."
    )
    """To a question while somebody covers."""
    nobody: Annotated[str, filling("asker")] = (
        "Thanks, {asker}. Nobody is named to answer right now; the team has been told."
    )
    """To a question while nobody does."""
    out_of_hours: Annotated[str, filling("asker", "opens")] = (
        "Thanks, {asker}. We answer questions in support hours, so somebody will pick this up"
        " {opens}. If something is down right now, on call hears of it from its alerts."
    )
    """To a question outside support hours."""
    taken: Annotated[str, filling("engineer")] = "{engineer} is looking into this."
    """When an engineer takes a question."""
    answered: Annotated[str, filling("engineer", "asker")] = "{engineer} is helping {asker}."
    """When an engineer answers one."""
    waiting: Annotated[str, filling("asker")] = (
        "{asker}, we need a word from you to go on. Take your time."
    )
    """When it waits for its asker."""
    solved: Annotated[str, filling("by")] = "Solved. {by} said so. If it isn't, just write here."
    """When it is solved."""
    silent: Annotated[str, filling("asker")] = (
        "We haven't heard from you, {asker}, so we take it that this is settled. Write here "
        "at any time and we go on."
    )
    """When it is closed since nobody wrote."""
    lapsed: Annotated[str, filling("asker")] = (
        "We are sorry, {asker}: nobody has gone on with this for a long time, so we close it. "
        "Write here at any time and we go on."
    )
    """When it is closed since nobody went on with it."""
    goes_on: Annotated[str, filling("number")] = "This goes on with question {number}."
    """Under a post that is a part of a question."""
    follows: Annotated[str, filling("asker", "number")] = (
        "{asker}, this is the same as question {number}, which is still open. You hear here when "
        "that has an answer. If it isn't the same, write here."
    )
    """When it waits for an earlier question."""
    follows_answer: Annotated[str, filling("asker", "number")] = (
        "{asker}, question {number}, which yours waits for, has an answer."
    )
    """When the question that it waits for is answered."""
    not_same: Annotated[str, filling("by", "number")] = (
        "{by} says that this is not the same as question {number}. We look into it by itself."
    )
    """When it is parted from the question that it was joined to."""
    untouched: Annotated[str, filling("count")] = (
        "Nobody has gone on with these for a working day: {count}. Who has a moment?"
    )
    """To the team, of questions that nobody goes on with."""
    nudge_team_many: Annotated[str, filling("count")] = (
        "{count} questions have been waiting for an answer. Can somebody take one?"
    )
    """To the team, of several that nobody answers."""
    nudge_lead_many: Annotated[str, filling("lead", "count")] = (
        "{lead}, {count} questions have been waiting for an answer. Who could take them?"
    )
    """To whoever leads support, of several that nobody answers."""
    ticket_closed: Annotated[str, filling("asker", "number")] = (
        "{asker}, ticket {number} is closed, so we take it that this is done. If something is "
        "left, just write here."
    )
    """When it is closed with its ticket."""
    declined: Annotated[str, filling("asker")] = (
        "{asker}, the ticket of this was closed without being done: it isn't planned, or is the "
        "same as another. If you still need it, write here at any time and we go on."
    )
    """When its ticket is closed so."""
    ticket_gone: Annotated[str, filling("number")] = (
        "Ticket {number} isn't in the tracker any more: it was deleted there, or moved elsewhere. "
        "Nobody said that this is done, so we go on with it here."
    )
    """When its ticket is gone from the tracker."""
    withdrawn: Annotated[str, filling("asker")] = "{asker} took this back."
    """When its asker takes it back."""
    settled: Annotated[str, filling("asker")] = (
        "Good to hear, {asker}. Shall we call this solved? If something is left, just write here."
    )
    """When its asker says that it works."""
    still_solved: Annotated[str, filling("asker")] = (
        "Noted, {asker}. This still counts as solved; if it isn't, the button opens it again."
    )
    """When its asker writes in a thread that is solved, and it is not clear that it fails again."""
    asked_anew: Annotated[str, filling("asker")] = (
        "{asker}, this has become a question of its own, so that it gets an answer."
    )
    """When somebody asks in a thread that is solved."""
    same_here: Annotated[str, filling("who", "asker")] = (
        "{who} says that they have the same trouble as {asker}."
    )
    """When somebody else has the same trouble."""
    urgent: Annotated[str, filling()] = (
        "If people are harmed by it right now, you can page on call."
    )
    """Out of support hours, where people can page on call about a question."""
    not_urgent: Annotated[str, filling()] = "Nobody is called for a question before then."
    """Out of support hours, where they can't."""
    offer_ticket: Annotated[str, filling("limit")] = (
        "This has taken {limit}. Shall we raise a ticket, so that the work has a record?"
    )
    """When it has taken as long as the quick limit."""
    ticket_raised: Annotated[str, filling("number")] = (
        "Ticket {number} keeps the record of this. Let's go on talking here."
    )
    """When it becomes a ticket."""
    stays_in_tracker: Annotated[str, filling("number")] = (
        "What was removed here still stands in ticket {number} in the tracker, and in its history "
        "and mails. Remove it there too; a password that was there has to be changed."
    )
    """When words that are in its ticket are removed."""
    ticket_arrived: Annotated[str, filling("by")] = (
        "{by} made a ticket in the tracker. Who looks at it?"
    )
    """When a ticket was made in the tracker."""
    tracker_trouble: Annotated[str, filling("because")] = (
        "The tracker can't follow the desk: {because}. The desk goes on, and what is owed to the "
        "tracker goes there once this is mended."
    )
    """When the tracker refuses what the desk tells it."""
    stranger: Annotated[str, filling("command")] = (
        "I don't know your address, so I can't tell who you are on the desk. What you write works "
        "all the same. If you have an account there, type `{command}`, and I know you."
    )
    """To somebody in the chat outside whom the desk doesn't know."""
    direct: Annotated[str, filling("channel")] = (
        "Nobody reads what is written here, and it isn't kept. Please ask in {channel}, where "
        "everybody who can help sees it. What you are called for here is answered by its link or "
        "its button alone."
    )
    """To whoever writes to the desk alone in the chat outside."""
    nudge_cover: Annotated[str, filling("cover", "asker", "waited")] = (
        "{cover}, {asker} has been waiting for {waited}. Could you have a look?"
    )
    """To whoever covers, of a question that waits."""
    nudge_team: Annotated[str, filling("asker", "waited")] = (
        "A question by {asker} has been waiting for {waited}. Can somebody take it?"
    )
    """To support, of a question that waits on."""
    nudge_lead: Annotated[str, filling("lead", "asker", "waited")] = (
        "{lead}, a question by {asker} has been waiting for {waited}. Who could take it?"
    )
    """To who leads support, of one that still waits."""
    what_was_it: Annotated[str, filling()] = "What kind of question was this? One press is enough."
    """To whoever answered, to say of which kind it was."""
    how_was_it: Annotated[str, filling("asker")] = "Glad that's solved, {asker}. How was our help?"
    """To its asker, to say how our help was."""
    thanks: Annotated[str, filling()] = "Thank you, that helps us get better."
    """When they said."""
    burst: Annotated[str, filling("count", "within")] = (
        "{count} questions within {within} look alike. Is something wrong? We could declare "
        "an incident."
    )
    """To the team, of questions that look alike."""
    past_answers: Annotated[str, filling("asker")] = (
        "This looks like something we answered before, {asker}. Does one of these help?"
    )
    """Before answers that were given to questions like it."""
    helped: Annotated[str, filling()] = (
        "Good to hear that a past answer helped. If something is left, just write here."
    )
    """When one of these helped."""
    same: Annotated[str, filling("by")] = (
        "This was asked before: {by} found the earlier question. If it isn't the same, write here."
    )
    """When it was asked before."""
    asked_again: Annotated[str, filling("asker")] = "{asker} asked the same since then."
    """At the earlier question, when it was asked again."""
