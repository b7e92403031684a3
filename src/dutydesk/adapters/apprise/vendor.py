"""Apprise: e-mail, if DUTYDESK_MAIL_URL is set, and people's own contact methods, always."""

from dutydesk.adapters.apprise.contact_method import ContactMethodSender
from dutydesk.adapters.apprise.mail import MailSender
from dutydesk.adapters.apprise.services import AppriseAddresses
from dutydesk.kernel.kinds import MessageKind
from dutydesk.ports.contact_methods import CONTACT_METHOD, Addresses, AddressOf
from dutydesk.ports.delivery import MAIL, Sender
from dutydesk.ports.vendor import Connection, Surroundings, Vendor


def connect(desk: Surroundings) -> Connection:
    """Bring what carries messages to people, and what judges the addresses that they type in."""
    inside = desk.settings.contact_method_hosts
    senders: dict[MessageKind, Sender] = {
        CONTACT_METHOD: ContactMethodSender(desk.gives[AddressOf], inside)
    }
    mail = desk.settings.mail_url.get_secret_value()
    if mail:
        senders[MAIL] = MailSender(mail)
    return Connection(senders, offers={Addresses: AppriseAddresses()})


VENDOR = Vendor("apprise", connect)
