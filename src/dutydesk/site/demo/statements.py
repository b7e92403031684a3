"""The statements that make years of work, a stretch of it at a time.

Each knows the numbers `first` to `last` of what it makes, how many there are of it in all (`many`),
the time that they are spread over (`begins`, `span` in seconds), and `seed`. `pg_temp.chance` gives
for a number and a word something from 0 to 1 that is always the same.
"""

BEFORE = (
    """
    CREATE FUNCTION pg_temp.chance(number bigint, word text) RETURNS float8 LANGUAGE sql IMMUTABLE
    AS $$ SELECT (hashtextextended(number || word, {seed}) & 2147483647) / 2147483648.0 $$
    """,
    """
    CREATE TEMP TABLE workday ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY day) - 1 AS place, day::date AS day
    FROM generate_series({begins}::timestamptz, {ends}::timestamptz - interval '1 day', '1 day') AS day
    WHERE extract(isodow FROM day) < 6
    """,
    "CREATE UNIQUE INDEX ON workday (place)",
    """
    CREATE TEMP TABLE talk ON COMMIT DROP AS
    SELECT talk.place, service.place AS team, account.id AS asker, account.name AS asker_name,
        talk.asks || ' (' || service.name || ')' AS asks, talk.says,
        setweight(desk_words(talk.asks || ' (' || service.name || ')'), 'A')
        || setweight(desk_words(talk.asks || ' (' || service.name || ')'), 'B')
        || setweight(desk_words(talk.says), 'C') AS vector
    FROM (SELECT ordinality - 1 AS place, given ->> 0 AS asks, given ->> 1 AS says
        FROM jsonb_array_elements({talks}::jsonb) WITH ORDINALITY AS told (given, ordinality)) AS talk
    CROSS JOIN (SELECT row_number() OVER (ORDER BY id) - 1 AS place, name, team_id
        FROM people_service WHERE team_id IS NOT NULL) AS service
    JOIN LATERAL (SELECT id, name FROM people_account WHERE team_id = service.team_id
        ORDER BY id LIMIT 1) AS account ON true
    """,
    """
    CREATE TEMP TABLE team ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY engineer.id) - 1 AS place, engineer.id, engineer.name,
        engineer.account_id
    FROM people_engineer AS engineer
    """,
    """
    CREATE TEMP TABLE service ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, name FROM people_service
    """,
)

QUESTIONS = (
    """
    CREATE TEMP TABLE asked ON COMMIT DROP AS
    SELECT number, talk.*, engineer.id AS engineer, engineer.name AS engineer_name,
        engineer.account_id AS engineer_account,
        began AS at, began + pause AS answered_at,
        CASE WHEN number <= {many} - 25
            THEN began + pause + interval '1 minute' * (5 + 240 * power(pg_temp.chance(number, 'solve'), 3))
        END AS solved_at,
        pg_temp.chance(number, 'kind') AS kind, pg_temp.chance(number, 'happy') AS happy
    FROM generate_series({first}::bigint, {last}::bigint) AS number
    CROSS JOIN LATERAL (SELECT count(*) AS days FROM workday) AS all_days
    JOIN workday ON workday.place = (number - 1) * days / {many}
    CROSS JOIN LATERAL (SELECT (workday.day + time '10:00'
        + interval '7 hours' * (((number - 1) * days % {many})::float8 / {many})) AT TIME ZONE {zone} AS began,
        interval '1 minute' * (0.5 + 45 * power(pg_temp.chance(number, 'answer'), 4)) AS pause) AS times
    JOIN talk ON talk.place = (pg_temp.chance(number, 'talk') * {talk_count})::int % {talk_count}
        AND talk.team = (pg_temp.chance(number, 'team') * 8)::int % 8
    JOIN team AS engineer ON engineer.place = (pg_temp.chance(number, 'by') * 9)::int % 9
    """,
    """
    INSERT INTO chat_post (id, key, author, message, at, reply_count, account_id, channel_id)
    SELECT number * 2 - 1, 'person:' || number, asker_name,
        {blank}::jsonb || jsonb_build_object('body', asks), at, 1, asker, {ask} FROM asked
    """,
    """
    INSERT INTO chat_post (id, key, author, message, at, reply_count, account_id, channel_id, thread_id)
    SELECT number * 2, 'person:' || number || ':answer', engineer_name,
        {blank}::jsonb || jsonb_build_object('body', says), answered_at, 0, engineer_account, {ask}, number * 2 - 1
    FROM asked
    """,
    """
    INSERT INTO desk_question (id, who, asked_at, state, answered_at, solved_at, solved_by, kind, outcome,
        happiness, happiness_at, happiness_asked_at, happiness_line, asker_id, engineer_id, post_id)
    SELECT number, 'account:' || asker, at, CASE WHEN solved_at IS NULL THEN 'answered' ELSE 'solved' END,
        answered_at, solved_at, CASE WHEN solved_at IS NULL THEN '' ELSE asker_name END,
        CASE WHEN kind < 0.4 THEN 'question' WHEN kind < 0.7 THEN 'problem' ELSE 'request' END, '',
        CASE WHEN happy < 0.25 AND solved_at IS NOT NULL
            THEN 5 - floor(4 * power(pg_temp.chance(number, 'score'), 4)) END,
        CASE WHEN happy < 0.25 THEN solved_at + interval '5 minutes' END,
        CASE WHEN happy < 0.5 THEN solved_at END, '', asker, engineer, number * 2 - 1
    FROM asked
    """,
    """
    INSERT INTO desk_searchdocument (kind, number, channel, at, solved, title, body, vector)
    SELECT 'question', number, {ask_name}, at, solved_at IS NOT NULL, asks, '', vector FROM asked
    """,
    """
    INSERT INTO desk_ticket (id, title, body, label, "column", asked_by, raised_by, raised_at, moved_at,
        closed_at, engineer_id, question_id)
    SELECT number / 20, left(asks, 200), asks, 'support team', 'Done', asker_name, engineer_name,
        answered_at + interval '10 minutes', solved_at + interval '1 hour',
        greatest(solved_at, answered_at + interval '10 minutes') + interval '1 hour', engineer, number
    FROM asked WHERE number % 20 = 0 AND solved_at IS NOT NULL
    """,
    """
    INSERT INTO commitments_commitment (kind, subject, owner, text, clause, made_at, due_at, state,
        settled_at)
    SELECT 'question.answer', 'question:' || number, 'support', 'Answer “' || asks || '”', 'hours.support',
        at, at + interval '15 minutes',
        CASE WHEN answered_at <= at + interval '15 minutes' THEN 'kept' ELSE 'late' END, answered_at
    FROM asked
    """,
    "DROP TABLE asked",
)

INCIDENTS = (
    """
    CREATE TEMP TABLE happened ON COMMIT DROP AS
    SELECT number, service.id AS service, service.name AS service_name, lead.id AS lead, lead.name AS lead_name,
        CASE WHEN pg_temp.chance(number, 'high') < 0.2 THEN 'high' ELSE 'normal' END AS priority,
        began, began + interval '1 minute' * (1 + 12 * pg_temp.chance(number, 'detect')) AS detected,
        began + interval '1 minute' * (14 + 10 * pg_temp.chance(number, 'declare')) AS declared,
        began + interval '1 minute' * (30 + 600 * power(pg_temp.chance(number, 'repair'), 4)) AS repaired,
        began + interval '1 minute' * (36 + 760 * power(pg_temp.chance(number, 'repair'), 4)) AS resolved
    FROM generate_series({first}::bigint, {last}::bigint) AS number
    CROSS JOIN LATERAL (SELECT {begins}::timestamptz + interval '1 second' * (({span} - 90000)
        * ((number - 1 + pg_temp.chance(number, 'when')) / {many})) AS began) AS times
    JOIN service ON service.place = (power(pg_temp.chance(number, 'service'), 2) * 11)::int % 11
    JOIN team AS lead ON lead.place = (pg_temp.chance(number, 'lead') * 9)::int % 9
    """,
    """
    INSERT INTO incidents_incident (id, title, state, priority, criteria, user_impact, source, declared_by,
        fault_occurs, detected, declared, repaired, resolved, plan, told, quarter, warnings, lead_id)
    SELECT number, service_name || ' fails (' || number || ')', 'resolved', priority,
        CASE WHEN priority <> 'high' THEN '[]' WHEN number % 3 = 0 THEN '["outage"]'
            WHEN number % 3 = 1 THEN '["degraded"]' ELSE '["blocked"]' END::jsonb,
        true, 'alarm:' || number, lead_name, CASE WHEN number % 4 > 0 THEN began END, detected,
        declared, repaired, resolved, '', '[]', '', '[]', lead
    FROM happened
    """,
    "INSERT INTO incidents_incident_services (incident_id, service_id) SELECT number, service FROM happened",
    """
    INSERT INTO incidents_update (text, next_at, by, at, incident_id)
    SELECT 'We look into it.', declared + interval '70 minutes', lead_name,
        declared + interval '1 minute' * (3 + 14 * pg_temp.chance(number, 'word')), number FROM happened
    UNION ALL SELECT 'It is over.', NULL, lead_name, resolved, number FROM happened
    """,
    """
    INSERT INTO incidents_gathering (answers, decided, by, at, incident_id)
    SELECT '{{}}', 'We go on.', lead_name, declared + interval '59 minutes', number FROM happened
    WHERE resolved > declared + interval '1 hour'
    """,
    """
    INSERT INTO alarms_alarm (id, group_key, title, state, severity, first_at, told_at, resolved_at,
        times_told, channel, duties, runbook, description, firing_count, resolved_count, peak, truncated,
        incident, service_id)
    SELECT number, 'made up ' || number, service_name || ' fails', 'resolved', 'high', began, repaired,
        repaired, 2, '', '[]', '', '', 0, 1, 'high', 0, '', service FROM happened
    """,
    """
    INSERT INTO oncall_page (id, subject, title, details, anyway, duties, thread_key, bundle, state, round,
        raised_at, acknowledged_at, settled_at, acknowledged_by_id, aimed_at_id, called_id, service_id)
    SELECT number, 'alarm:' || number, service_name || ' fails', '', false, '[]', 'alarm:' || number || ':high',
        false, 'resolved', 1, detected,
        detected + interval '1 minute' * (0.4 + 7 * power(pg_temp.chance(number, 'ack'), 3)),
        repaired, lead, lead, lead, service FROM happened
    """,
    """
    INSERT INTO oncall_call (round, at, skipped, engineer_id, page_id)
    SELECT 1, detected, false, lead, number FROM happened
    """,
    """
    INSERT INTO commitments_commitment (kind, subject, owner, text, clause, made_at, due_at, state,
        settled_at)
    SELECT 'page.acknowledge', 'page:' || page.id, lead_name, lead_name || ' answers the page about ' || page.title,
        'oncall.escalate', raised_at, raised_at + interval '5 minutes',
        CASE WHEN acknowledged_at <= raised_at + interval '5 minutes' THEN 'kept' ELSE 'late' END,
        acknowledged_at
    FROM happened JOIN oncall_page AS page ON page.id = number
    UNION ALL
    SELECT 'incident.update', 'incident:' || number, 'lead', 'The next update about an incident',
        'incident.updates', declared, declared + interval '15 minutes',
        CASE WHEN said.at <= declared + interval '15 minutes' THEN 'kept' ELSE 'late' END, said.at
    FROM happened JOIN incidents_update AS said ON said.incident_id = number AND said.next_at IS NOT NULL
    """,
    """
    INSERT INTO postmortems_postmortem (id, opened_at, session_at, notes, incident_id)
    SELECT number, resolved, resolved + interval '1 day' * (1 + 7 * pg_temp.chance(number, 'session')), '', number
    FROM happened WHERE priority = 'high'
    """,
    """
    INSERT INTO postmortems_improvement (title, kind, priority, due_at, state, why, made_by, made_at,
        settled_at, owner_id, postmortem_id)
    SELECT 'Prevent that ' || service_name || ' fails so again', 'prevent', 'normal',
        resolved + interval '30 days', 'done', '', lead_name, resolved + interval '1 day',
        resolved + interval '1 day' * (2 + 40 * pg_temp.chance(number, 'improve')), lead, number
    FROM happened WHERE priority = 'high'
    """,
    """
    INSERT INTO desk_searchdocument (kind, number, channel, at, title, body, vector)
    SELECT 'incident', number, '', declared, service_name || ' fails (' || number || ')', '',
        setweight(desk_words(service_name || ' fails'), 'A') FROM happened
    """,
    "DROP TABLE happened",
)

TURNS = (
    """
    INSERT INTO rota_shift (start, "end", duty, kind, source, sequence, engineer_id)
    SELECT (monday + time '10:00') AT TIME ZONE {zone}, (monday + 7 + time '10:00') AT TIME ZONE {zone}, duty,
        'hand', 0, 0, team.id
    FROM generate_series(0, ({span} / 604800)::bigint - 1) AS week
    CROSS JOIN LATERAL (SELECT (date_trunc('week', {begins}::timestamptz) + week * interval '7 days')::date
        AS monday) AS days
    CROSS JOIN (VALUES ('primary', 0), ('secondary', 3)) AS duty (duty, ahead)
    JOIN team ON team.place = (week + ahead) % 9
    """,
    """
    INSERT INTO rota_shift (start, "end", duty, kind, source, sequence, engineer_id)
    SELECT (monday + time '10:00') AT TIME ZONE {zone}, (monday + 14 + time '10:00') AT TIME ZONE {zone}, 'support',
        'hand', 0, 0, team.id
    FROM generate_series(0, ({span} / 1209600)::bigint - 1) AS stint
    CROSS JOIN LATERAL (SELECT (date_trunc('week', {begins}::timestamptz) + stint * interval '14 days')::date
        AS monday) AS days
    JOIN team ON team.place / 3 = stint % 3
    """,
    """
    INSERT INTO handovers_handover (kind, due_at, since, until, giver, taker, givers, takers, state, note, edition,
        noted_by, drafted_at, given_at, accepted_at, read_at, read_entry, accepted_by_id, given_by_id)
    SELECT kind, due, due - interval '12 hours', due + interval '12 hours', giver, taker, '[]', '[]', 'accepted', '',
        0, '', due - interval '30 minutes', due, due + interval '1 minute' * (2 + 40 * pg_temp.chance(workday.place, kind)),
        due, 0, team.id, team.id
    FROM workday
    CROSS JOIN (VALUES ('start of day', time '09:00', 'on call', 'support'),
        ('end of day', time '18:00', 'support', 'on call')) AS sort (kind, clock, giver, taker)
    CROSS JOIN LATERAL (SELECT (day + clock) AT TIME ZONE {zone} AS due) AS times
    JOIN team ON team.place = workday.place % 9
    """,
    """
    INSERT INTO routines_checklist (routine, kind, day, title, who, standing, patience, comes_at, due_at, closes_at,
        people, shown, done_at, closed_at)
    SELECT id, kind, day, title, 'support', false, interval '1 hour', comes, comes + interval '1 hour',
        comes + interval '9 hours', '[]', false,
        CASE WHEN pg_temp.chance(workday.place, id) < 0.95
            THEN comes + interval '1 minute' * (5 + 60 * pg_temp.chance(workday.place, id)) END,
        comes + interval '9 hours'
    FROM workday
    CROSS JOIN (VALUES ('day-start', 'at', time '09:00', 'Start of the day'),
        ('day-end', 'at', time '17:30', 'End of the day')) AS sort (id, kind, clock, title)
    CROSS JOIN LATERAL (SELECT (day + clock) AT TIME ZONE {zone} AS comes) AS times
    """,
)
NUMBERED = (
    "chat_post", "desk_question", "desk_ticket", "incidents_incident", "alarms_alarm", "oncall_page",
    "postmortems_postmortem",
)  # fmt: skip
QUIET = (
    "chat_post", "desk_question", "desk_ticket", "incidents_incident", "incidents_update",
    "postmortems_postmortem",
)  # fmt: skip
