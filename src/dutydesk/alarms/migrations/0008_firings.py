"""Each alert says what is believed of it, and whether somebody was called for it."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

SEVERITIES = [("high", "High"), ("low", "Low")]

# What fires at the change was called for, or an incident had it, unless its page was held back.
KNOWN = """
UPDATE alarms_alarm SET peak = severity;
UPDATE alarms_alert SET latest_start = starts_at, service_id = alarm.service_id,
    called_at = CASE WHEN firing AND alarm.severity = 'high' AND NOT alarm.page_held_back
                     THEN alarms_alert.told_at END
FROM alarms_alarm AS alarm WHERE alarm.id = alarm_id;
"""

DROP = """
DROP FUNCTION alarms_open(
    timestamptz, bigint[], timestamptz[], jsonb, jsonb, jsonb, jsonb, integer
)
"""

MAKE = """
CREATE FUNCTION alarms_open(
    told timestamptz,
    remembered interval,
    silences bigint[],
    ends timestamptz[],
    alarms jsonb,
    alerts jsonb,
    posts jsonb,
    entries jsonb,
    more integer
) RETURNS bigint[] LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    groups text[];
    senders text[];
BEGIN
    -- The lock of those who ask what is silenced, then one for each sender: as the desk takes them.
    PERFORM pg_advisory_xact_lock_shared(7305801);
    SELECT array_agg(given.group_key), array_agg(DISTINCT split_part(given.group_key, ' ', 1))
    INTO groups, senders FROM jsonb_to_recordset(alarms) AS given (group_key text);
    PERFORM pg_advisory_xact_lock(h) FROM (
        SELECT hashtextextended(k, 0) AS h FROM unnest(senders) AS k ORDER BY h
    ) AS locks;

    IF EXISTS (SELECT FROM alarms_alarm WHERE state = 'firing' AND group_key = ANY(groups))
    OR silences IS DISTINCT FROM ARRAY(
        SELECT id FROM alarms_silence
        WHERE lifted_at IS NULL AND starts_at <= told AND ends_at > told ORDER BY id
    )
    OR ends IS DISTINCT FROM ARRAY(
        SELECT ends_at FROM alarms_silence
        WHERE lifted_at IS NULL AND starts_at <= told AND ends_at > told ORDER BY id
    )
    OR EXISTS (
        SELECT FROM jsonb_to_recordset(alerts) AS given (fingerprint text)
        JOIN alarms_alert AS known ON known.fingerprint = given.fingerprint
        WHERE known.firing OR known.doubt_until IS NOT NULL
            OR known.told_at > told - remembered
    ) THEN
        RETURN NULL;
    END IF;

    INSERT INTO alarms_alarm (
        id, group_key, title, state, severity, service_id, first_at, told_at, resolved_at,
        times_told, channel, duties, runbook, description, firing_count, resolved_count,
        silence_id, silent_until, peak, truncated, incident, again_at
    )
    SELECT * FROM jsonb_to_recordset(alarms) AS given (
        id bigint, group_key text, title text, state text, severity text, service_id bigint,
        first_at timestamptz, told_at timestamptz, resolved_at timestamptz, times_told integer,
        channel text, duties jsonb, runbook text, description text, firing_count integer,
        resolved_count integer, silence_id bigint, silent_until timestamptz, peak text,
        truncated integer, incident text, again_at timestamptz
    );
    INSERT INTO alarms_alert (
        alarm_id, fingerprint, firing, labels, annotations, source, service_id, starts_at,
        latest_start, ends_at, doubt_until, called_at, count, told_at
    )
    SELECT * FROM jsonb_to_recordset(alerts) AS given (
        alarm_id bigint, fingerprint text, firing boolean, labels jsonb, annotations jsonb,
        source text, service_id bigint, starts_at timestamptz, latest_start timestamptz,
        ends_at timestamptz, doubt_until timestamptz, called_at timestamptz, count integer,
        told_at timestamptz
    );
    PERFORM chat_show(told, posts);
    PERFORM journal_append(entries);
    PERFORM pg_notify('dutydesk_live', 'alarm:' || given.id)
    FROM jsonb_to_recordset(alarms) AS given (id bigint);
    RETURN ARRAY(
        SELECT nextval(pg_get_serial_sequence('alarms_alarm', 'id')) FROM generate_series(1, more)
    );
END $$;
"""


class Migration(migrations.Migration):
    """Add the columns, fill them in, and let the function that stores new alarms know them."""

    dependencies: ClassVar = [("alarms", "0007_group_keys_by_sender"), ("people", "0001_initial")]
    operations: ClassVar = [
        migrations.AddField(
            "alarm",
            "peak",
            models.CharField(choices=SEVERITIES, default="low", max_length=4),
        ),
        migrations.AddField("alarm", "truncated", models.PositiveIntegerField(default=0)),
        migrations.AddField("alarm", "incident", models.CharField(blank=True, max_length=60)),
        migrations.AddField("alarm", "again_at", models.DateTimeField(null=True)),
        migrations.AddField("alert", "latest_start", models.DateTimeField(null=True)),
        migrations.AddField("alert", "doubt_until", models.DateTimeField(null=True)),
        migrations.AddField("alert", "called_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "alert",
            "service",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="people.service",
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField("alert", "latest_start", models.DateTimeField()),
        migrations.RunSQL(DROP, migrations.RunSQL.noop),
        migrations.RemoveField("alarm", "page_held_back"),
        migrations.AddIndex(
            "alarm",
            models.Index(
                condition=models.Q(("incident", ""), _negated=True),
                fields=["incident"],
                name="alarm_taken",
            ),
        ),
        migrations.AddIndex(
            "alert",
            models.Index(fields=["fingerprint", "-alarm"], name="alert_by_fingerprint"),
        ),
        migrations.RunSQL(MAKE, migrations.RunSQL.noop),
    ]
