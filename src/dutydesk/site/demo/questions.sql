-- Filled in by decade.py: first, last and many are the numbers of what is made; pg_temp.chance gives
-- for a number and a word something from 0 to 1 that is always the same.

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
CROSS JOIN LATERAL (SELECT pg_temp.moment(workday.day + time '10:00'
    + interval '7 hours' * (((number - 1) * days % {many})::float8 / {many})) AS began,
    interval '1 minute' * (0.5 + 45 * power(pg_temp.chance(number, 'answer'), 4)) AS pause) AS times
JOIN talk ON talk.place = (pg_temp.chance(number, 'talk') * {talk_count})::int % {talk_count}
    AND talk.team = (pg_temp.chance(number, 'team') * 8)::int % 8
JOIN team AS engineer ON engineer.place = (pg_temp.chance(number, 'by') * 9)::int % 9;

INSERT INTO chat_post (id, key, author, message, at, reply_count, account_id, channel_id)
SELECT number * 2 - 1, 'person:' || number, asker_name,
    {blank}::jsonb || jsonb_build_object('body', asks), at, 1, asker, {ask} FROM asked;

INSERT INTO chat_post (id, key, author, message, at, reply_count, account_id, channel_id, thread_id)
SELECT number * 2, 'person:' || number || ':answer', engineer_name,
    {blank}::jsonb || jsonb_build_object('body', says), answered_at, 0, engineer_account, {ask}, number * 2 - 1
FROM asked;

INSERT INTO desk_question (id, who, asked_at, state, answered_at, solved_at, solved_by, kind, outcome,
    happiness, happiness_at, happiness_asked_at, happiness_line, asker_id, engineer_id, post_id)
SELECT number, 'account:' || asker, at, CASE WHEN solved_at IS NULL THEN 'answered' ELSE 'solved' END,
    answered_at, solved_at, CASE WHEN solved_at IS NULL THEN '' ELSE asker_name END,
    CASE WHEN kind < 0.4 THEN 'question' WHEN kind < 0.7 THEN 'problem' ELSE 'request' END, '',
    CASE WHEN happy < 0.25 AND solved_at IS NOT NULL
        THEN 5 - floor(4 * power(pg_temp.chance(number, 'score'), 4)) END,
    CASE WHEN happy < 0.25 THEN solved_at + interval '5 minutes' END,
    CASE WHEN happy < 0.5 THEN solved_at END, '', asker, engineer, number * 2 - 1
FROM asked;

INSERT INTO desk_searchdocument (kind, number, channel, at, solved, title, body, vector)
SELECT 'question', number, {ask_name}, at, solved_at IS NOT NULL, asks, '', vector FROM asked;

INSERT INTO desk_ticket (id, title, body, label, "column", asked_by, raised_by, raised_at, moved_at,
    closed_at, engineer_id, question_id)
SELECT number / 20, left(asks, 200), asks, 'support team', 'Done', asker_name, engineer_name,
    answered_at + interval '10 minutes', solved_at + interval '1 hour',
    greatest(solved_at, answered_at + interval '10 minutes') + interval '1 hour', engineer, number
FROM asked WHERE number % 20 = 0 AND solved_at IS NOT NULL;

INSERT INTO commitments_commitment (kind, subject, owner, text, clause, made_at, due_at, state,
    settled_at)
SELECT 'question.answer', 'question:' || number, 'support', 'Answer “' || asks || '”', 'hours.support',
    at, at + interval '15 minutes',
    CASE WHEN answered_at <= at + interval '15 minutes' THEN 'kept' ELSE 'late' END, answered_at
FROM asked;

DROP TABLE asked;
