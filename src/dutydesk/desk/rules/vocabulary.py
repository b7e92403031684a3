"""The words by which the desk knows what a post in the ask channel says: patterns of one clause.

They go for a clause in small letters, with plain apostrophes, without emoji, names and marks.
"""

import re


def any_of(*patterns: str) -> re.Pattern[str]:
    """Give a pattern that is found where any of these is."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_SUBJECT = r"(?:error|issue|problem|failure|timeout|alert|warning|trouble|message)s?"
_GONE = (
    rf"\b{_SUBJECT} (?:(?:is|are|has|have|was|were) )?(?:been |all |now )*"
    r"(?:gone|went away|disappeared|cleared|solved|resolved|fixed|sorted|stopped)\b"
)
_NONE_LEFT = (
    r"\bno (?:more |further )?(?:errors?|issues?|problems?|failures?|timeouts?|warnings?|trouble)"
    r" (?:since|any ?more|any longer|now|today)\b"
)
_WELL = r"(?:healthy|green|valid|up|running|fine|good|normal|ready|online)\b"
_MENDED = (
    r"\b(?:fixed|solved|sorted|cured|resolved|cleared)(?: out)? "
    r"(?:it|that|this|everything|(?:the|my|our) "
    r"(?!link|title|formatting|wording|message|post|question)\w+(?: \w+)?)\b"
)
_NONE = (
    rf"\b(?:no more|without(?: any)?|zero) (?:{_SUBJECT}\b|[45](?:\d\d|xx)s?\b|crash\w*|restarts)|"
    rf"\bno longer (?:see|seeing|get|getting|have|hit) (?:any |the |these )?"
    rf"(?:{_SUBJECT}\b|[45](?:\d\d|xx)s?\b)|\bnot a single {_SUBJECT}\b|"
    r"\bno (?:errors?|issues?|problems?|failures?) (?:in|on|at) (?:\w+ ){1,3}since\b|"
    r"\bwithout (?:any )?(?:downtime|interruptions?|trouble|hiccups?)\b|"
    r"\b(?:error|issue|problem|failure)s? (?:no longer|don't|doesn't) (?:appear|show|occur)s?$|"
    r"\bno longer (?:(?:fail|happen|crash|error|throttl|hang|restart)\w*|slow|stuck|blocked)\b"
)
_MY = r"(?:us|me|our \w+|my \w+)"

HARMLESS = any_of(
    r"\bno (?:problem|worries|rush|hurry|need to|idea|further|questions?|complaints|action)\b",
    r"\bno more questions\b",
    r"\bstill (?:works|good|fine|green|healthy|up|going (?:strong|well))$|"
    r"\bstill (?:works|good|fine|green|healthy|up|going) (?=(?:a|an|one|two|today|now|after)\b)",
    r"\bno (?:problems?|issues?|trouble|errors?) (?:at all|whatsoever)\b",
    _NONE_LEFT,
    r"\bnot (?:a problem|needed|necessary|required|to worry)\b",
    r"\b(?:don't|do not|didn't|no) (?:worry|need (?:it|this|that|to)?)\b",
    r"\b(?:can't|cannot|can not) thank\b",
    r"\bcouldn't have\b",
    r"\bthat explains\b(?:(?! (?:but|still|though|however)\b).)*",
    r"^(?:ah |oh |ok )*(?:(?:good|great|nice) to (?:know|hear)|(?:i'm |so )*(?:glad|relieved))"
    r"(?: that)? (?:it|this|that|there|i|we)\b(?:(?! (?:but|still|though|however)\b).)*",
    r"\b(?:write|writing|wrote|note|noting|jot) (?:that|this|it|them) down\b|^don't bother\b",
    r"\b(?:haven't|have not|hadn't|didn't) (?:had|have|get|find) (?:the |any |a )?(?:time|chance)\b"
    r"(?: yet)?",
    r"\bno (?:error|issue|problem|failure)s? (?:so far|now|any ?more|since)\b",
    r"\b(?:raise|open|file|create|log) an? (?:issue|bug)\b|(?:'d|would) never have \w+",
    r"\bso (?:that )?(?:nobody|no one) else (?:gets|hits|runs)\b.*|\bsaved (?:me|us|my|our)\b.*",
    r"\bfor not \w+ing\b|\b(?:shame|pity) (?:about|that)\b.*|\b(?:monitor|watch|look out) for \w+",
    r"\b(?:didn't|couldn't) (?:find|see|figure|work) (?:it|that|this)\b",
    r"\b(?:didn't|did not|wasn't|hadn't|couldn't) (?:know|realise|realize|notice|expect|think|spot|"
    r"aware|obvious|clear|remember|read|sure)\b",
    _MENDED,
    r"\b(?:doesn't|does not) matter\b",
    r"\bno longer (?:needed|required|necessary|an issue|a problem|relevant)",
    _NONE,
    r"\b(?:doesn't|isn't|not|don't|aren't) (?:fail|failing|crash|crashing|happen|"
    r"happening) any ?more",
    r"\bstopped (?:failing|crashing|restarting|erroring)",
    r"\b(?:if|in case|unless|should) (?:it|this|that|there|anything|something|i|we)\b.*",
    r"\bsorry (?:for|about) (?:the|that|this|my|any|all|bothering|being)\b.*",
    r"\bnot (?:only|just)\b|\bwhy not\b",
    _GONE,
)
"""What has a word of trouble, and says that there is none."""

AGREES = re.compile(r"^(?:\+1|\+\+|plus one)$")
SAME = any_of(
    r"^(?:and |exactly |the )*same$",
    r"^(?:and |exactly |the )*same(?: exact)?(?: (?:problem|issue|error|thing|story|trouble|one))?"
    rf"(?: (?:here|too|as well|with us|for {_MY}|(?:on|at|in) (?:our|my) \w+))",
    r"^(?:and )?(?:me|us) (?:too|as well)\b",
    r"^(?:the |and |can confirm )*(?:exact(?:ly)? )?same "
    r"(?:error|issue|problem|thing|trouble|symptoms?) (?:in|on|at|for|with) \w+$|^can confirm$",
    r"\b(?:we|i|they|\w+)(?:'re|'m| are| am| is) (?:also (?:affected|impacted|blocked|hit)\b|"
    r"(?:affected|impacted|blocked|hit) (?:too|as well)\b)",
    r"^ditto\b|^same (?:thing|error|issue) (?:in|on) (?:dev|staging|test|prod|preprod|live)\b",
    r"^\+1 (?:for|from|on|to|here|too|also|as)\b",
    r"^(?:the )?same (?:thing )?(?:happens|is happening|applies|goes)\b",
    r"^(?:also |i'm |we're |and )*(?:having|seeing|getting|facing|hitting|experiencing|got|have|"
    r"get|see|with) the (?:exact )?same\b",
    r"\b(?:facing|hitting) the (?:exact )?same\b",
    r"\balso (?:broken|down|failing|slow|stuck|affected)\b",
    r"\b(?:we|i|they)\b.{0,14}\bthe same (?:problem|issue|error|thing|trouble|symptoms?)\b",
    r"\b(?:also|too) (?:seeing|getting|having|happening|affect\w*|hit\w*|experienc\w*)\b",
    r"\b(?:see|seeing|get|getting|got|have|having|hit by|experiencing) (?:this|that|it)\b"
    r".{0,30}\b(?:too|as well|also)$",
    rf"\b(?:happens|happening|hits|hitting|affects|affecting) (?:to |for )?{_MY}",
)
"""Somebody has the same trouble as somebody else."""

WORKS = any_of(
    r"\bnot (?:fails?|failing|happens?|happening)\b",
    r"\b(?:doesn't|isn't|don't|aren't) (?:fail|failing|crash|crashing|happen|happening) any ?more",
    r"\bstopped (?:failing|crashing|restarting|erroring)",
    _NONE,
    _GONE,
    _NONE_LEFT,
    r"\bworks\b|\bworked\b",
    r"(?<!was )(?<!were )(?<!been )\bworking\b(?! (?:on|with|yesterday|before|at|from))",
    r"\b(?:did|does|done) the (?:trick|job)\b",
    r"\bthat(?:'s)? (?:did|has done|done) it$",
    _MENDED,
    r"^(?:(?:it's|all|now|and|merged|deployed|released|done|built) ?)*"
    r"(?:merged|deployed|released|built)$",
    r"\b(?:funktioniert|klappt|geklappt|marche|funciona|funziona|działa)\b",
    r"\b(?:läuft|geht) (?:jetzt|wieder)\b",
    r"^(?:ok |okay |and |it's |it is |that's |that is |now |all |already |everything(?:'s| is) )*"
    r"(?:sorted|fixed|solved|resolved)\b",
    r"(?:\b(?:is|are|looks?|back)|'s|'re) (?:now |all |back |looking )*"
    r"(?:working|fixed|resolved|solved|sorted|back)\b",
    r"^(?:ok |yes |yep |ah |and |so |now )*(?:it|that|this|everything|all|they)"
    r"(?: is| are|'s|'re| looks?) (?:now |all |back |looking |in )*" + _WELL,
    r"(?:\b(?:is|are|back)|'s|'re) (?:now |all |back )*" + _WELL + r".*\b(?:now|again)\b",
    r"\bnow " + _WELL,
    r"\bhas been (?:resolved|fixed|sorted)\b",
    r"\ball (?:is |are |seems )?(?:good|sorted|green|working|well|fine)\b",
    r"\bwe're good\b|\bgood (?:now|to go)\b",
    r"\bback (?:up|to normal|online)\b",
    r"\bseems? (?:to be )?(?:ok|okay|fine|good|stable|better)(?: again| now)\b",
    r"\b(?:passes|passing|passed|succeeds|succeeded) (?:again|now)\b",
    r"\bup and running\b|\blooks? (?:good|right|fine|better)\b",
    r"\b(?:can|could) (?:now )?(?:log in|sign in|see|access|connect|reach|deploy|open|build|"
    r"get in)\b.*\b(?:now|again)\b",
    r"\bcan now\b",
    r"^(?:ah |yes |yep )?that(?: was| is|'s) it$",
    r"^success(?:ful)?$",
    r"\bdeployed (?:fine|ok|successfully|now|cleanly)\b",
    r"^(?:yay |and |now )?it (?:deployed|passed|passes|built|builds|started|starts|went through)"
    r"(?! (?:after|when|since|with|yesterday|on|at|from|this|last|around|before|until)\b)",
    r"\bexactly what (?:i|we)\b|\bspot on\b",
    r"\b(?:that|this|it|which) helped\b|\bgot (?:it|this|that) to work\b",
    r"^helped\b|\bunblocked\b",
)
"""It works."""
PARTLY = any_of(
    r"^(?!.*\b(?:now|again)\b).*\b(?:on|in|with|from|for) (?:dev|staging|test|live|prod|"
    r"production|my|"
    r"our|the (?:other|old|new|first|second|same|last)|tom|others|another|everybody else)\b",
    r"\b(?:how|whether|why)\b.*\bwork(?:s|ed|ing)?\b",
    r"\b(?:before|yesterday|last (?:week|time|month)|until|only|previously|locally|when|"
    r"elsewhere)\b",
    r"\b(?:one|two|three|some|half|most|none|few) (?:\w+ )?of\b",
    r"^(?:only |but |and )*(?:the other|another|one of|some|the first|the old|half|most)\b",
    r"\bwork(?:s|ing)? (?:\w+ ){0,2}(?:if|unless|except|apart from|as long as)\b",
    r"\bpart(?:ly|ially)\b",
)
"""It works, but not there, not then, or not all of it; or that is not known."""
BACK = re.compile(r"(?:oh |hm+ |and |ok )*(?:it|this|that)(?:'s| is) back(?: again)?")
"""What was lost, or the trouble."""

_BROKEN = (
    r"\b(?:fail|error|broke|crash|hang|reject|denie|deny|refus|unavail|unreach|"
    r"tim(?:e|ed|es|ing) ?out|time-out)",
    r"\b(?:bug|exception|panic|oom|evict|throttl|leak|corrupt|vanish)",
    r"\b(?:timeouts?|forbidden|unauthori[sz]ed|invalid|wrong|missing|empty|stuck|blocked|blocks)\b",
    r"\b(?:down|slow|slowly|outage|pending|expired|lost|worse|weird|strange|broken|unable|"
    r"unhealthy)\b",
    r"\b[45]\d\ds?\b|\b(?:stopped|dead|dies|died|firing)\b",
    r"\brestarts\b|(?:is|are|'s|'re|keeps?) restarting\b",
)
FAILS = any_of(
    *_BROKEN,
    r"\b(?:still|not|never|cannot|without|however|though|except|unfortunately|sadly|afraid|alas)\b",
    r"n't\b",
    r"\bbut\b(?! (?:all good|fine|thanks|thank you))",
    r"\b(?:problem|issue|trouble|incident|alarm)s?\b",
    r"(?<!thanks )(?<!thank you )(?<!hello )(?<!hi )(?<!works )(?<!working )(?<!up )(?<!fine )"
    r"(?<!valid )(?<!back )(?<!green )(?<!ok )(?<!sorry )(?<!running )(?<!it )\bagain\b"
    r"(?! (?:thanks|thank))",
    r"\b(?:getting|doing|did|got|has|have) (?:it|that) again\b",
    r"\bonce more\b|\bsquare one\b",
    r"\bcame back\b(?! to\b)|(?:has|have|'s|'ve) come back\b(?! (?:up|online|to)\b)",
    r"\bqueued\b",
    r"^(?:no|nope|nah|no luck|nothing|nichts)\b(?! (?:worries|problem|need|rush|more))",
    r"\bno (?:luck|success|change|access|response|connection|effect)\b",
    r"\bspoke too soon\b",
    r"\bit (?:says|said|gives|asks|shows|complains)\b",
    r"\b(?:that|this|which) gives\b",
    r"\b(?:nicht|kein|keine|fehler|erreur|pas|marche pas|no puedo|no funciona|nie działa)\b",
)
"""Something is wrong, or not as it should be."""
TROUBLE = any_of(
    *_BROKEN,
    r"\b(?:can't|cannot|won't|doesn't|don't|isn't|aren't|not|unable to|no longer) (?:\w+ )?"
    r"(?:load|work|open|start|log|login|connect|reach|see|respond|show|sign|deploy|book|save|access"
    r"|build|pull|push|get(?:ting)? (?:in|into|my|anything))",
    r"\b(?:anyone else|anybody else|just me|gone|disappear|blank|spinning|laggy|flaky|degraded)",
    r"\b(?:unresponsive|keeps? loading|problems?|issues?)\b",
)
"""A service may be out of order."""
PAST = re.compile(
    r"\b(?:was|were|had|misread|missed|forgot|hadn't|didn't|wasn't|weren't|saw|took)\b"
)
BYGONE = re.compile(
    r"\b(?:yesterday|earlier|before|previously|at first|initially|originally|back then|until|"
    r"last (?:night|week|month|time|year)|at the time|the other day|"
    r"for an? (?:moment|minute|while|bit))\b|"
    r"\bhad (?:been|forgotten|\w+ed)\b|\b(?:i|we) hadn't\b|\b(?:i|we) (?:wasn't|weren't) (?:in|on|"
    r"using|logged)\b|\b(?:i|we) (?:was|were|had|used|took) (?:\w+ )?(?:the |an? )?wrong\b|"
    r"\b(?:on|at) (?:my|our) (?:side|end)$|\b(?:my|our) (?:\w+ ){1,2}(?:was|were) (?:just )?"
    r"(?:wrong|expired|missing|stale|outdated|invalid|empty|misconfigured)\b|"
    r"^(?:that|this|it) was (?:such )?(?:an? |quite |really |very )+\w+ (?:one|bug|problem|issue)$"
)
"""It was so before, or by whoever tells it, whatever it is now."""
PRESENT = re.compile(r"\b(?:still|now|is|are|keeps?|again|but|how|does|doesn't|isn't|can't)\b")
COMPLAINS = re.compile(r"\b(?:but|still|though|however|not|except|unfortunately)\b|n't\b|\bsince\b")
"""What is news even in a word of thanks."""

ASKS = any_of(
    r"^(?:so |and |or |then |ok |hm+ |now |also |but |hi |hello |hey |just )*"
    r"(?:how|what|what's|why|when|where|where's|who|who's|which|whose|can|could|would|shall|"
    r"should(?! have)|"
    r"does|do (?:you|we|i|they)|did|has (?:any|some|the|there)|have (?:you|we|any)|is|are|am i|"
    r"may i|"
    r"will (?:it|this|that|the|there|you)|any(?:one|body)?|anyone)\b(?!'t| a (?:relief|star))",
    r"\b(?:can|could|would|will) (?:you|someone|somebody|anyone|anybody|we|i)\b",
    r"\b(?:any (?:idea|news|update|chance|progress|clue)|anyone|anybody)\b",
    r"\bhow (?:do|can|would|should|long|many|much|is|are)\b",
    r"\b(?:is|are) (?:there|it possible)\b",
    r"\b(?:wondering|one more (?:thing|question)|next question|what about|another (?:question|"
    r"thing))\b",
    r"\bdo(?:es)? (?:you|anyone|anybody|someone|somebody)\b",
)
WANTS = any_of(
    r"\bwaiting (?:for|on)\b|\b(?:on|at) your (?:side|end)\b",
    r"\byour (?:dns|servers?|modules?|clusters?|guides?|docs|documentation|pipelines?|"
    r"templates?)\b",
    r"\b(?:please|pls|plz|bitte|need|needs|requesting|asap|urgent|urgently)\b",
    r"\b(?:i'd|we'd|would) (?:like|love)\b",
    r"\b(?:want to|(?<!was )(?<!were )looking for|just checking)\b",
    r"\b(?:i was told|help me|help us|a request)\b",
    r"(?<!your )(?<!the )(?<!of )(?<!for )\bhelp$|\bany help\b",
    r"^(?:bump|ping|review|approve|add|create|request)\b",
    r"\b(?:ready for|get a|a|for) review\b",
)

THANKED = re.compile(
    r"^(?:(?:ok|okay|ah|oh|great|perfect|awesome|brilliant|lovely|excellent|cool|and|many|big|"
    r"huge|so|right|yes|yep|wow|amazing|super|nice|once again|again|sorry and) )*"
    r"(?:thanks|thank you|thank|thx|ty|tysm|thankyou|cheers|ta|tack|merci|danke|vielen dank|"
    r"gracias|"
    r"muchas gracias|grazie|diolch|obrigad[oa]|dzi\w+kuj\w+|kudos|shout ?out|props|hats off)\b"
)
AHEAD = re.compile(
    r"\b(?:in advance|for (?:looking|picking|taking|checking|investigating|your patience|bearing|"
    r"coming back|chasing|the update))\b"
)
"""Thanks that don't say that anything is over."""
HOPES = re.compile(
    r"\bfor (?:any |some |your )?(?:help|pointers?|advice|tips?|guidance|ideas?|hints?) "
    r"(?:on|with|about|for) \w+"
)
"""Thanks for what is asked for."""
PLEASED = any_of(
    r"\byou(?:'re| are| were) (?:a |an |the |all )?"
    r"(?:stars?|legends?|lifesavers?|great|best|hero|heroes|"
    r"amazing|awesome|right|welcome|angel)\b",
    r"^(?:legend|legends|you rock|nice one|well done|top notch|what a relief|happy days|"
    r"lifesaver)\b",
    r"^(?:great|good|nice|super|excellent|amazing|fantastic|brilliant|lovely) "
    r"(?:work|job|stuff|news|tool|write-?up|support|to (?:know|hear)|point|one)\b",
    r"^that(?:'s| is| was) (?:great|good|fine|quick|fast|brilliant|helpful|perfect|lovely|ok)\b",
    r"^(?:i'm |so |very |really )*(?:glad|happy|pleased)\b",
    r"^(?:good|great|nice|useful|interesting) to know\b",
    r"^(?:ah |oh |ok |okay )*(?:i see|makes sense|fair enough|noted|understood|gotcha|got it|"
    r"sounds good|"
    r"good luck|that explains (?:it|that|a lot)|lesson learne?[dt]|lol|ha(?:ha)+|fine by me|"
    r"that is great)\b",
    r"^have a (?:nice|good|great|lovely)\b",
    r"^(?:much|really|very much|greatly)? ?(?:obliged|appreciated)\b",
    r"^(?:(?:i|we)(?:'ve| have)? )?(?:really |much |greatly )?appreciate\b(?! any)",
    r"(?<!exactly )\bwhat (?:i|we) (?:was looking|were looking|needed|wanted|was after)\b",
    r"^you (?:saved|made) (?:my|me|our|us|the)\b",
    r"^(?:woo\w*|hoo?ray|huzzah|bingo|yess+|okie|okey|dokie|okie dokie|phew|ta-?da)$",
    r"^(?:i've|i have|we've|we have) (?:told|informed|passed)\b",
    r"^no (?:further|more)? ?(?:questions?|worries|problem|complaints)\b",
    r"^(?:i have |with )?no idea (?:what|why|how)\b|\b(?:can't|cannot|can not) thank\b|^following$",
    r"^(?:no need|not a problem|you're welcome|my pleasure|any ?time)\b",
)

LATER = any_of(
    r"\b(?:i|we)(?:'ll| will| shall|'m going to| am going to|'re going to| are going to) "
    r"(?:\w+ ){0,2}?(?:try|test|check|look|see|do|have|get|give|let|come|report|ask|tell|read|"
    r"update|monitor|watch|shout|follow|confirm|run|use|keep|pass|go|be|raise|roll|bookmark|reach|restart|change|apply|deploy|"
    r"talk|write|ping|post|revert|verify|investigate|dig|retry|share|speak|add|move|send)\b",
    r"^(?:ok |okay |right |sure |cool |yes |so )*(?:will|gonna|going to|let me|i'll|trying|testing|"
    r"checking|looking|running it|brb|having a (?:look|go)|on it|in a (?:moment|minute|bit))\b",
    r"\bgive (?:it|that|this) a (?:go|try|shot)\b",
    r"\b(?:get|come|report) back (?:to you|here|later|tomorrow)\b",
    r"\btrying (?:it|that|this)\b",
    r"\blet (?:you|them|the team|everyone) know\b",
    r"^(?:later|tomorrow|tonight|next week|(?:this|tomorrow) (?:morning|afternoon))\b",
)
"""Somebody will look, try or say more at a later time."""

ADDS = any_of(
    r"^(?:oh |ah |and |sorry |ps |p\.s\. |i |just |also )*forgot(?:ten)? "
    r"(?:to (?:say|add|mention|include|write|tell)|"
    r"(?:the|my|our) (?:namespace|logs?|link|region|version|error|details?|name|cluster|address|"
    r"number))\b",
    r"\b(?:should|could) have (?:said|mentioned|added|written|been clear)",
    r"\bi should (?:say|add|mention)\b",
    r"^(?:ps|p\.s\.?|edit|addendum|correction|btw|by the way|also|additionally|in addition)\b",
    r"^(?:sorry |oh |ah )?(?:i|we) mean(?:t)?\b",
    r"^(?:for (?:more )?context|(?:some )?(?:more|additional|further) (?:info|details?|context|"
    r"information))\b",
    r"^to add\b",
)
"""A post adds to what its author asked before."""

NOTICE = any_of(
    r"^(?:just |a |quick |small |friendly )*(?:fyi|f\.y\.i|heads?[ -]?up|psa|reminder|"
    r"announcement|notice)\b",
    r"^for (?:your )?info(?:rmation)?\b",
    r"^(?:just |quick(?:ly)? |only )*(?:so|to let|letting) you (?:all )?know\b",
    r"^(?:just )?(?:a )?(?:quick |small )?(?:note|please note)\b",
    r"^(?:please )?(?:can|could|would|will) (?:everyone|everybody|you all|all of you|all teams|"
    r"people|folks)\b",
)
CONFIRMS = re.compile(
    r"^(?:yes|yep|yeah|yup)(?: (?:it|that|this|i|we|they|you)"
    r"(?:'s|'re| is| are| was| did| do| have)?)?(?: (?:correct|right|true|so|done|indeed))?$"
)
