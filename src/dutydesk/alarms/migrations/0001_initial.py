import django.db.models.deletion
from django.db import migrations, models

# Storing new alarms in one call; null if something stands in the way, else numbers for later ones.
OPEN = """
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
CLOSE = """
DROP FUNCTION alarms_open(
    timestamptz, interval, bigint[], timestamptz[], jsonb, jsonb, jsonb, jsonb, integer
)
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
        ("chat", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="IntegrationKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("old_digest", models.CharField(max_length=64, null=True, unique=True)),
                ("old_until", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=100)),
                ("used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("every", models.DurationField()),
                ("grace", models.DurationField()),
                (
                    "severity",
                    models.CharField(choices=[("high", "high"), ("low", "low")], max_length=4),
                ),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=100)),
                ("last_seen", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("missing_since", models.DateTimeField(null=True)),
                ("paused_at", models.DateTimeField(null=True)),
                (
                    "service",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to="people.service"
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Silence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("matchers", models.JSONField(default=list)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("windows", models.JSONField(default=list)),
                ("reason", models.CharField(max_length=300)),
                ("made_by", models.CharField(max_length=100)),
                ("made_at", models.DateTimeField()),
                ("lifted_by", models.CharField(blank=True, max_length=100)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("change", models.PositiveIntegerField(default=1)),
                (
                    "service",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="people.service"
                    ),
                ),
            ],
            options={
                "ordering": ["-ends_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group_key", models.CharField(max_length=2020)),
                ("title", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[("firing", "Firing"), ("resolved", "Resolved")],
                        default="firing",
                        max_length=10,
                    ),
                ),
                (
                    "severity",
                    models.CharField(choices=[("high", "High"), ("low", "Low")], max_length=4),
                ),
                ("first_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                ("times_told", models.PositiveIntegerField(default=0)),
                ("channel", models.CharField(blank=True, max_length=80)),
                ("duties", models.JSONField(default=list)),
                ("runbook", models.TextField(blank=True)),
                ("description", models.TextField(blank=True)),
                ("firing_count", models.PositiveIntegerField(default=0)),
                ("resolved_count", models.PositiveIntegerField(default=0)),
                ("silent_until", models.DateTimeField(null=True)),
                (
                    "peak",
                    models.CharField(
                        choices=[("high", "High"), ("low", "Low")], default="low", max_length=4
                    ),
                ),
                ("truncated", models.PositiveIntegerField(default=0)),
                ("incident", models.CharField(blank=True, max_length=60)),
                ("again_at", models.DateTimeField(null=True)),
                (
                    "service",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to="people.service"
                    ),
                ),
                (
                    "silence",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="alarms",
                        to="alarms.silence",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64)),
                ("firing", models.BooleanField()),
                ("labels", models.JSONField()),
                ("annotations", models.JSONField()),
                ("source", models.TextField(blank=True)),
                ("starts_at", models.DateTimeField()),
                ("latest_start", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("doubt_until", models.DateTimeField(null=True)),
                ("called_at", models.DateTimeField(null=True)),
                ("count", models.PositiveIntegerField(default=1)),
                ("told_at", models.DateTimeField()),
                (
                    "alarm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alerts",
                        to="alarms.alarm",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="people.service",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["fingerprint", "-alarm"], name="alert_by_fingerprint")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("alarm", "fingerprint"), name="one_alert_each")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="silence",
            index=models.Index(
                condition=models.Q(("lifted_at", None)), fields=["ends_at"], name="silence_kept"
            ),
        ),
        migrations.AddIndex(
            model_name="silence",
            index=models.Index(fields=["-ends_at", "-id"], name="silence_by_end"),
        ),
        migrations.AddConstraint(
            model_name="silence",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="silence_ends_after_it_starts",
            ),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(
                condition=models.Q(("state", "firing")), fields=["-first_at"], name="alarm_firing"
            ),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(fields=["-first_at"], name="alarm_by_time"),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(
                condition=models.Q(("incident", ""), _negated=True),
                fields=["incident"],
                name="alarm_taken",
            ),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "firing")),
                fields=("group_key",),
                name="one_firing_alarm",
            ),
        ),
        migrations.RunSQL(OPEN, CLOSE),
    ]
