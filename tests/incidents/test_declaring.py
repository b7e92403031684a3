"""Declaring by the team's own sentences, from what prompts it, and after it was over."""

from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.commitments.flows import commitments
from dutydesk.desk.models import Question
from dutydesk.incidents.flows.declaration import DeclarationRefused
from dutydesk.incidents.flows.prompts import prompt
from dutydesk.incidents.models import Incident
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.forms import FormRefused
from dutydesk.oncall.models import Page
from dutydesk.people.models import Service
from dutydesk.postmortems.models import Postmortem
from dutydesk.process.rules.check import DEFAULT_FILE, check
from dutydesk.wiring import ACTIONS
from testing.tellings import alert, called, evening, open_pages, tell
from testing.world import World

pytestmark = pytest.mark.django_db
TEAM, ASK, PRISONS = "#cloud-platform", "#ask-cloud-platform", "#prisons"
QUOTE = "\N{RIGHT SINGLE QUOTATION MARK}"
DECLARE = (
    f"I am declaring an incident because prison visits can{QUOTE}t be booked.\n"
    "The impact is that families can't plan."
)
LEAD = "I am the incident lead"
RESOLVE = "I am declaring this incident resolved because the disk was emptied."


def say(world: World, by: str, text: str, channel: str = TEAM, thread: Post | None = None) -> Post:
    post = people_posts.post(
        by=Author.of(world.person(by)),
        channel=channel,
        text=text,
        at=world.at,
        thread=thread.pk if thread else None,
    )
    world.settle()
    return post


def answer(post: Post) -> Post:
    """Give what the desk answered to a sentence."""
    return Post.objects.get(key=f"sentence:{post.pk}")


def announced(incident: Incident, channel: str = TEAM) -> Post:
    return Post.objects.get(key=f"{incident.about}:in:{channel}")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


@pytest.mark.clause("incident.declare", "incident.broadcast")
def test_the_teams_own_sentence_declares_an_incident(world: World) -> None:
    post = say(world, "Ada", DECLARE)
    incident = Incident.objects.get()
    assert (incident.title, incident.declared_by) == ("Prison visits can't be booked", "Ada")
    assert [service.name for service in incident.services.all()] == ["Prison visits"]
    for channel in (TEAM, ASK, PRISONS):
        assert any("Incident: Prison visits can't be booked" in one for one in world.said(channel))
        assert any("The impact is that families can't plan" in one for one in world.said(channel))
    said = answer(post)
    assert said.thread_id == post.pk
    assert "Declared with normal priority" in said.words.body
    assert "a service that users depend on is down" in said.words.body
    assert "incident.assess" in [button.action for button in said.words.buttons]
    texts = JournalEntry.objects.filter(subject=incident.about).values_list("text", flat=True)
    assert "The impact is that families can't plan" in texts


@pytest.mark.clause("incident.declare")
def test_only_engineers_declare_by_a_sentence_and_only_where_the_team_talks(world: World) -> None:
    say(world, "Uma", DECLARE)
    say(world, "Ada", DECLARE, "#elsewhere")
    say(world, "Ada", "Should I say that I am declaring an incident because of this?")
    assert not Incident.objects.exists()


@pytest.mark.clause("incident.declare")
def test_a_sentence_without_its_impact_is_answered_with_the_whole_sentence(world: World) -> None:
    assert not Post.objects.filter(key__startswith="sentence:").exists()
    say(world, "Ada", "I am glad")
    assert not Post.objects.filter(key__startswith="sentence:").exists()
    resolved = say(world, "Ada", "I am declaring this incident resolved.")
    assert "I am declaring this incident resolved because …" in answer(resolved).words.body
    post = say(world, "Ada", "I am declaring an incident because visits can't be booked.")
    assert not Incident.objects.exists()
    assert "I am declaring an incident because …. The impact is that …." in answer(post).words.body


@pytest.mark.clause("incident.declare")
def test_the_same_sentence_twice_is_one_incident_and_anothers_is_led_to_it(world: World) -> None:
    say(world, "Ada", DECLARE)
    say(world, "Ada", DECLARE)
    incident = Incident.objects.get()
    world.forward(minutes=2)
    post = say(world, "Ben", DECLARE)
    assert Incident.objects.get() == incident
    assert "Ada declared incident" in answer(post).words.body


@pytest.mark.clause("incident.lead", "incident.resolve")
def test_sentences_give_the_lead_and_resolve_the_only_open_incident(world: World) -> None:
    incident = Incident.objects.get(pk=int(world.press(
        "Ada", "incident.declare", "new", title="Visits", criteria=["outage"], user_impact="yes"
    ).show.partition(":")[2]))  # fmt: skip
    post = say(world, "Ben", f"{LEAD}.")
    incident.refresh_from_db()
    assert incident.lead is not None and incident.lead.name == "Ben"
    assert f"Ben leads incident {incident.pk}: Visits" in answer(post).words.body
    assert "leads this already" in answer(say(world, "Ben", LEAD)).words.body
    say(world, "Ben", RESOLVE)
    incident.refresh_from_db()
    assert incident.state == "resolved"
    assert any("The disk was emptied" in text for text in world.said(ASK))
    assert Postmortem.objects.get().incident == incident
    assert "No incident goes on" in answer(say(world, "Ben", LEAD)).words.body


@pytest.mark.clause("incident.lead", "incident.resolve")
def test_of_several_incidents_the_desk_asks_which_and_takes_a_number_or_a_thread(
    world: World,
) -> None:
    for title in ("Visits", "Courts"):
        world.press("Ada", "incident.declare", "new", title=title)
    courts, visits = Incident.objects.order_by("-pk")
    asked = answer(say(world, "Ben", LEAD)).words
    assert f"• incident {visits.pk}: Visits" in asked.body
    assert f"I am the incident lead of incident {courts.pk}" in asked.body
    assert [(one.action, one.about) for one in asked.buttons] == [
        ("incident.take-lead", courts.about),
        ("incident.take-lead", visits.about),
    ]
    say(world, "Ben", f"I'm the incident lead of incident {visits.pk}")
    say(world, "Cy", LEAD, thread=announced(courts))
    leads = dict(Incident.objects.values_list("title", "lead__name"))
    assert leads == {"Visits": "Ben", "Courts": "Cy"}
    say(world, "Ben", f"I am declaring incident {visits.pk} resolved because of incident 7")
    assert list(Incident.objects.filter(state="open")) == [courts]
    assert Incident.objects.get(pk=visits.pk).updates.get().text == "Of incident 7"


@pytest.mark.clause("incident.resolve")
def test_a_sentence_resolves_nothing_that_still_fires_before_somebody_saw_it(
    tmp_path: Path,
) -> None:
    world = evening(tmp_path)
    alarm = tell(world, alert("Down", world.at))
    assert alarm is not None
    about = world.press("Ben", "incident.declare", alarm.about, title="Visits are down").show
    said = answer(say(world, "Ben", RESOLVE)).words
    assert "It isn't resolved yet. Still firing: Down is wrong." in said.body
    assert said.buttons[0].about == about
    assert Incident.objects.get().state == "open"
    assert called() == ["Ben"]


@pytest.mark.clause("incident.declare", "priority.by-impact")
def test_a_sentence_under_an_alarm_declares_from_it(tmp_path: Path) -> None:
    world = evening(tmp_path)
    alarm = tell(world, alert("Down", world.at))
    assert alarm is not None
    world.forward(minutes=7)
    post = Post.objects.get(key=alarm.post_key)
    say(
        world,
        "Ben",
        "I am declaring an incident because it is down. The impact is that nobody can book.",
        post.channel.name,
        post,
    )
    incident = Incident.objects.get()
    alarm.refresh_from_db()
    assert (incident.source, alarm.incident) == (alarm.about, incident.about)
    assert incident.fault_occurs == world.moment("2026-11-24T19:00")
    assert incident.priority == "high"
    assert open_pages() == []


@pytest.mark.clause("incident.declare")
def test_the_form_begins_with_what_prompts_it(tmp_path: Path) -> None:
    world = evening(tmp_path)
    alarm = tell(world, alert("Down", world.moment("2026-11-24T18:40")))
    assert alarm is not None
    world.forward(minutes=12)
    service = Service.objects.get(name="Prison visits")
    for about in (alarm.about, Page.objects.get().about):
        form = ACTIONS["incident.declare"].form
        assert form is not None
        shown = {one.name: one for one in form(about, world.person("Ben"), world.at).fields}
        assert shown["title"].value == "Down is wrong"
        assert shown["services"].value == (str(service.pk),)
        assert shown["began"].value == world.moment("2026-11-24T18:40")
        assert shown["criteria"].value == ("outage",)
    about = world.press(
        "Ben", "incident.declare", Page.objects.get().about, title="It is down"
    ).show
    incident = Incident.objects.get()
    assert (incident.about, incident.source) == (about, alarm.about)
    assert incident.began == world.moment("2026-11-24T18:40")


@pytest.mark.clause("incident.declare")
def test_an_incident_begins_when_the_question_that_prompts_it_was_asked(world: World) -> None:
    post = say(world, "Uma", "Nobody can log in to visits", ASK)
    question = Question.objects.get(post=post)
    world.forward(minutes=9)
    world.press("Ada", "incident.declare", question.about, title="No log in")
    assert Incident.objects.get().began == world.moment("2026-11-24T11:00")
    talk = say(world, "Ben", "Is the log in slow?", TEAM)
    assert prompt(talk.about).title == "Is the log in slow?"
    with pytest.raises(DeclarationRefused, match="has this already"):
        world.press("Ben", "incident.declare", question.about, title="No log in")


@pytest.mark.clause("incident.declare", "incident.broadcast", "postmortem.session")
def test_what_was_repaired_before_it_was_declared_is_told_and_owes_no_updates(
    world: World,
) -> None:
    with pytest.raises(DeclarationRefused, match="nobody said when it began"):
        world.press("Ada", "incident.declare", "new", title="x", repaired="2026-11-24T10:30")
    with pytest.raises(DeclarationRefused, match="can't be repaired before it began"):
        world.press(
            "Ada", "incident.declare", "new", title="x",
            began="2026-11-24T10:40", repaired="2026-11-24T10:30",
        )  # fmt: skip
    with pytest.raises(FormRefused, match="“When did users have it back\\?” is too late"):
        world.press("Ada", "incident.declare", "new", title="x", repaired="2026-11-24T12:00")
    done = world.press(
        "Ada", "incident.declare", "new", title="Visits were down", criteria=["outage"],
        user_impact="yes", began="2026-11-24T09:15", repaired="2026-11-24T10:30",
    )  # fmt: skip
    incident = Incident.objects.get()
    assert "It was repaired already" in done.says
    assert (incident.state, incident.declared_late) == ("resolved", True)
    assert incident.repaired == world.moment("2026-11-24T10:30")
    for channel in (TEAM, ASK):
        said = " ".join(world.said(channel))
        assert "users had it back today at 10:30 GMT" in said
        assert "Resolved: Visits were down" in said
    assert not commitments.owed([incident.about]).exists()
    assert Postmortem.objects.get().incident == incident
    texts = JournalEntry.objects.filter(subject=incident.about).values_list("text", flat=True)
    assert any("declared a high-priority incident, after its repair" in one for one in texts)


SHIPPED = DEFAULT_FILE.read_text(encoding="utf-8")
LINE = '    declare: ["I am declaring an incident because {reason}. The impact is that {impact}."]'


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('["We are down: {reason}"]', "doesn't have {impact} once."),
        ('["I declare because {reason} and {why} so {impact}"]', "can't fill in “{why}”"),
        ('["Incident: {reason}, {impact}"]', "can't be told from other talk."),
        ('["I am declaring this: {reason} {impact}"]', "two places side by side"),
        ('["I am declaring {reason} so {impact"]', "A brace stands alone."),
    ],
)
def test_check_says_what_is_wrong_with_a_sentence(written: str, says: str) -> None:
    assert LINE in SHIPPED
    checked = check(SHIPPED.replace(LINE, f"    declare: {written}"))
    assert [says in str(one) for one in checked.mistakes] == [True], checked.mistakes


def test_a_team_may_write_its_own_sentences(tmp_path: Path) -> None:
    own = '    declare: ["We have an incident with {reason}, which means {impact}"]'
    checked = check(SHIPPED.replace(LINE, own))
    assert not checked.mistakes
