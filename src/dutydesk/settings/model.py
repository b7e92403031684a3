"""The settings: each with its type, its meaning, what holds without it, and where it belongs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from dutydesk.settings import kinds


def _checked(check: Any) -> AfterValidator:
    """Let `check` look at a secret, which stays as it was given."""

    def look(secret: SecretStr) -> SecretStr:
        check(secret.get_secret_value())
        return secret

    return AfterValidator(look)


Switch = Annotated[bool, BeforeValidator(kinds.switch)]
Folder = Annotated[Path, BeforeValidator(kinds.folder)]
Address = Annotated[str, AfterValidator(kinds.http_address)]
Networks = Annotated[tuple[kinds.Network, ...], BeforeValidator(kinds.networks)]
Hosts = Annotated[tuple[str, ...], BeforeValidator(kinds.hosts)]
Places = Annotated[tuple[str, ...], BeforeValidator(kinds.places)]
Schedules = Annotated[Mapping[str, str], BeforeValidator(kinds.schedules)]
Groups = Annotated[Mapping[str, str], BeforeValidator(kinds.groups)]
Secrets = Annotated[Mapping[str, Path], BeforeValidator(kinds.secrets)]
Commands = Annotated[Mapping[str, Path], BeforeValidator(kinds.commands)]


def _setting(
    default: Any, meaning: str, without: str = "", *, name: str = "", group: str = ""
) -> Any:
    """Describe a setting. `without` says what holds if it is not set; "" if the default does.

    `name` is the variable's, where it isn't the desk's own with the field's name behind it;
    `group` is where it belongs, if that isn't the part that it is in.
    """
    given = {"default_factory": default} if callable(default) else {"default": default}
    more: Any = {"without": without, "group": group}
    return Field(
        **given, description=meaning, validation_alias=name or None, json_schema_extra=more
    )


NONE = SecretStr("")
TESTS = "Tests alone"
_SEALED = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class AlertmanagerSettings(BaseModel):
    """Where silences go."""

    model_config = _SEALED | {"title": "Alertmanager"}
    url: Annotated[str, AfterValidator(kinds.http_addresses)] = _setting(
        "",
        "the address of Alertmanager's API, such as `http://alertmanager:9093`; of several "
        "instances with commas, the first that answers is used",
        "silences stay in this desk",
    )
    auth: Annotated[SecretStr, _checked(kinds.authorization)] = _setting(
        NONE,
        "`basic user:password` or `bearer token`, if Alertmanager asks for one; a file is read "
        "anew each time",
        "no sign-in",
    )


class MaintenanceSettings(BaseModel):
    """What takes services out and puts them back."""

    model_config = _SEALED | {"title": "Maintenance"}
    commands: Commands = _setting(
        {},
        "executables that take services out and put them back: `SLUG=/absolute/path`, with commas "
        "between ([below](#maintenance))",
        "none",
    )


class PagerDutySettings(BaseModel):
    """What opens PagerDuty, and where it is."""

    model_config = _SEALED | {"title": "PagerDuty"}
    routing_key: SecretStr = _setting(
        NONE,
        "the integration key of an Events API v2 integration in PagerDuty",
        "the desk alone calls people",
    )
    webhook_secret: SecretStr = _setting(
        NONE,
        "the secret of a webhook subscription there",
        "PagerDuty is asked instead, if there is an API key",
    )
    api_key: SecretStr = _setting(
        NONE,
        "a REST API key: to ask how pages stand there, whose number is whose address, and for "
        "schedules; read-only is enough but for `dutydesk pagerduty push`",
        "people are matched by name, and schedules are not known",
    )
    schedules: Schedules = _setting(
        {},
        "the number of each duty's schedule, as `primary=PI7DH85,secondary=PJ1GD2X`",
        "schedules are not known",
    )
    events_url: Address = _setting(
        "https://events.pagerduty.com",
        "another address of the Events API, such as `https://events.eu.pagerduty.com`",
    )
    api_url: Address = _setting(
        "https://api.pagerduty.com",
        "another address of the REST API, such as `https://api.eu.pagerduty.com`",
    )


class SlackSettings(BaseModel):
    """What opens Slack, where it is, and what is kept in step there."""

    model_config = _SEALED | {"title": "Slack"}
    bot_token: SecretStr = _setting(
        NONE,
        "the bot's token of the app in [Slack](#slack), `xoxb-…`",
        "the desk isn't in Slack",
    )
    signing_secret: SecretStr = _setting(
        NONE,
        "the app's signing secret, for what Slack posts to the desk",
        "Slack's posts are answered with 404",
    )
    app_token: SecretStr = _setting(
        NONE,
        "a token of the app itself with the scope `connections:write`, `xapp-…`, for Socket Mode",
        "no Socket Mode",
    )
    groups: Groups = _setting(
        {},
        "user groups to keep in step with the rota: `support=S0614TZR7,on_call=S0614TZR8`; also "
        "`primary` and `secondary`; and `team`, which the process's mention of the team calls",
        "none",
    )
    topic: str = _setting(
        "",
        "the topic of the ask channel, such as `On support: {support}. On call: {primary}, "
        "{secondary}.`",
        "the topic is left alone",
    )
    api_url: Address = _setting("https://slack.com/api", "another address of Slack's Web API")


class GitHubSettings(BaseModel):
    """What opens GitHub, and where it is."""

    model_config = _SEALED | {"title": "GitHub"}
    token: SecretStr = _setting(
        NONE,
        "a token that may write issues (and projects) of the repository; an App is better",
        "tickets stay in this desk, unless there is an App",
    )
    app: str = _setting(
        "",
        "the number of a GitHub App that is installed on the repository",
        "tickets stay in this desk, unless there is a token",
    )
    private_key: Annotated[SecretStr, _checked(kinds.private_key)] = _setting(
        NONE, "the App's private key, as GitHub gives it for download", "no App"
    )
    webhook_secret: SecretStr = _setting(
        NONE,
        "the secret of the App's or the repository's webhook",
        "GitHub is asked every half minute instead",
    )
    api_url: Address = _setting(
        "https://api.github.com",
        "another address, such as `https://github.example.org/api/v3`",
    )


class HandbookSettings(BaseModel):
    """What opens the handbook's repositories, and where they may be."""

    model_config = _SEALED | {"title": "Handbook"}
    secrets: Secrets = _setting(
        {},
        "files that each hold a token (or `user:token`) or a private SSH key, by the names that "
        "the process file says: `NAME=/absolute/path`, with commas; read anew each time",
        "only repositories that anybody may read",
    )
    hosts: Places = _setting(
        (),
        "inner hosts, addresses or networks where the handbook's repositories may be, with commas, "
        "such as `git.internal, 10.1.2.0/24`",
        "they are at public addresses only",
    )
    local: Switch = _setting(
        False,
        "`1` lets them be files of the workers' machines too (`file://`), and be read without "
        "encryption (`git://`)",
    )


class PrometheusSettings(BaseModel):
    """Where services' history is."""

    model_config = _SEALED | {"title": "Availability"}
    url: Address = _setting(
        "",
        "the address of Prometheus, such as `http://prometheus:9090`, or of what answers like it",
        "no service's availability is told by Prometheus",
    )
    token: SecretStr = _setting(
        NONE, "a bearer token, if it asks for one; a file is read anew each time", "no sign-in"
    )


class AvailabilitySettings(BaseModel):
    """What checks may reach."""

    model_config = _SEALED | {"title": "Availability"}
    hosts: Places = _setting(
        (),
        "inner hosts, addresses or networks that checks of the process file may ask, with commas, "
        "such as `visits.internal, 10.1.2.0/24`",
        "they ask public addresses only",
    )


class Testing(BaseModel):
    """What the desk's own tests tell each other."""

    model_config = _SEALED | {"title": TESTS}
    database: str = _setting("test_dutydesk", "the name of a database for tests")
    database_url: SecretStr = _setting(NONE, "where the tests' PostgreSQL is", "they start one")
    folder: str = _setting("", "where the tests keep prepared data folders", "they make one")


class Settings(BaseSettings):
    """All that is set, of the right types. The vendors' are in parts of their own."""

    model_config = SettingsConfigDict(
        title="The desk",
        env_prefix="DUTYDESK_",
        env_nested_delimiter="_",
        env_nested_max_split=1,
        enable_decoding=False,
        validate_default=False,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    home: Folder = _setting(
        Path("var").absolute, "the data folder", "`var` where the desk was started"
    )
    process: Folder | None = _setting(None, "the process file", "`process.yaml` in the data folder")
    database_url: Annotated[SecretStr, _checked(kinds.database_address)] = _setting(
        NONE,
        "`postgresql://user:password@host:port/name`",
        "the embedded PostgreSQL",
        name="DATABASE_URL",
    )
    url: Annotated[str, AfterValidator(kinds.site_address)] = _setting(
        "",
        "the public address, for links and sign-in behind a proxy",
        "the address that it listens on",
    )
    hosts: Hosts = _setting(
        ("localhost", "127.0.0.1", "[::1]"),
        "further host names that may be asked for, with commas",
    )
    status_host: Annotated[str, AfterValidator(kinds.site_host)] = _setting(
        "",
        "a host name of the status page's own, such as `status.example.org`: what is asked for by "
        "it is the status page and nothing else",
        "the status page is at the desk's address",
    )
    trusted_proxies: Networks = _setting(
        (),
        "the addresses or networks of your own proxies, with commas, such as `127.0.0.1, "
        "10.1.0.0/16`, whose `X-Forwarded-For` is believed: the first hop from the right that is "
        "none of them is who asks",
        "whoever connects is who asks: behind a proxy everybody shares its address",
    )
    secret_key: SecretStr = _setting(
        NONE, "signs sessions and links", "made once, kept in the data folder"
    )
    rehearsal: Switch = _setting(
        False,
        "`1` lets `dutydesk rehearse` move the clock; never where people rely on it",
        "real time",
    )
    watchdog_url: Annotated[SecretStr, _checked(kinds.ping_address)] = _setting(
        NONE,
        "an address outside that each worker asks for once a minute while all is well",
        "nobody outside notices if the desk ends",
        group="Watching the desk",
    )
    metrics_token: SecretStr = _setting(
        NONE,
        "whoever sends it as `Authorization: Bearer …` may read `/metrics`, and nobody else",
        "made once, kept as `metrics-token` in the data folder",
        group="Watching the desk",
    )
    mail_url: Annotated[SecretStr, _checked(kinds.mail_address)] = _setting(
        NONE,
        "a mail server as an [Apprise address](https://github.com/caronc/apprise/wiki/Notify_email)"
        ", such as `mailtos://user:secret@mail.example.org?from=desk@example.org`",
        "nobody is paged by e-mail, only in the chat",
        group="Reaching people",
    )
    contact_method_hosts: Places = _setting(
        (),
        "inner hosts, addresses or networks that people's own contact methods and maintenance "
        "webhooks may lead to, with commas, such as `ntfy.internal, 10.1.2.0/24`; each opens all "
        "its ports to whoever has a contact method",
        "both lead to public addresses only",
        group="Reaching people",
    )
    alertmanager: AlertmanagerSettings = AlertmanagerSettings()
    maintenance: MaintenanceSettings = MaintenanceSettings()
    pagerduty: PagerDutySettings = PagerDutySettings()
    slack: SlackSettings = SlackSettings()
    github: GitHubSettings = GitHubSettings()
    handbook: HandbookSettings = HandbookSettings()
    prometheus: PrometheusSettings = PrometheusSettings()
    availability: AvailabilitySettings = AvailabilitySettings()
    test: Testing = Testing()
    files: Mapping[str, Path] = {}
    """Which settings were read from a file, by their variable."""

    @property
    def process_file(self) -> Path:
        """Give where the team's process file is."""
        return self.process or self.home / "process.yaml"
