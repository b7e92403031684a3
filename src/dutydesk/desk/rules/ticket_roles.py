"""What of a conversation belongs under a heading of a ticket's form, by the whole heading.

A word among others says little: “Service environment” asks for an environment, and “Terms of
service” for nothing that a conversation tells.
"""

import re
from typing import Literal

Role = Literal["conversation", "who", "service", "environment", "impact", "tried", ""]

_WORD = re.compile(r"[^\W\d_]+")
_ASIDE = re.compile(r"\s\([^()]*\)|\s\[[^\[\]]*\]")  # Such as “(dev, prod)” behind a word.
# Words of a question that say nothing of what it asks for.
_FILLERS = {
    "a", "an", "the", "of", "for", "on", "in", "to", "by", "with", "and", "or", "is", "are", "was",
    "were", "be", "do", "does", "did", "has", "have", "had", "you", "your", "yours", "we", "our",
    "us", "i", "my", "it", "its", "this", "that", "these", "there", "which", "what", "please",
    "name", "names", "s", "if", "any", "some", "relevant", "concerned", "id", "describe", "tell",
    "give", "details", "describes", "say",
}  # fmt: skip
_SERVICE = {
    "service", "services", "application", "applications", "app", "apps", "namespace", "namespaces",
}  # fmt: skip
_ENVIRONMENT = {"environment", "environments", "env", "envs", "cluster", "clusters"}
_IMPACT = {"impact", "impacts", "impacted", "urgency", "urgent"}
_AFFECTED = {"affected", "affects", "affect", "impacted"}
_PEOPLE = {
    "users", "user", "people", "customers", "customer", "business", "team", "teams", "who", "how",
    "many",
}  # fmt: skip
_TRIED = {"tried", "try", "attempted", "attempts"}
_SO_FAR = {
    "already", "so", "far", "steps", "step", "things", "anything", "something", "else", "fix",
    "solve", "resolve", "troubleshooting", "solutions", "solution", "workarounds", "workaround",
    "problem", "issue", "yet",
}  # fmt: skip
_WHO = {
    "your name", "contact", "contact name", "contact details", "contact person", "requester",
    "requester name", "requested by", "raised by", "reporter", "reported by", "who asks",
    "who is asking", "slack name", "your slack name", "slack handle", "your slack handle",
}  # fmt: skip


def role_of(label: str) -> Role:
    """Give what of a conversation belongs under a heading with these words; empty for nothing."""
    words = [word.lower() for word in _WORD.findall(_ASIDE.sub("", label))]
    if " ".join(words) in _WHO:
        return "who"
    core = {*words} - _FILLERS
    if not core:
        return ""
    if core & _IMPACT and core <= _IMPACT | _AFFECTED | _PEOPLE | _SERVICE:
        return "impact"
    if core & _AFFECTED and core & _PEOPLE and core <= _AFFECTED | _PEOPLE:
        return "impact"
    if core & _ENVIRONMENT and core <= _ENVIRONMENT | _SERVICE | _AFFECTED:
        return "environment"
    if core & _SERVICE and core <= _SERVICE | _AFFECTED:
        return "service"
    if core & _TRIED and core <= _TRIED | _SO_FAR:
        return "tried"
    return ""
