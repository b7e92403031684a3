-- What the statements beside this one read.

CREATE FUNCTION pg_temp.chance(number bigint, word text) RETURNS float8 LANGUAGE sql IMMUTABLE
AS $$ SELECT (hashtextextended(number || word, {seed}) & 2147483647) / 2147483648.0 $$;

-- When the team's clock shows that; it is told when that changes, and how far it is ahead from then.
CREATE FUNCTION pg_temp.moment(local timestamp) RETURNS timestamptz LANGUAGE sql STABLE
AS $$ SELECT (local - ({ahead}::interval[])[width_bucket(local, {changes}::timestamp[])])::timestamptz $$;

CREATE TEMP TABLE workday ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY day) - 1 AS place, day::date AS day
FROM generate_series({begins}::timestamptz, {ends}::timestamptz - interval '1 day', '1 day') AS day
WHERE extract(isodow FROM day) < 6;

CREATE UNIQUE INDEX ON workday (place);

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
    ORDER BY id LIMIT 1) AS account ON true;

CREATE TEMP TABLE team ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY engineer.id) - 1 AS place, engineer.id, engineer.name,
    engineer.account_id
FROM people_engineer AS engineer;

CREATE TEMP TABLE service ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, name FROM people_service;
