"""Which of Apprise's services a person may be reached by, and whether an address is one.

Only services that send over the network to somebody who is called: none that runs a program,
shows something on this machine, or reads files.
"""

from urllib.parse import unquote

from dutydesk.adapters.apprise.library import apprise, service
from dutydesk.ports.contact_methods import BadAddress, Kind

_SCHEMES: dict[Kind, str] = {
    "phone or SMS": "twilio",
    "SMS": "46elks atalk bulksms bulkvs burstsms clickatell clicksend cm d7sms"
    " elks exotel freemobile httpsms kaleyra kavenegar klr msg91 msgbird nexmo octopush plivo seven"
    " sinch smseagle smseagles smsmanager smsmgr telesign telnyx voipms vonage",
    "push": "bark barks chanify gotify gotifys join ntfy ntfys onesignal pbul pover prowl psafer"
    " psafers push pushdeer pushdeers pushed pushme pushy simplepush spush",
    "chat": "cliq discord gchat groupme guilded line mastodon mastodons matrix matrixs mmost mmosts"
    " nctalk nctalks rocket rockets signal signals slack tgram threema twist webex whatsapp wxteams"
    " zulip",
    "webhook": "json jsons xml xmls",
}
KINDS: dict[str, Kind] = {
    scheme: kind for kind, schemes in _SCHEMES.items() for scheme in schemes.split()
}
# Parameters by which an address could name a file on this machine.
_UNWANTED = ("template=", "attach=", "attachment=", "keyfile=", "pgpkey=")
_MOST = 5
LONGEST = 2000


def service_of(address: str) -> Kind | None:
    """Give what kind of service an address is of; None if it is none that is allowed."""
    return KINDS.get(address.partition("://")[0].strip().lower())


class AppriseAddresses:
    """Judges addresses that people type in."""

    def check(self, address: str) -> Kind:
        """Give the kind of service; BadAddress says what Apprise expects, never what was typed."""
        scheme, _, rest = address.partition("://")
        kind = service_of(address)
        if kind is None or not rest:
            raise BadAddress(
                "This is not an address of a service that the desk calls people by.",
                "Write an e-mail address, “chat”, or an Apprise address of one of these: "
                + ", ".join(sorted(KINDS))
                + ".",
            )
        if len(address) > LONGEST or any(ord(letter) < 33 for letter in address):
            raise BadAddress("The address is too long, or has spaces in it.", "Copy it again.")
        typed = unquote(unquote(address)).lower()
        unwanted = next((name for name in _UNWANTED if name in typed), None)
        if unwanted:
            raise BadAddress(f"“{unwanted}” is not allowed in an address.", "Take it out.")
        found = service(address)
        if found is None or len(found) == 0 or getattr(found, "template", None):
            raise BadAddress(
                f"Apprise can't read this {scheme.lower()} address.",
                f"It expects {_expected(scheme.lower())}.",
            )
        if len(found) > _MOST:
            raise BadAddress("This address calls many at once.", "Name one person's.")
        return kind


def _expected(scheme: str) -> str:
    """Give how Apprise writes addresses of a service, at most three ways of it."""
    plugin = apprise().manager_plugins.NotificationManager()[scheme]
    templates = [str(each).replace("{schema}", scheme) for each in plugin.templates]
    return " or ".join(templates[:3])
