"""The words by which somebody says that a matter is over, or takes back what they said of it.

They go for a clause, as those of `vocabulary` do.
"""

import re

from dutydesk.desk.rules.vocabulary import any_of

FOUND = any_of(
    r"^(?:oh |ah |ok |sorry )?(?:never ?mind|nvm|nm)$",
    r"^(?:oh |ah |ok |sorry |actually )?(?:never ?mind|nvm)\b(?! (?:the|what|that|my|how|about)\b)",
    r"\b(?:please |just )?(?:ignore|disregard|forget) (?:me|(?:about )?(?:it|this|that)|"
    r"(?:my|the|that) (?:last |previous |above |earlier )?(?:message|question|post|request))"
    r"(?! for now\b)",
    r"^(?:please )?(?:ignore|disregard)$",
    r"\b(?:scratch|scrap|cancel|strike) that\b",
    r"^cancel (?:this|my) (?:question|request)\b|^(?:question |request )?withdrawn$",
    r"^(?:as you were|panic over|user error|false alarm|wrong channel|my (?:bad|mistake|fault))\b",
    r"\b(?:my (?:bad|mistake|fault)|false alarm|i'm blind)$",
    r"^(?:ah |oh |sorry |ok )*(?:it|that) was (?:just |only )?(?:a |my |our )?(?:own )?"
    r"(?:typo|mistake|fault|user error|misconfiguration)(?: (?:on|at) (?:my|our) (?:side|end))?$",
    r"\b(?:i|we|just|just now|ah|oh|ok|and)? ?(?:found|figured|worked|sorted|solved|fixed|got) "
    r"(?:it|this|that) (?:out|myself|ourselves|on my own|working)\b",
    r"^(?:i |we |i've |we've |i have |just |ah |oh |ok |and )*found "
    r"(?:it|(?:the|my|our) (?:\w+ )?(?:problem|issue|cause|answer|reason|mistake|error|bug|"
    r"solution)) ?"
    r"(?:(?:in|on|at|here|now|already|thanks)\b.*)?$",
    r"\bfigured out\b(?! how to (?:reproduce|trigger|break)\b)",
    r"^got (?:the|an|my) answer\b|\bworked it out\b",
    r"\b(?:i|we) (?:managed|were able|was able) to (?:fix|solve|sort|resolve|get it)",
    r"\bfound (?:another|a different) way\b",
    r"\b(?:fixed|resolved|sorted|solved|healed) itself\b",
    r"\bcame back by (?:itself|themselves)\b",
    r"\b(?:no longer|not|don't|do not|no) need(?:ed|s)?\b(?: (?:it|this|that|for it))?"
    r"(?: any ?more| any longer| after all)",
    r"\bno longer (?:needed|required|necessary)\b",
    r"^(?:the |sorry |ah )*(?:problem|issue|error|mistake|fault) was (?:on|at) (?:my|our) "
    r"(?:side|end)$",
    r"^turns out\b|^answering (?:myself|my own)",
    r"\b(?:sorted|helped|told) me (?:out|in person)\b",
)
"""Somebody found it out by themselves, or needs it no more."""

RETRACTS = any_of(
    r"\b(?:ignore|disregard|forget|scratch|scrap|cancel|strike)\b",
    r"\b(?:false alarm|wrong channel|panic over|my (?:bad|mistake|fault))\b",
    r"^turns out\b",
)
"""Something is taken back, or explained: what is said beside it may be what is meant instead."""
PART = any_of(r"\b(?:too|as well|also|another|partly|partially|half)\b")
"""What was found is but a part, or is one thing more."""

_THIS = r"(?:this|it|that|here|(?:this|the|that|my|our) (?:ticket|question|thread|issue|one))"
_NO_MORE = r"(?=$| (?:now|then|here|for now|as|please|thanks|thank you|if|since|because|out|off)\b)"
"""What may stand behind *this*, so that it is the matter itself: “this port” is none."""
CLOSES = any_of(
    rf"\bclosing {_THIS}{_NO_MORE}",
    r"\bclosing (?:for now|now|then|as (?:solved|done|resolved|answered|fixed|complete\w*))"
    r"(?=$| (?:as|since|because|thanks|then|now)\b)",
    r"^(?:so |ok |then )?closing$",
    r"\b(?:i'll|i will|i'm going to|i am going to|let's|we can|you can|you may|happy to|i am|i'm) "
    rf"(?:now )?(?:close|closing)(?:$| {_THIS}{_NO_MORE}| now$)",
    rf"\b(?:please|can you|could you) (?:please )?close {_THIS}{_NO_MORE}",
    r"^please close$|^can be closed(?=$| (?:now|then|thanks)\b)",
    rf"\bmark(?:ing|ed)? {_THIS} (?:as )?(?:solved|done|resolved|closed|answered){_NO_MORE}",
    rf"^(?:ok |so |then )?marking as (?:solved|done|resolved|closed|answered){_NO_MORE}",
    rf"\b(?:ok|fine|happy) (?:for|with) {_THIS} (?:to be|being) closed{_NO_MORE}",
    rf"\b(?:this|it|this (?:ticket|question|thread|issue)) can be closed{_NO_MORE}",
)
"""Somebody says that the matter is closed."""

TURNS = re.compile(
    r"\b(?:but|however|although|though|except|unfortunately|sadly|still|"
    r"and (?:now|it|that|this))\b.+"
)
"""What may complain behind a word that the matter is over."""
DENIES = re.compile(r"(?:\b(?:not|never|nobody|cannot|unable|without|yet)|n't)(?: \w+){0,2} ?$")
"""What stands before such a word and makes it none."""
