"""Words that say the same whatever they stand beside: thanks, greetings, and their company."""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


LOUD = frozenset("\U0001f4e3\U0001f4e2\u2139") | {
    "mega", "megaphone", "loudspeaker", "announcement", "information_source", "fyi",
}  # fmt: skip
"""Emoji that begin a notice."""

GREETING = _words(
    """
    hi hiya hello hey heya hullo morning afternoon evening mornin greetings howdy bonjour
    bonsoir salut hallo moin servus hola buenos buenas ciao bore shwmae namaste olá hej hei ahoj
    cześć monday tuesday wednesday thursday friday weekend guten happy
    """
)
THANKS = _words(
    """
    thanks thank thankyou thx ty tysm cheers ta tack takk tak merci danke dank dankeschön
    thnx thanx thks tyvm
    gracias grazie diolch obrigado obrigada dziękuję dzięki děkuji díky ďakujem kiitos bedankt
    hvala mulțumesc multumesc mersi köszönöm ευχαριστώ teşekkürler teşekkür sağol спасибо дякую
    arigato arigatou ありがとう ありがとうございます ありがとうございました
    谢谢 謝謝 感谢 多谢 감사합니다 고마워 고맙습니다 shukran شكرا תודה
    धन्यवाद शुक्रिया shukriya dhanyavaad salamat gràcies ačiū paldies aitäh agat leat brilliant
    perfect great lovely awesome amazing excellent nice superb fab fabulous fantastic super
    wonderful good cool neat magic sweet legend appreciated obliged wow yay noted interesting
    useful helpful handy class ace
    """
)
BESIDE = _words(
    """
    you so much very a lot lots again all everyone both for the your that this it its it's is
    was now that's of help quick reply response answer time looking into really many just what
    needed i we to and fast me us team folks guys mate one have had day weekend appreciate been
    has by on sorting fixing here there muchly million bunch ton tons indeed most too as always
    anyway no thats my man people everybody friends colleagues question info tip hint pointer
    link heads good fine ok okay ah oh ha yes swift prompt super kind work year new easter
    christmas beaucoup bien mille pour votre aide l'aide la le vous toi vielen schön sehr für
    die das den hartelijk tusen paljon pela ajuda hilfe schnelle euch dir ihnen muchas
    mil por ayuda todo tante per yn fawr iawn
    så mycket mange wel je jullie большое очень ederim bardzo moc raibh maith tapadh chúc
    zusammen morgen tag dias días tardes da tutti toute l'équipe equipe
    """
)
YES = _words(
    """
    yes yep yeah yup ja oui si done confirmed correct true right exactly both
    """
)
FILLER = _words(
    """
    ok okay kk k ah aha oh ooh hm hmm hmmm right so well sure alright sorry apologies anyway
    then fine and now just a moment sec second minute all everyone folks for the noise spam it
    actually trouble bothering you
    """
)
SURE = (
    FILLER
    | BESIDE
    | YES
    | THANKS
    | _words(
        """
    it's that's i've we've went away everything they they're we're i'm works working worked
    fixed sorted solved resolved treat
    running up back healthy green valid online normal ready merged deployed released built passed
    passes started starts did does do doing trick job seems looks look looking better be in can
    could log sign see access connect reach deploy build get got am are at end side after restart
    redeploy retry myself ourselves itself our mine yay finally went through successfully cleanly
    gone cleared error errors problem problems issue issues alert alerts without any no longer
    fails failing failed happens happening crashing crash stopped isn't doesn't appears more
    unblocked helped which exactly spot confirm confirmed already itself again today works
    """
    )
)
"""What says that all of it works, and no more: what has another word may be about a part of it."""
