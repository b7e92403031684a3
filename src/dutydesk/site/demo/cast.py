"""Who is in the made-up desk, and what they say."""

from typing import NamedTuple

ENGINEERS = (
    "Ada Lindqvist", "Ben Okafor", "Chiara Rossi", "Dev Patel", "Elin Berg", "Farid Haddad",
    "Grace Mwangi", "Hugo Martin", "Iris Novak",
)  # fmt: skip
SKILLS = {
    "Ada Lindqvist": ("PostgreSQL",),
    "Dev Patel": ("Networks", "DNS"),
    "Iris Novak": ("Kafka",),
}
TEAMS = {
    "Bookings": ("#bookings", "Booking site"),
    "Payments": ("#payments", "Card payments"),
    "Accounts": ("#accounts", "Sign-in"),
    "Letters": ("#letters", "Letters and e-mail"),
    "Appeals": ("#appeals", "Appeals"),
    "Search": ("#search", "Case search"),
    "Data": ("#data", "Reporting"),
    "Mobile": ("#mobile", "Mobile app"),
}
OWN = ("Clusters", "Pipelines", "Databases")
USERS = {
    "Bookings": ("Jana Weiss", "Kofi Mensah"), "Payments": ("Lena Fischer", "Marco Silva"),
    "Accounts": ("Nora Lund", "Omar Aziz"), "Letters": ("Priya Nair", "Quentin Roy"),
    "Appeals": ("Rosa Diaz", "Sam Whitlock"), "Search": ("Tess Brand", "Umut Kaya"),
    "Data": ("Vera Horak", "Will Tan"), "Mobile": ("Xenia Popova", "Yusuf Demir"),
}  # fmt: skip
LEADER = "Zoe Carter"


class Talk(NamedTuple):
    """A question, what is answered, and the title of its ticket if it takes longer."""

    asks: str
    answers: tuple[str, ...]
    ticket: str = ""


TALKS = (
    Talk("How do I add a second namespace to the live cluster?",
         ("Copy the folder of your first one, change its name, and open a pull request. We look at it within the day.",)),
    Talk("Our pipeline fails with “no space left on device” since this morning",
         ("I see it: the runner's cache filled up. I am clearing it.", "It is clear again. Please run it once more.")),
    Talk("Could you please approve the pull request for our new bucket?",
         ("Looking now.", "Approved. It is there in about five minutes.")),
    Talk("How can I see the logs of a pod that was restarted?",
         ("`kubectl logs --previous` shows the last one; older ones are in the log search for 30 days.",)),
    Talk("The certificate of our staging site is not renewed, the browser warns",
         ("The issuer was over its limit. I have asked for it again.", "It is renewed; it will not happen again before March.")),
    Talk("Where is the list of who may deploy to production?",
         ("In the repository `access`, file `deployers.yaml`. Anybody on your team may propose a change.",)),
    Talk("Please raise the memory limit of our reporting jobs, they are killed",
         ("How much do they need at their peak?", "I have raised it to 4 GiB."), "Memory limit of the reporting jobs"),
    Talk("How do I rotate the password of our database?",
         ("Run the job `rotate-credentials`; your pods pick the new one up by themselves.",)),
    Talk("Deploys to staging hang at “waiting for rollout”",
         ("A node was full. I have added one.", "They go through again."), "Staging runs out of nodes at noon"),
    Talk("What is the way to get an alert into our own channel?",
         ("Give the alert the label `team`, and its route does the rest. Here is the page of the handbook.",)),
    Talk("DNS of our new domain doesn't resolve outside",
         ("The record is there, but not the delegation. I am asking the registrar.", "It resolves now."), "Delegate the new domain"),
    Talk("Can you restore yesterday's snapshot of our test database?",
         ("Yes, into a new instance beside it. It takes half an hour.", "It is there, under the same name with `-restored`.")),
    Talk("Can somebody explain why our bill for storage doubled?",
         ("Old snapshots were kept. I have written down which.",), "Remove old snapshots"),
    Talk("How can I run a one-off job in production?",
         ("With a `Job` from the template in the handbook; it is removed after a day.",)),
    Talk("Ingress answers 413 for uploads of more than 1 MB",
         ("Set `proxy-body-size` in your ingress; the handbook has an example.",)),
    Talk("Could you add our new colleague to the organisation on GitHub?",
         ("Done, the invitation is in their mail.",)),
    Talk("Our pods can't reach the payments sandbox, it times out",
         ("The network policy only knows its old addresses. I am changing it.", "It is open now, please try.")),
    Talk("Which version of the ingress controller do we run, and when is it upgraded?",
         ("Version 4.11; the upgrade is announced for next month.",)),
    Talk("Metrics of our service are missing in Grafana since the last deploy",
         ("The port's name changed, so it isn't scraped any more. Call it `metrics` again.",)),
    Talk("Please may we have a Redis for sessions?",
         ("There is a module for it. I open a ticket, since it needs a decision on backups.",), "A Redis for sessions"),
)  # fmt: skip
PEOPLE_SAY = (
    "Thank you, that worked.",
    "Perfect, thanks!",
    "Great, that was quick.",
    "It works now.",
)
HAPPY_LINES = (
    "",
    "",
    "Quick and friendly, as always.",
    "The answer was clear, but it took a while.",
    "",
)


class Trouble(NamedTuple):
    """An alert: its name, what it says, its severity, its service, and how long it fires."""

    name: str
    summary: str
    severity: str
    service: str
    minutes: int


ALERTS = (
    Trouble("DiskWillFill", "A disk of the cluster fills up within a day", "warning", "Clusters", 240),
    Trouble("PodRestarts", "Pods of Case search restart again and again", "warning", "Case search", 50),
    Trouble("SlowAnswers", "The booking site answers slowly", "warning", "Booking site", 35),
    Trouble("CertificateExpires", "A certificate expires within a week", "warning", "Sign-in", 600),
    Trouble("QueueGrows", "Letters wait in the queue", "warning", "Letters and e-mail", 90),
    Trouble("BuildsFail", "More than half of the builds fail", "warning", "Pipelines", 70),
    Trouble("SiteDown", "The booking site does not answer", "critical", "Booking site", 24),
    Trouble("DatabaseReplicaLag", "A replica is ten minutes behind", "critical", "Databases", 40),
    Trouble("NodeNotReady", "Three nodes are not ready", "critical", "Clusters", 30),
)  # fmt: skip
