-- Filled in by decade.py: first, last and many are the numbers of what is made; pg_temp.chance gives
-- for a number and a word something from 0 to 1 that is always the same.

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
JOIN team AS lead ON lead.place = (pg_temp.chance(number, 'lead') * 9)::int % 9;

INSERT INTO incidents_incident (id, title, state, priority, criteria, user_impact, source, declared_by,
    fault_occurs, detected, declared, repaired, resolved, plan, told, quarter, warnings, lead_id)
SELECT number, service_name || ' fails (' || number || ')', 'resolved', priority,
    CASE WHEN priority <> 'high' THEN '[]' WHEN number % 3 = 0 THEN '["outage"]'
        WHEN number % 3 = 1 THEN '["degraded"]' ELSE '["blocked"]' END::jsonb,
    true, 'alarm:' || number, lead_name, CASE WHEN number % 4 > 0 THEN began END, detected,
    declared, repaired, resolved, '', '[]', '', '[]', lead
FROM happened;

INSERT INTO incidents_incident_services (incident_id, service_id) SELECT number, service FROM happened;

INSERT INTO incidents_update (text, next_at, by, at, incident_id)
SELECT 'We look into it.', declared + interval '70 minutes', lead_name,
    declared + interval '1 minute' * (3 + 14 * pg_temp.chance(number, 'word')), number FROM happened
UNION ALL SELECT 'It is over.', NULL, lead_name, resolved, number FROM happened;

INSERT INTO incidents_gathering (answers, decided, by, at, incident_id)
SELECT '{{}}', 'We go on.', lead_name, declared + interval '59 minutes', number FROM happened
WHERE resolved > declared + interval '1 hour';

INSERT INTO alarms_alarm (id, group_key, title, state, severity, first_at, told_at, resolved_at,
    times_told, channel, duties, runbook, description, firing_count, resolved_count, peak, truncated,
    incident, service_id)
SELECT number, 'made up ' || number, service_name || ' fails', 'resolved', 'high', began, repaired,
    repaired, 2, '', '[]', '', '', 0, 1, 'high', 0, '', service FROM happened;

INSERT INTO oncall_page (id, subject, title, details, anyway, duties, thread_key, bundle, state, round,
    raised_at, acknowledged_at, settled_at, acknowledged_by_id, aimed_at_id, called_id, service_id)
SELECT number, 'alarm:' || number, service_name || ' fails', '', false, '[]', 'alarm:' || number || ':high',
    false, 'resolved', 1, detected,
    detected + interval '1 minute' * (0.4 + 7 * power(pg_temp.chance(number, 'ack'), 3)),
    repaired, lead, lead, lead, service FROM happened;

INSERT INTO oncall_call (round, at, skipped, engineer_id, page_id)
SELECT 1, detected, false, lead, number FROM happened;

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
FROM happened JOIN incidents_update AS said ON said.incident_id = number AND said.next_at IS NOT NULL;

INSERT INTO postmortems_postmortem (id, opened_at, session_at, notes, incident_id)
SELECT number, resolved, resolved + interval '1 day' * (1 + 7 * pg_temp.chance(number, 'session')), '', number
FROM happened WHERE priority = 'high';

INSERT INTO postmortems_improvement (title, kind, priority, due_at, state, why, made_by, made_at,
    settled_at, owner_id, postmortem_id)
SELECT 'Prevent that ' || service_name || ' fails so again', 'prevent', 'normal',
    resolved + interval '30 days', 'done', '', lead_name, resolved + interval '1 day',
    resolved + interval '1 day' * (2 + 40 * pg_temp.chance(number, 'improve')), lead, number
FROM happened WHERE priority = 'high';

INSERT INTO desk_searchdocument (kind, number, channel, at, title, body, vector)
SELECT 'incident', number, '', declared, service_name || ' fails (' || number || ')', '',
    setweight(desk_words(service_name || ' fails'), 'A') FROM happened;

DROP TABLE happened;
