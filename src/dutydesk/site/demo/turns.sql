-- Filled in by decade.py: first, last and many are the numbers of what is made; pg_temp.chance gives
-- for a number and a word something from 0 to 1 that is always the same.

INSERT INTO rota_shift (start, "end", duty, kind, source, sequence, engineer_id)
SELECT pg_temp.moment(monday + time '10:00'), pg_temp.moment(monday + 7 + time '10:00'), duty,
    'hand', 0, 0, team.id
FROM generate_series(0, ({span} / 604800)::bigint - 1) AS week
CROSS JOIN LATERAL (SELECT (date_trunc('week', {begins}::timestamptz) + week * interval '7 days')::date
    AS monday) AS days
CROSS JOIN (VALUES ('primary', 0), ('secondary', 3)) AS duty (duty, ahead)
JOIN team ON team.place = (week + ahead) % 9;

INSERT INTO rota_shift (start, "end", duty, kind, source, sequence, engineer_id)
SELECT pg_temp.moment(monday + time '10:00'), pg_temp.moment(monday + 14 + time '10:00'), 'support',
    'hand', 0, 0, team.id
FROM generate_series(0, ({span} / 1209600)::bigint - 1) AS stint
CROSS JOIN LATERAL (SELECT (date_trunc('week', {begins}::timestamptz) + stint * interval '14 days')::date
    AS monday) AS days
JOIN team ON team.place / 3 = stint % 3;

INSERT INTO handovers_handover (kind, due_at, since, until, giver, taker, givers, takers, state, note, edition,
    noted_by, drafted_at, given_at, accepted_at, read_at, read_entry, accepted_by_id, given_by_id)
SELECT kind, due, due - interval '12 hours', due + interval '12 hours', giver, taker, '[]', '[]', 'accepted', '',
    0, '', due - interval '30 minutes', due, due + interval '1 minute' * (2 + 40 * pg_temp.chance(workday.place, kind)),
    due, 0, team.id, team.id
FROM workday
CROSS JOIN (VALUES ('start of day', time '09:00', 'on call', 'support'),
    ('end of day', time '18:00', 'support', 'on call')) AS sort (kind, clock, giver, taker)
CROSS JOIN LATERAL (SELECT pg_temp.moment(day + clock) AS due) AS times
JOIN team ON team.place = workday.place % 9;

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
CROSS JOIN LATERAL (SELECT pg_temp.moment(day + clock) AS comes) AS times;
