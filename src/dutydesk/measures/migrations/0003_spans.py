from django.db import migrations, models

# What lasts changes each day that it lasted on: the time in which it was, before and after, is
# written down by the transaction that changes it.
SPANNED = """
CREATE FUNCTION measures_spanned(began timestamptz, ended timestamptz) RETURNS void LANGUAGE sql AS $$
    INSERT INTO measures_daychange (at, until)
    SELECT began, greatest(began, ended) WHERE began IS NOT NULL
$$
"""
FOLLOW_CALLS = """
CREATE FUNCTION measures_follow_calls() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'oncall_page' THEN
        PERFORM measures_changed(OLD.raised_at, NEW.raised_at);
        PERFORM measures_spanned(OLD.acknowledged_at, coalesce(OLD.settled_at, 'infinity'));
        PERFORM measures_spanned(NEW.acknowledged_at, coalesce(NEW.settled_at, 'infinity'));
    ELSIF TG_TABLE_NAME = 'oncall_call' THEN
        PERFORM measures_changed(raised_at) FROM oncall_page WHERE id IN (OLD.page_id, NEW.page_id);
    ELSIF TG_TABLE_NAME = 'journal_entry' THEN
        PERFORM measures_changed(raised_at) FROM oncall_page WHERE id = (NEW.data->>'page')::bigint;
    ELSIF TG_TABLE_NAME = 'incidents_incidentlink' THEN
        PERFORM measures_changed(raised_at) FROM oncall_page
        WHERE subject IN (OLD.about, NEW.about) AND subject ^@ 'alarm:';
    ELSIF TG_TABLE_NAME = 'desk_ticket' THEN
        PERFORM measures_changed(p.raised_at) FROM chat_post o
        JOIN oncall_page p ON p.subject = regexp_replace(o.key, ':(high|low)$', '')
        WHERE o.id IN (OLD.post_id, NEW.post_id);
    ELSIF TG_TABLE_NAME = 'rota_shift' THEN
        IF coalesce(OLD.duty, '') IN ('primary', 'secondary')
            OR coalesce(NEW.duty, '') IN ('primary', 'secondary') THEN
            PERFORM measures_spanned(OLD.start, OLD."end");
            PERFORM measures_spanned(NEW.start, NEW."end");
        END IF;
    ELSIF TG_TABLE_NAME = 'incidents_roleterm' THEN
        IF coalesce(OLD.role, '') = 'lead' OR coalesce(NEW.role, '') = 'lead' THEN
            PERFORM measures_spanned(OLD.began, coalesce(OLD.ended, 'infinity'));
            PERFORM measures_spanned(NEW.began, coalesce(NEW.ended, 'infinity'));
        END IF;
    END IF;
    RETURN NULL;
END $$
"""
FOLLOW_ALARMS = """
CREATE FUNCTION measures_follow_alarms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'alarms_alarm' THEN
        IF TG_OP = 'UPDATE' AND (OLD.group_key, OLD.title, OLD.first_at, OLD.resolved_at)
            IS NOT DISTINCT FROM (NEW.group_key, NEW.title, NEW.first_at, NEW.resolved_at) THEN
            RETURN NULL;
        END IF;
        PERFORM measures_changed(OLD.first_at, NEW.first_at);
        PERFORM measures_spanned(OLD.resolved_at, OLD.resolved_at + interval '1 hour');
        PERFORM measures_spanned(NEW.resolved_at, NEW.resolved_at + interval '1 hour');
        IF TG_OP <> 'INSERT' THEN
            PERFORM measures_changed(raised_at) FROM oncall_page
            WHERE subject = 'alarm:' || OLD.id;
        END IF;
    ELSIF TG_OP <> 'UPDATE'
        OR (OLD.alarm_id, OLD.labels->>'alertname')
            IS DISTINCT FROM (NEW.alarm_id, NEW.labels->>'alertname') THEN
        PERFORM measures_changed(raised_at) FROM oncall_page p
        WHERE p.subject IN ('alarm:' || OLD.alarm_id, 'alarm:' || NEW.alarm_id);
    END IF;
    RETURN NULL;
END $$
"""
FOLLOW_WINDOWS = """
CREATE FUNCTION measures_follow_windows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'incidents_incident' THEN
        IF TG_OP <> 'INSERT' THEN
            PERFORM measures_lasted(OLD);
        END IF;
        IF TG_OP <> 'DELETE' THEN
            PERFORM measures_lasted(NEW);
        END IF;
        PERFORM measures_spanned(began, coalesce(ended,
            CASE WHEN OLD.resolved IS NULL OR NEW.resolved IS NULL THEN 'infinity'
                ELSE greatest(OLD.resolved, NEW.resolved) END))
        FROM incidents_roleterm WHERE incident_id = NEW.id AND role = 'lead';
        PERFORM measures_spanned(on_at, coalesce(off_at, 'infinity'))
        FROM incidents_maintenance WHERE incident_id = NEW.id;
    ELSIF TG_TABLE_NAME = 'incidents_incident_services' THEN
        PERFORM measures_lasted(i) FROM incidents_incident i
        WHERE i.id IN (OLD.incident_id, NEW.incident_id);
    ELSIF TG_TABLE_NAME = 'incidents_maintenance' THEN
        PERFORM measures_spanned(OLD.on_at, coalesce(OLD.off_at, 'infinity'));
        PERFORM measures_spanned(NEW.on_at, coalesce(NEW.off_at, 'infinity'));
    ELSIF TG_TABLE_NAME = 'announcements_announcement' THEN
        PERFORM measures_spanned(OLD.started_at, coalesce(OLD.over_at, 'infinity'));
        PERFORM measures_spanned(NEW.started_at, coalesce(NEW.over_at, 'infinity'));
    ELSIF TG_TABLE_NAME = 'announcements_announcement_services' THEN
        PERFORM measures_spanned(started_at, coalesce(over_at, 'infinity'))
        FROM announcements_announcement WHERE id IN (OLD.announcement_id, NEW.announcement_id);
    ELSIF TG_TABLE_NAME = 'availability_exclusion' THEN
        PERFORM measures_spanned(OLD.start, OLD."end");
        PERFORM measures_spanned(NEW.start, NEW."end");
    ELSIF TG_OP = 'UPDATE' AND (OLD.term_id, OLD.start, OLD.up)
        IS NOT DISTINCT FROM (NEW.term_id, NEW.start, NEW.up) THEN
        PERFORM measures_spanned(least(OLD."end", NEW."end"), greatest(OLD."end", NEW."end"))
        WHERE OLD."end" <> NEW."end";
    ELSE
        PERFORM measures_spanned(OLD.start, OLD."end");
        PERFORM measures_spanned(NEW.start, NEW."end");
    END IF;
    RETURN NULL;
END $$
"""
LASTED = """
CREATE FUNCTION measures_lasted(one incidents_incident) RETURNS void LANGUAGE sql AS $$
    SELECT measures_changed(coalesce(one.declared, one.detected, one.fault_occurs));
    SELECT measures_spanned(least(one.fault_occurs, one.detected, one.declared),
        CASE WHEN one.state = 'open' THEN 'infinity' ELSE greatest(one.repaired, one.resolved) END)
$$
"""
_EACH = "INSERT OR DELETE OR UPDATE"
_FOLLOWED = {
    "measures_follow_calls": (
        ("measures_page", f"{_EACH} OF subject, raised_at, only_id, acknowledged_by_id,"
         " acknowledged_at, settled_at", "oncall_page", ""),
        ("measures_call", _EACH, "oncall_call", ""),
        ("measures_acknowledged", "INSERT", "journal_entry",
         "WHEN (NEW.kind = 'page.acknowledged')"),
        ("measures_link", _EACH, "incidents_incidentlink", ""),
        ("measures_ticket_post", f"{_EACH} OF post_id", "desk_ticket", ""),
        ("measures_shift", f'{_EACH} OF duty, engineer_id, start, "end", turn, cancelled_at',
         "rota_shift", ""),
        ("measures_term", f"{_EACH} OF incident_id, engineer_id, role, began, ended",
         "incidents_roleterm", ""),
    ),
    "measures_follow_alarms": (
        ("measures_alarm", f"{_EACH} OF group_key, title, first_at, resolved_at",
         "alarms_alarm", ""),
        ("measures_alert", f"{_EACH} OF alarm_id, labels", "alarms_alert", ""),
    ),
    "measures_follow_windows": (
        ("measures_impact", f"{_EACH} OF fault_occurs, detected, declared, repaired, resolved,"
         " state, exercise, estimated, user_impact, criteria, priority", "incidents_incident", ""),
        ("measures_affected", _EACH, "incidents_incident_services", ""),
        ("measures_maintenance", f"{_EACH} OF service_id, incident_id, on_at, off_at",
         "incidents_maintenance", ""),
        ("measures_work", f"{_EACH} OF started_at, over_at", "announcements_announcement", ""),
        ("measures_worked_on", _EACH, "announcements_announcement_services", ""),
        ("measures_exclusion", f'{_EACH} OF service_id, start, "end", withdrawn_at',
         "availability_exclusion", ""),
        ("measures_run", f'{_EACH} OF term_id, start, "end", up', "availability_run", ""),
    ),
}  # fmt: skip
MADE = (
    ("FUNCTION measures_spanned(timestamptz, timestamptz)", SPANNED),
    ("FUNCTION measures_lasted(incidents_incident)", LASTED),
    ("FUNCTION measures_follow_calls()", FOLLOW_CALLS),
    ("FUNCTION measures_follow_alarms()", FOLLOW_ALARMS),
    ("FUNCTION measures_follow_windows()", FOLLOW_WINDOWS),
    *(
        (
            f"TRIGGER {name} ON {table}",
            f"CREATE TRIGGER {name} AFTER {what} ON {table} FOR EACH ROW {which}"
            f" EXECUTE FUNCTION {follow}()",
        )
        for follow, every in _FOLLOWED.items()
        for name, what, table, which in every
    ),
)

# What lasted into a time, or was over in it, among very many others.
INDEXES = (
    ("INDEX measures_pages_about", "CREATE INDEX measures_pages_about ON oncall_page (subject)"),
    (
        "INDEX measures_pages_had",
        "CREATE INDEX measures_pages_had ON oncall_page"
        " (coalesce(settled_at, 'infinity'::timestamptz))"
        " WHERE only_id IS NULL AND acknowledged_by_id IS NOT NULL",
    ),
    (
        "INDEX measures_incidents_over",
        "CREATE INDEX measures_incidents_over ON incidents_incident"
        " (coalesce(resolved, 'infinity'::timestamptz))",
    ),
    (
        "INDEX measures_leads_over",
        "CREATE INDEX measures_leads_over ON incidents_roleterm (ended) WHERE role = 'lead'",
    ),
    (
        "INDEX measures_alarms_over",
        "CREATE INDEX measures_alarms_over ON alarms_alarm (resolved_at)",
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0002_tallies"),
        ("alarms", "0004_listening"),
        ("announcements", "0004_unconfirmed"),
        ("availability", "0001_initial"),
        ("chat", "0005_inbox"),
        ("incidents", "0010_maintenance_silence"),
        ("oncall", "0002_contact_methods"),
        ("rota", "0004_plans_pay_and_turns"),
    ]

    operations = [
        migrations.AddField(
            model_name="daychange",
            name="until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="talliedday",
            name="services",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        *(migrations.RunSQL([make], f"DROP {name}") for name, make in (*MADE, *INDEXES)),
    ]
