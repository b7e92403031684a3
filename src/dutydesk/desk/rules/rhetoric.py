"""The words that ask nothing and complain of nothing, though they are put as if they did.

They go for a clause, as those of `vocabulary` do. Whoever may mean their question asks it.
"""

from dutydesk.desk.rules.vocabulary import any_of

_OH = r"^(?:and |wow |oh |lol |but |ha+ )*"
_FINE = r"(?:cool|nice|great|neat|lovely|clever|kind|awesome|amazing|brilliant)"
_EASY = r"(?:fast|quick|easy|simple|silly|stupid)"

SAID = any_of(
    rf"{_OH}how {_FINE} (?:is|was) (?:that|this|it)$|{_OH}how {_EASY} was (?:that|it)$",
    rf"{_OH}how (?:{_FINE}|{_EASY}) (?:of (?:you|me|us|them)|(?:am|was) i|are you)\b",
    rf"{_OH}who knew(?: (?:that|it))?$|"
    rf"{_OH}who(?: would|'d) have (?:thought|guessed|known|expected|believed)\b",
    rf"{_OH}isn't (?:that|it|this) (?:just )?(?:{_FINE}|funny)$",
    r"\bwhy (?:didn't (?:i|we)|did (?:i|we) not) (?:just )?think of (?:that|this|it)\b",
    r"\bwhy (?:didn't i|did i not) (?:just )?(?:(?:see|notice|spot|read|check) (?:that|this|it)|"
    r"(?:read|check) the (?:docs?|documentation|guide|manual|readme))"
    r"(?: (?:before|earlier|sooner|myself|first))?$",
    rf"{_OH}can we (?:all |also |just )*(?:thank|applaud|celebrate|have a round of)\b",
)
"""It is no question even with its mark."""
EXCLAIMED = any_of(
    rf"{_OH}what an? (?:great|good|nice|lovely|amazing|awesome|brilliant|fantastic|wonderful|cool|"
    r"relief|star|team|day)\b(?!.*\b(?:would|should|looks like)\b)",
    rf"{_OH}how {_EASY} is (?:that|this)$|{_OH}who knew\b(?! (?:about|of|how to)\b)",
    r"\bcan't believe (?:how|it|that|i|we)\b(?!.*\b(?:no|only|without|long)\b)",
    r"^(?:oh |sorry |clearly |apparently )*i (?:clearly |really |just |obviously )?can't read$",
    r"\b(?:never would|would never|wouldn't) have "
    r"(?:(?:guessed|found|known)(?: (?:it|this|that))?(?: without(?: you\w*| this| that)?$)?|"
    r"(?:thought of|expected) (?:that|this|it)$)",
    r"^for (?:anyone|anybody|everyone|everybody|others|whoever|people) (?:else )?(?:who )?"
    r"(?:find|read|search|land|wonder|com|hitt?|see)\w*"
    r"(?: (?:this|that|it|here|later|across|upon|on|the|same|thread|issue|problem))*$",
)
"""It is no question without its mark."""
