"""Storing alarms that begin, with all that follows, in one call."""

from typing import ClassVar

from django.db import migrations

MAKE = """
CREATE FUNCTION alarms_open(
    told timestamptz,
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
BEGIN
    -- The lock of those who ask what is silenced, then one for each group: as the desk takes them.
    PERFORM pg_advisory_xact_lock_shared(7305801);
    SELECT array_agg(given.group_key) INTO groups
    FROM jsonb_to_recordset(alarms) AS given (group_key text);
    PERFORM pg_advisory_xact_lock(h) FROM (
        SELECT hashtextextended(k, 0) AS h FROM unnest(groups) AS k ORDER BY h
    ) AS locks;

    IF EXISTS (SELECT FROM alarms_alarm WHERE state = 'firing' AND group_key = ANY(groups))
    OR silences IS DISTINCT FROM ARRAY(
        SELECT id FROM alarms_silence
        WHERE lifted_at IS NULL AND starts_at <= told AND ends_at > told ORDER BY id
    )
    OR ends IS DISTINCT FROM ARRAY(
        SELECT ends_at FROM alarms_silence
        WHERE lifted_at IS NULL AND starts_at <= told AND ends_at > told ORDER BY id
    ) THEN
        RETURN NULL;
    END IF;

    INSERT INTO alarms_alarm (
        id, group_key, title, state, severity, service_id, first_at, told_at, resolved_at,
        times_told, channel, duties, runbook, description, firing_count, resolved_count,
        silence_id, silent_until, page_held_back
    )
    SELECT * FROM jsonb_to_recordset(alarms) AS given (
        id bigint, group_key text, title text, state text, severity text, service_id bigint,
        first_at timestamptz, told_at timestamptz, resolved_at timestamptz, times_told integer,
        channel text, duties jsonb, runbook text, description text, firing_count integer,
        resolved_count integer, silence_id bigint, silent_until timestamptz,
        page_held_back boolean
    );
    INSERT INTO alarms_alert (
        alarm_id, fingerprint, firing, labels, annotations, source, starts_at, ends_at, count,
        told_at
    )
    SELECT * FROM jsonb_to_recordset(alerts) AS given (
        alarm_id bigint, fingerprint text, firing boolean, labels jsonb, annotations jsonb,
        source text, starts_at timestamptz, ends_at timestamptz, count integer,
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
DROP = """
DROP FUNCTION alarms_open(
    timestamptz, bigint[], timestamptz[], jsonb, jsonb, jsonb, jsonb, integer
)
"""


class Migration(migrations.Migration):
    """Make the function; it gives numbers for later alarms, or null if it stored nothing."""

    dependencies: ClassVar = [
        ("alarms", "0005_routed"),
        ("chat", "0003_show"),
        ("journal", "0003_append"),
    ]
    operations: ClassVar = [migrations.RunSQL(MAKE, DROP)]
