"""The senders that Apprise carries, held to the kit; and what contact methods may not reach."""

import threading
from dataclasses import replace
from datetime import timedelta
from email import message_from_string, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
from apprise.manager_plugins import NotificationManager
from icalendar import Calendar

from doubles.moody import Mood, MoodyServer, Protocol
from dutydesk.adapters.apprise.contact_method import ContactMethodSender
from dutydesk.adapters.apprise.mail import MailSender
from dutydesk.adapters.apprise.services import KINDS, AppriseAddresses
from dutydesk.kernel.periods import Period
from dutydesk.ports.contact_methods import BadAddress
from dutydesk.ports.delivery import Delivery, Sender, Undelivered
from dutydesk.postmortems.rules.invitation import SessionInvitation, write
from testing.contract import AT, SenderContract

LOOPBACK = ("127.0.0.0/8",)


class TestMail(SenderContract):
    protocol: ClassVar[Protocol] = "smtp"
    hears_retry_after = False
    secrets = ("hunter2-secret", "ada-private@example.org")
    payload: ClassVar[dict[str, Any]] = {
        "to": "ada-private@example.org",
        "subject": "Page",
        "body": "Look",
    }

    def sender(self, address: str, **patience: float) -> Sender:
        url = f"mailto://{address}?from=desk@example.org&mode=insecure&name=Desk"
        return MailSender(url, **patience)

    def test_each_try_has_the_same_message_id_and_another_mail_another(
        self, servers: list[MoodyServer]
    ) -> None:
        server = self.server(servers, "success")
        one = self.parcel()
        later = replace(one, owed_since=one.owed_since + timedelta(hours=1))  # After a restore.
        for parcel in (one, self.parcel(attempt=2), replace(one, key="b-key"), later):
            self.sender(server.address).deliver(parcel)
        first, again, *others = (message_from_string(text)["Message-ID"] for text in server.asked)
        assert first == again
        assert len({first, *others}) == 3

    def test_whatever_an_alert_is_called_it_is_one_mail_to_one_person(
        self, servers: list[MoodyServer]
    ) -> None:
        server = self.server(servers, "success")
        subject, body = "Löss\r\nBcc: eve@example.org", ".\r\nQUIT\n🔥 " + "x" * 3000
        parcel = replace(self.parcel(), payload={**self.payload, "subject": subject, "body": body})
        self.sender(server.address).deliver(parcel)
        mail = message_from_string(server.asked[0], policy=policy.SMTP)
        assert (mail["Subject"], mail["Bcc"]) == ("Löss Bcc: eve@example.org", None)
        assert mail.get_content().split() == body.split()

    def test_a_mail_that_can_be_ended_says_so_to_mail_programs(
        self, servers: list[MoodyServer]
    ) -> None:
        server = self.server(servers, "success")
        payload = {**self.payload, "unsubscribe": "https://desk.example.org/end"}
        for parcel in (self.parcel(), replace(self.parcel(), key="b", payload=payload)):
            self.sender(server.address).deliver(parcel)
        plain, ending = (message_from_string(text) for text in server.asked)
        assert plain["List-Unsubscribe"] is None
        assert ending["List-Unsubscribe"] == "<https://desk.example.org/end>"
        assert ending["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_an_invitation_comes_from_whoever_the_mail_is_from(
        self, servers: list[MoodyServer]
    ) -> None:
        server = self.server(servers, "success")
        given = SessionInvitation(
            uid="postmortem-1@here",
            sequence=2,
            period=Period(AT, AT + timedelta(hours=1)),
            title="Postmortem: Visits; fail, and more words so that its line is folded in two",
            text="Look",
            url="https://desk.example.org/x",
            guests=(("Ada Löve", "ada@example.org"),),
        )
        calendar = {"method": "REQUEST", "text": write(given, "REQUEST", at=AT)}
        payload = {**self.payload, "calendar": calendar}
        self.sender(server.address).deliver(replace(self.parcel(), payload=payload))
        mail = message_from_string(server.asked[0], policy=policy.SMTP)
        text, invitation = mail.iter_parts()
        assert text.get_content().strip() == "Look"
        assert invitation["Content-Type"].params["method"] == "REQUEST"
        [event] = Calendar.from_ical(invitation.get_content()).walk("VEVENT")
        assert event["ORGANIZER"] == "mailto:desk@example.org"
        assert event["ATTENDEE"] == "mailto:ada@example.org"
        assert (event["SEQUENCE"], event["SUMMARY"]) == (2, given.title)

    @pytest.mark.parametrize("mood", ["garbage", "trickle"])
    def test_what_no_server_took_is_not_said_to_be_there_perhaps(
        self, servers: list[MoodyServer], mood: Mood
    ) -> None:
        assert not self.failure(self.server(servers, mood)).uncertain


class TestWebhook(SenderContract):
    hears_retry_after = False  # Apprise does not tell; see the next test.
    secrets = ("hunter2-secret", "hook-path-9876", "127.0.0.1")
    payload: ClassVar[dict[str, Any]] = {"contact_method": 1, "subject": "Page", "body": "Look"}

    def sender(self, address: str, **patience: float) -> Sender:
        where = f"json://ada:hunter2-secret@{address}/hook-path-9876?rto=60&cto=60&retry=9&wait=60"
        return ContactMethodSender(lambda method: where, LOOPBACK, **patience)

    def test_a_busy_service_is_left_alone_for_half_a_minute(
        self, servers: list[MoodyServer]
    ) -> None:
        failure = self.failure(self.server(servers, "busy"))
        assert failure.retry_after == timedelta(seconds=30)


class TestPush(SenderContract):
    hears_retry_after = False
    secrets = ("topic-secret", "127.0.0.1")
    payload: ClassVar[dict[str, Any]] = {"contact_method": 1, "subject": "Page", "body": "Look"}

    def sender(self, address: str, **patience: float) -> Sender:
        return ContactMethodSender(
            lambda method: f"ntfy://{address}/topic-secret", LOOPBACK, **patience
        )


def deliver(address: str | None, *inside: str) -> None:
    payload = {"contact_method": 1, "subject": "Page", "body": "Look"}
    ContactMethodSender(lambda method: address, inside).deliver(
        Delivery("k", payload, 1, False, AT, AT)
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254"])
def test_a_contact_method_does_not_lead_into_the_machine_or_its_network(host: str) -> None:
    with pytest.raises(Undelivered, match="inner one") as caught:
        deliver(f"json://{host}:9/x")
    assert caught.value.permanent


def test_an_operator_opens_inner_hosts_one_by_one() -> None:
    server = MoodyServer("success")
    deliver(f"json://localhost:{server.port}/x", "hooks.invalid", "localhost")
    assert [asked["message"] for asked in server.json()] == ["Look"]
    with pytest.raises(Undelivered, match="inner one"):
        deliver(f"json://127.0.0.2:{server.port}/x", "127.0.0.1")
    server.close()


def test_a_redirect_leads_nowhere() -> None:
    inner = MoodyServer("success")

    class Redirect(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(307)
            self.send_header("Location", f"http://127.0.0.2:{inner.port}/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Redirect) as outer:
        threading.Thread(target=outer.serve_forever, args=[0.05], daemon=True).start()
        for more in ("", "?redirect=yes"):
            with pytest.raises(Undelivered):
                deliver(f"json://127.0.0.1:{outer.server_port}/{more}", "127.0.0.1")
        outer.shutdown()
    inner.close()
    assert inner.asked == []


def test_a_removed_contact_method_is_not_used() -> None:
    with pytest.raises(Undelivered, match="removed") as caught:
        deliver(None)
    assert caught.value.permanent


@pytest.mark.parametrize(
    "address",
    [
        "dbus://", "gnome://", "windows://", "macosx://", "syslog://", "kodi://localhost",
        "fcm://project@token/?keyfile=/etc/passwd", "blink1://", "glib://", "file:///etc/passwd",
        "mailto://localhost?to=a@b.example", "apprise://localhost/token", "sns://a/b/c/d",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#a?template=/etc/passwd",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?TEMPLATE=/etc/passwd",
        "tgram://123456789:abcdefghijklmnopqrstuvwxyz_-abcdefg/12?%74emplate=/etc/passwd",
        "json://", "pover://nobody", "jsons://example.org/a b", "nonsense", "", "://", "json",
        "ntfy://h/a/b/c/d/e/f/g", "jsons://" + "a" * 3000,
    ],
)  # fmt: skip
def test_an_address_that_could_do_more_than_call_is_refused(address: str) -> None:
    with pytest.raises(BadAddress) as caught:
        AppriseAddresses().check(address)
    assert "passwd" not in str(caught.value)


def test_a_wrong_address_is_refused_with_what_is_expected() -> None:
    with pytest.raises(BadAddress, match=r"pover://\{user_key\}@\{token\}"):
        AppriseAddresses().check("pover://nobody")
    with pytest.raises(BadAddress, match="twilio, twist"):
        AppriseAddresses().check("pigeon://loft")


def test_each_allowed_service_is_one_that_apprise_has() -> None:
    known = NotificationManager()  # type: ignore[no-untyped-call]
    assert [scheme for scheme in KINDS if scheme not in known] == []


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("jsons://user:pass@hooks.example.org/x", "webhook"),
        ("twilio://AC123:abc@15551234567/15557654321", "phone or SMS"),
        ("ntfys://topic", "push"),
        ("vonage://key:abc@15551234567/15557654321", "SMS"),
        ("zulip://bot@organization/a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4/", "chat"),
    ],
)
def test_addresses_are_told_by_kind(address: str, kind: str) -> None:
    assert AppriseAddresses().check(address) == kind
