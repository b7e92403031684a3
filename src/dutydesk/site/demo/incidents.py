"""The incidents of the made-up desk, minute by minute."""

from typing import NamedTuple


class Improvement(NamedTuple):
    """Something that an incident taught."""

    title: str
    priority: str
    done: bool = False


class Story(NamedTuple):
    """An incident that began so many days before the end, at a local time.

    `alert`: the name and the words of the alert that told of it. `notes` are [minutes, words],
    `updates` too; `over`: after how many minutes, and how. `review`: how far its postmortem is.
    """

    days_before: int
    clock: str
    title: str
    service: str
    criteria: tuple[str, ...]
    alert: tuple[str, str] | None
    notes: tuple[tuple[int, str], ...]
    updates: tuple[tuple[int, str], ...]
    over: tuple[int, str]
    review: str = ""
    passages: tuple[tuple[str, str], ...] = ()
    improvements: tuple[Improvement, ...] = ()


STORIES = (
    Story(
        9, "11:12", "Nobody can book: the booking site answers with errors", "Booking site", ("outage",),
        ("BookingErrors", "More than half of the requests to the booking site fail"),
        ((4, "All pods of the booking site wait for the database"),
         (11, "The pool of connections is full: a migration holds a lock on the table of slots"),
         (19, "The migration is stopped; connections come back"),
         (27, "Errors are back to nothing for five minutes")),
        ((9, "People can't book at the moment. We know that the site waits for its database, and look for why."),
         (22, "We have found the cause and stopped it. Bookings work again; we watch it.")),
        (41, "A migration held a lock for minutes; it was stopped, and bookings work."),
        "published",
        (("summary", "A migration of the table of slots took a lock that every booking needs. For 26 minutes nobody could book."),
         ("impact", "About 1,900 people could not book between 11:08 and 11:34. No booking was lost."),
         ("contributing-factors", "The migration was tried on a copy with a tenth of the rows, where it took a second. Nothing ends a statement that waits for a lock."),
         ("went-well", "The alert came within two minutes, and the person who wrote the migration was in the call at once.")),
        (Improvement("Let migrations give up after five seconds without their lock", "high", done=True),
         Improvement("Try migrations on a copy with all rows", "other"),
         Improvement("Show waiting locks on the dashboard of databases", "other", done=True)),
    ),
    Story(
        3, "14:35", "Card payments are slow, and some time out", "Card payments", ("degraded",),
        ("PaymentLatency", "Card payments take longer than ten seconds"),
        ((6, "Only payments through the second provider are slow"),
         (17, "The provider sees it too, and has opened an incident of its own"),
         (33, "All payments go through the first provider now")),
        ((12, "Card payments are slow, and about one in eight times out. Nothing is charged twice."),
         (36, "We have moved all payments to the other provider. They are as fast as usual.")),
        (58, "The provider has mended it; payments use both providers again."),
        "draft",
        (("summary", "One of two payment providers became slow after a change on its side."),
         ("impact", "For 40 minutes about one payment in eight timed out.")),
        (Improvement("Move payments to the other provider by itself when one is slow", "high"),
         Improvement("Say on the payment page that a try may take a minute", "other")),
    ),
    Story(
        17, "16:20", "Builds wait for an hour", "Pipelines", ("blocked",), None,
        ((8, "Runners can't pull their image: the registry refuses us for too many pulls"),
         (30, "Runners use the mirror now")),
        ((14, "Builds of all teams wait. Deploys by hand are possible; ask us."),),
        (52, "Runners pull from our mirror; the queue is empty."),
        "published",
        (("summary", "The public registry limited our pulls, and no build could start."),
         ("impact", "All teams waited for builds for 50 minutes."),
         ("contributing-factors", "All runners were renewed at once, and each pulled all images from outside.")),
        (Improvement("Renew runners one after another", "other", done=True),),
    ),
    Story(
        24, "10:48", "Letters go out late", "Letters and e-mail", (), None,
        ((10, "One consumer of the queue hangs"),),
        ((15, "Letters are up to an hour late. None is lost."),),
        (47, "The consumer was restarted, and the queue is empty."),
    ),
    Story(
        31, "20:05", "Nobody can sign in", "Sign-in", ("outage",),
        ("SignInDown", "Sign-in does not answer"),
        ((5, "The certificate of the identity provider expired at 20:00"),
         (21, "A new certificate is there; sign-in answers again")),
        ((8, "Nobody can sign in to any service at the moment. We are renewing a certificate."),
         (24, "Signing in works again.")),
        (33, "The certificate that had expired was renewed."),
        "published",
        (("summary", "A certificate that was renewed by hand expired on a Saturday's plan that nobody had."),
         ("impact", "Nobody could sign in for 21 minutes."),
         ("contributing-factors", "The one certificate that cert-manager does not renew was in nobody's calendar.")),
        (Improvement("Renew the identity provider's certificate by cert-manager", "high", done=True),),
    ),
    Story(
        45, "13:10", "Case search finds nothing new", "Case search", ("degraded",), None,
        ((12, "The index was not written since the deploy at 12:40"),
         (29, "The deploy was taken back; the index catches up")),
        ((15, "Case search misses cases of the last half hour."),),
        (64, "The deploy was taken back, and the index is complete."),
    ),
)  # fmt: skip
