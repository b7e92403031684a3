-- What the migrations leave in an empty database. Written by `make schema`; not to be edited.
SET LOCAL check_function_bodies = false;

CREATE TYPE procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);


CREATE TYPE procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);


CREATE TYPE procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);


CREATE FUNCTION chat_show(said timestamp with time zone, posts jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    stirred text[];
BEGIN
    INSERT INTO chat_channel (name)
    SELECT DISTINCT given.channel FROM jsonb_to_recordset(posts) AS given (channel text)
    WHERE NOT EXISTS (SELECT FROM chat_channel AS known WHERE known.name = given.channel)
    ON CONFLICT (name) DO NOTHING;

    WITH stood AS (
        INSERT INTO chat_post (key, channel_id, author, message, at, reply_count)
        SELECT given.key, place.id, 'Duty Desk', given.message, said, 0
        FROM jsonb_to_recordset(posts) AS given (key text, channel text, message jsonb)
        JOIN chat_channel AS place ON place.name = given.channel
        ON CONFLICT (key) DO UPDATE SET message = excluded.message, changed_at = excluded.at
        WHERE chat_post.message IS DISTINCT FROM excluded.message
        RETURNING id, channel_id
    )
    SELECT array_agg('thread:' || id) || array_agg(DISTINCT 'channel:' || channel_id)
    INTO stirred FROM stood;

    PERFORM pg_notify('dutydesk_live', one) FROM unnest(stirred) AS one;
END $$;


CREATE FUNCTION desk_document_drop(kind_ text, number_ bigint) RETURNS void
    LANGUAGE sql
    AS $$
    DELETE FROM desk_searchdocument WHERE kind = kind_ AND number = number_
$$;


CREATE FUNCTION desk_document_follow() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    root bigint;
BEGIN
    IF TG_TABLE_NAME = 'chat_post' THEN
        IF TG_OP = 'DELETE' THEN root := coalesce(OLD.thread_id, OLD.id);
        ELSE root := coalesce(NEW.thread_id, NEW.id); END IF;
        PERFORM desk_document_question(number) FROM (
            SELECT id AS number FROM desk_question WHERE post_id = root
            UNION SELECT question_id FROM desk_furtherpost WHERE post_id = root
        ) AS told ORDER BY number;
    ELSIF TG_TABLE_NAME = 'desk_furtherpost' THEN
        IF TG_OP = 'DELETE' THEN PERFORM desk_document_question(OLD.question_id);
        ELSE PERFORM desk_document_question(NEW.question_id); END IF;
    ELSIF TG_TABLE_NAME = 'desk_question' THEN
        IF TG_OP = 'DELETE' THEN PERFORM desk_document_drop('question', OLD.id);
        ELSE PERFORM desk_document_question(NEW.id); END IF;
    ELSIF TG_OP = 'DELETE' THEN PERFORM desk_document_drop('ticket', OLD.id);
    ELSE PERFORM desk_document_ticket(NEW.id);
    END IF;
    RETURN NULL;
END $$;


CREATE FUNCTION desk_document_follow_record() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM desk_document_ticket(OLD.ticket_id);
    ELSE PERFORM desk_document_ticket(NEW.ticket_id); END IF;
    RETURN NULL;
END $$;


CREATE FUNCTION desk_document_put(kind_ text, number_ bigint, channel_ text, at_ timestamp with time zone, solved_ boolean, title_ text, body_ text, vector_ tsvector) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO desk_searchdocument (kind, number, channel, at, solved, title, body, vector)
    VALUES (kind_, number_, channel_, at_, solved_, title_, left(body_, 40000), vector_)
    ON CONFLICT (kind, number) DO UPDATE SET channel = excluded.channel, at = excluded.at,
        solved = excluded.solved, title = excluded.title, body = excluded.body,
        vector = excluded.vector
$$;


CREATE FUNCTION desk_document_question(given bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    here record;
    asked text;
    said text;
BEGIN
    PERFORM FROM desk_searchdocument WHERE kind = 'question' AND number = given FOR UPDATE;
    SELECT question.state, question.asked_at, post.id AS root, place.name AS channel,
        CASE WHEN post.removed_at IS NULL THEN btrim(post.message ->> 'body', E' \n\r\t')
            ELSE '' END AS text
    INTO here
    FROM desk_question AS question
    JOIN chat_post AS post ON post.id = question.post_id
    JOIN chat_channel AS place ON place.id = post.channel_id
    WHERE question.id = given AND question.state <> 'withdrawn' AND post.only_for_id IS NULL;
    IF NOT FOUND THEN
        PERFORM desk_document_drop('question', given);
        RETURN;
    END IF;
    SELECT coalesce(string_agg(post.message ->> 'body', E'\n' ORDER BY post.id), '') INTO asked
    FROM desk_furtherpost AS joined JOIN chat_post AS post ON post.id = joined.post_id
    WHERE joined.question_id = given AND post.removed_at IS NULL;
    SELECT coalesce(string_agg(post.message ->> 'body', E'\n' ORDER BY post.id), '') INTO said
    FROM (
        SELECT * FROM chat_post
        WHERE thread_id = here.root AND only_for_id IS NULL AND removed_at IS NULL
            AND (account_id IS NOT NULL OR outside <> '' OR key LIKE 'person:%')
        ORDER BY id DESC LIMIT 1000
    ) AS post;
    PERFORM desk_document_put(
        'question', given, here.channel, here.asked_at, here.state = 'solved',
        coalesce(nullif(left(split_part(here.text, E'\n', 1), 200), ''), '(removed)'), '',
        setweight(desk_words(left(split_part(here.text, E'\n', 1), 200)), 'A')
        || setweight(desk_words(here.text || E'\n' || asked), 'B')
        || setweight(desk_words(right(said, 40000)), 'C')
    );
END $$;


CREATE FUNCTION desk_document_ticket(given bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM FROM desk_searchdocument WHERE kind = 'ticket' AND number = given FOR UPDATE;
    PERFORM desk_document_put(
        'ticket', ticket.id, coalesce(place.name, ''), ticket.raised_at, NULL, ticket.title,
        concat_ws(E'\n', ticket.body, record.text),
        setweight(desk_words(ticket.title), 'A') || setweight(desk_words(ticket.body), 'C')
        || setweight(desk_words(right(coalesce(record.text, ''), 40000)), 'C')
    )
    FROM desk_ticket AS ticket
    LEFT JOIN desk_question AS question ON question.id = ticket.question_id
    LEFT JOIN chat_post AS post ON post.id = question.post_id
    LEFT JOIN chat_channel AS place ON place.id = post.channel_id
    CROSS JOIN LATERAL (
        SELECT string_agg(body, E'\n' ORDER BY at, id) AS text FROM (
            SELECT * FROM desk_ticketcomment AS comment
            WHERE comment.ticket_id = ticket.id AND comment.removed_at IS NULL
            ORDER BY id DESC LIMIT 1000
        ) AS newest
    ) AS record
    WHERE ticket.id = given;
END $$;


CREATE FUNCTION desk_query(typed text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE WHEN querytree(english) = english::text THEN english || simple
        ELSE english END
    FROM (SELECT websearch_to_tsquery('english', typed) AS english,
        websearch_to_tsquery('simple', typed) AS simple) AS read
$$;


CREATE FUNCTION desk_words(given text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT to_tsvector('english', text || ' ' || parts) || to_tsvector('simple', names)
    FROM (SELECT left(given, 40000) AS text) AS cut, LATERAL (
        SELECT coalesce(string_agg(word, ' '), '') AS names,
            coalesce(string_agg(regexp_replace(
                regexp_replace(word, '([a-z0-9])([A-Z])', '\1 \2', 'g'), '[^[:alnum:]]+', ' ', 'g'
            ), ' '), '') AS parts
        FROM regexp_split_to_table(text, '\s+') AS word
        WHERE length(word) BETWEEN 3 AND 200
            AND word ~ '[a-z][A-Z]|[[:alnum:]][-_./:@=][[:alnum:]]'
    ) AS found
$$;


CREATE FUNCTION dutydesk_journal_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('dutydesk.retells', true) = 'on' AND
        (to_jsonb(OLD) - 'text') = (to_jsonb(NEW) - 'text') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The journal is append-only; record a correction as a new entry.';
END $$;


CREATE FUNCTION handbook_vector(title text, outline text, words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE
    AS $$
    WITH given (weight, text) AS (
        VALUES ('A'::"char", title), ('B', left(outline, 20000)), ('C', left(words, 100000))
    ), read AS (
        SELECT weight, setweight(
            to_tsvector('english', text || ' ' || parts) || to_tsvector('simple', names), weight
        ) AS vector
        FROM given, LATERAL (
            SELECT coalesce(string_agg(word, ' '), '') AS names,
                coalesce(string_agg(regexp_replace(
                    regexp_replace(word, '([a-z0-9])([A-Z])', '\1 \2', 'g'),
                    '[^[:alnum:]]+', ' ', 'g'
                ), ' '), '') AS parts
            FROM regexp_split_to_table(text, '\s+') AS word
            WHERE length(word) BETWEEN 3 AND 200
                AND word ~ '[a-z][A-Z]|[[:alnum:]][-_./:@=][[:alnum:]]'
        ) AS found
    )
    SELECT (SELECT vector FROM read WHERE weight = 'A')
        || (SELECT vector FROM read WHERE weight = 'B')
        || (SELECT vector FROM read WHERE weight = 'C')
$$;


CREATE FUNCTION handovers_document(given bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    told text;
BEGIN
    PERFORM FROM handovers_handover
    WHERE id = given AND state <> 'draft' AND (note <> '' OR EXISTS (
        SELECT FROM handovers_handoverline AS line WHERE line.handover_id = given
    ));
    IF NOT FOUND THEN RETURN; END IF;
    PERFORM FROM desk_searchdocument WHERE kind = 'handover' AND number = given FOR UPDATE;
    SELECT coalesce(string_agg(concat_ws(E'\n', line.text, nullif(line.note, '')), E'\n'
        ORDER BY line.late, line.place, line.id), '')
    INTO told FROM handovers_handoverline AS line WHERE line.handover_id = given;
    PERFORM desk_document_put(
        'handover', one.id, '', one.due_at, NULL, 'Handover, ' || one.kind,
        concat_ws(E'\n', nullif(one.note, ''), told),
        setweight(desk_words('Handover ' || one.kind), 'A')
        || setweight(desk_words(one.note), 'B') || setweight(desk_words(left(told, 200000)), 'C')
    )
    FROM handovers_handover AS one WHERE one.id = given;
END $$;


CREATE FUNCTION handovers_document_follow() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'handovers_handoverline' THEN
        PERFORM handovers_document(NEW.handover_id);
    ELSIF TG_OP = 'DELETE' THEN PERFORM desk_document_drop('handover', OLD.id);
    ELSE PERFORM handovers_document(NEW.id);
    END IF;
    RETURN NULL;
END $$;


CREATE FUNCTION incidents_document(given bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    said_to_all text;
BEGIN
    PERFORM FROM desk_searchdocument WHERE kind = 'incident' AND number = given FOR UPDATE;
    SELECT coalesce(string_agg(said.text, E'\n' ORDER BY said.id), '') INTO said_to_all
    FROM incidents_update AS said WHERE said.incident_id = given;
    PERFORM desk_document_put(
        'incident', incident.id, '',
        coalesce(incident.declared, incident.detected, incident.fault_occurs, incident.resolved,
            incident.repaired, to_timestamp(0)),
        incident.state <> 'open', incident.title, said_to_all,
        setweight(desk_words(incident.title), 'A') || setweight(desk_words(said_to_all), 'B')
    )
    FROM incidents_incident AS incident WHERE incident.id = given;
END $$;


CREATE FUNCTION incidents_document_follow() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'incidents_update' THEN PERFORM incidents_document(NEW.incident_id);
    ELSIF TG_OP = 'DELETE' THEN PERFORM desk_document_drop('incident', OLD.id);
    ELSE PERFORM incidents_document(NEW.id);
    END IF;
    RETURN NULL;
END $$;


CREATE FUNCTION journal_append(entries jsonb) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO journal_entry (at, kind, subject, actor, text, clause, data)
    SELECT at, kind, subject, actor, text, clause, data
    FROM jsonb_to_recordset(entries) AS given (
        at timestamptz, kind text, subject text, actor text, text text, clause text, data jsonb
    )
$$;


CREATE FUNCTION journal_retell(entries bigint[], texts text[]) RETURNS void
    LANGUAGE sql
    SET "dutydesk.retells" TO 'on'
    AS $$
    UPDATE journal_entry AS entry SET text = told.text
    FROM unnest(entries, texts) AS told (id, text)
    WHERE entry.id = told.id
$$;


CREATE FUNCTION measures_changed(VARIADIC times timestamp with time zone[]) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO measures_daychange (at)
    SELECT DISTINCT one FROM unnest(times) AS one WHERE one IS NOT NULL
$$;


CREATE FUNCTION measures_follow() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'desk_question' THEN
        PERFORM measures_changed(OLD.asked_at, OLD.happiness_asked_at, OLD.happiness_at,
            NEW.asked_at, NEW.happiness_asked_at, NEW.happiness_at);
    ELSIF TG_TABLE_NAME = 'desk_ticket' THEN
        PERFORM measures_changed(asked_at) FROM desk_question
        WHERE id IN (OLD.question_id, NEW.question_id);
    ELSIF TG_TABLE_NAME = 'people_account' THEN
        PERFORM measures_changed(asked_at) FROM desk_question WHERE asker_id = NEW.id;
    ELSIF TG_TABLE_NAME = 'commitments_commitment' THEN
        PERFORM measures_changed(OLD.settled_at, NEW.settled_at);
    ELSIF TG_TABLE_NAME = 'incidents_incident' THEN
        PERFORM measures_changed(coalesce(OLD.declared, OLD.detected, OLD.fault_occurs),
            coalesce(NEW.declared, NEW.detected, NEW.fault_occurs));
    ELSIF TG_TABLE_NAME = 'incidents_update' THEN
        PERFORM measures_changed(coalesce(declared, detected, fault_occurs))
        FROM incidents_incident WHERE id IN (OLD.incident_id, NEW.incident_id);
    ELSIF TG_TABLE_NAME = 'journal_entry' THEN
        PERFORM measures_changed(asked_at) FROM desk_question
        WHERE id = split_part(NEW.subject, ':', 2)::bigint;
    END IF;
    RETURN NULL;
END $$;


CREATE FUNCTION measures_follow_alarms() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
END $$;


CREATE FUNCTION measures_follow_calls() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
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
END $_$;


CREATE FUNCTION measures_follow_windows() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
END $$;


CREATE TABLE incidents_incident (
    id bigint NOT NULL,
    title character varying(200) NOT NULL,
    state character varying(10) NOT NULL,
    priority character varying(6) NOT NULL,
    criteria jsonb NOT NULL,
    user_impact boolean NOT NULL,
    limit_from timestamp with time zone,
    source character varying(60) NOT NULL,
    declared_by character varying(100) NOT NULL,
    fault_occurs timestamp with time zone,
    detected timestamp with time zone,
    declared timestamp with time zone,
    repaired timestamp with time zone,
    resolved timestamp with time zone,
    plan text NOT NULL,
    told jsonb NOT NULL,
    imported_key character varying(200),
    quarter character varying(7) NOT NULL,
    published_repair interval,
    published_resolve interval,
    warnings jsonb NOT NULL,
    lead_id bigint,
    worker_id bigint,
    leaders_told boolean DEFAULT false NOT NULL,
    merged_into_id bigint,
    leaders jsonb DEFAULT '[]'::jsonb NOT NULL,
    exercise boolean DEFAULT false NOT NULL,
    estimated boolean DEFAULT false NOT NULL,
    CONSTRAINT merged_into_another CHECK ((((merged_into_id IS NOT NULL) AND ((state)::text = 'merged'::text)) OR ((NOT ((state)::text = 'merged'::text)) AND (merged_into_id IS NULL)))),
    CONSTRAINT open_or_resolved CHECK ((((resolved IS NULL) AND ((state)::text = 'open'::text)) OR ((state)::text = ANY (ARRAY[('resolved'::character varying)::text, ('mistake'::character varying)::text, ('merged'::character varying)::text]))))
);


CREATE FUNCTION measures_lasted(one incidents_incident) RETURNS void
    LANGUAGE sql
    AS $$
    SELECT measures_changed(coalesce(one.declared, one.detected, one.fault_occurs));
    SELECT measures_spanned(least(one.fault_occurs, one.detected, one.declared),
        CASE WHEN one.state = 'open' THEN 'infinity' ELSE greatest(one.repaired, one.resolved) END)
$$;


CREATE FUNCTION measures_spanned(began timestamp with time zone, ended timestamp with time zone) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO measures_daychange (at, until)
    SELECT began, greatest(began, ended) WHERE began IS NOT NULL
$$;


CREATE FUNCTION postmortems_document(given bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    written text;
BEGIN
    PERFORM FROM desk_searchdocument WHERE kind = 'postmortem' AND number = given FOR UPDATE;
    SELECT coalesce(string_agg(said.text, E'\n' ORDER BY said.id), '') INTO written
    FROM postmortems_passage AS said WHERE said.postmortem_id = given;
    PERFORM desk_document_put(
        'postmortem', review.id, '', review.opened_at, NULL, incident.title, written,
        setweight(desk_words(incident.title), 'A') || setweight(desk_words(left(written, 200000)), 'B')
    )
    FROM postmortems_postmortem AS review
    JOIN incidents_incident AS incident ON incident.id = review.incident_id
    WHERE review.id = given;
END $$;


CREATE FUNCTION postmortems_document_follow() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'postmortems_passage' THEN
        PERFORM postmortems_document(NEW.postmortem_id);
    ELSIF TG_TABLE_NAME = 'incidents_incident' THEN
        PERFORM postmortems_document(id) FROM postmortems_postmortem WHERE incident_id = NEW.id;
    ELSIF TG_OP = 'DELETE' THEN PERFORM desk_document_drop('postmortem', OLD.id);
    ELSE PERFORM postmortems_document(NEW.id);
    END IF;
    RETURN NULL;
END $$;


CREATE FUNCTION procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;


CREATE FUNCTION procrastinate_defer_jobs_v1(jobs procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;


CREATE FUNCTION procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;


CREATE TABLE procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status procrastinate_job_status DEFAULT 'todo'::procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::procrastinate_job_status) AND (abort_requested = true))))
);


CREATE FUNCTION procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;


CREATE FUNCTION procrastinate_finish_job_v1(job_id bigint, end_status procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;


CREATE FUNCTION procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;


CREATE FUNCTION procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;


CREATE FUNCTION procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;


CREATE FUNCTION procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;


CREATE FUNCTION procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;


CREATE FUNCTION procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;


CREATE FUNCTION procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;


CREATE FUNCTION procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;


CREATE FUNCTION procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;


CREATE FUNCTION procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;


CREATE FUNCTION procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;


CREATE FUNCTION procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;


CREATE FUNCTION procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;


CREATE TABLE account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id bigint NOT NULL
);


ALTER TABLE account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);


ALTER TABLE account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE alarms_alarm (
    id bigint NOT NULL,
    group_key character varying(2020) NOT NULL,
    title character varying(200) NOT NULL,
    state character varying(10) NOT NULL,
    severity character varying(4) NOT NULL,
    first_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    times_told integer NOT NULL,
    channel character varying(80) NOT NULL,
    duties jsonb NOT NULL,
    runbook text NOT NULL,
    description text NOT NULL,
    firing_count integer NOT NULL,
    resolved_count integer NOT NULL,
    silent_until timestamp with time zone,
    peak character varying(4) NOT NULL,
    truncated integer NOT NULL,
    incident character varying(60) NOT NULL,
    again_at timestamp with time zone,
    service_id bigint,
    silence_id bigint,
    flapped smallint DEFAULT 0 NOT NULL,
    flapped_since timestamp with time zone,
    rests_until timestamp with time zone,
    CONSTRAINT alarms_alarm_firing_count_check CHECK ((firing_count >= 0)),
    CONSTRAINT alarms_alarm_flapped_check CHECK ((flapped >= 0)),
    CONSTRAINT alarms_alarm_resolved_count_check CHECK ((resolved_count >= 0)),
    CONSTRAINT alarms_alarm_times_told_check CHECK ((times_told >= 0)),
    CONSTRAINT alarms_alarm_truncated_check CHECK ((truncated >= 0))
);


ALTER TABLE alarms_alarm ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME alarms_alarm_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE alarms_alert (
    id bigint NOT NULL,
    fingerprint character varying(64) NOT NULL,
    firing boolean NOT NULL,
    labels jsonb NOT NULL,
    annotations jsonb NOT NULL,
    source text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    latest_start timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    doubt_until timestamp with time zone,
    called_at timestamp with time zone,
    count integer NOT NULL,
    told_at timestamp with time zone NOT NULL,
    alarm_id bigint NOT NULL,
    service_id bigint,
    begun jsonb DEFAULT '[]'::jsonb NOT NULL,
    rests_until timestamp with time zone,
    CONSTRAINT alarms_alert_count_check CHECK ((count >= 0))
);


ALTER TABLE alarms_alert ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME alarms_alert_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE alarms_heartbeat (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    digest character varying(64) NOT NULL,
    every interval,
    grace interval NOT NULL,
    severity character varying(4) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by character varying(100) NOT NULL,
    last_seen timestamp with time zone,
    due_at timestamp with time zone,
    missing_since timestamp with time zone,
    paused_at timestamp with time zone,
    service_id bigint,
    cron character varying(100) DEFAULT ''::character varying NOT NULL,
    failure character varying(100) DEFAULT ''::character varying NOT NULL,
    started_at timestamp with time zone,
    took interval,
    word text DEFAULT ''::text NOT NULL,
    zone character varying(60) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT heartbeat_has_one_schedule CHECK (((((cron)::text = ''::text) AND (every IS NOT NULL)) OR ((every IS NULL) AND (NOT ((cron)::text = ''::text)))))
);


ALTER TABLE alarms_heartbeat ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME alarms_heartbeat_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE alarms_integrationkey (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    digest character varying(64) NOT NULL,
    old_digest character varying(64),
    old_until timestamp with time zone,
    made_at timestamp with time zone NOT NULL,
    made_by character varying(100) NOT NULL,
    used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    opens character varying(10) DEFAULT 'alerts'::character varying NOT NULL,
    refused_since timestamp with time zone
);


ALTER TABLE alarms_integrationkey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME alarms_integrationkey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE alarms_listening (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    "real" timestamp with time zone NOT NULL
);


ALTER TABLE alarms_listening ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME alarms_listening_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE alarms_silence (
    id bigint NOT NULL,
    matchers jsonb NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    windows jsonb NOT NULL,
    reason character varying(300) NOT NULL,
    made_by character varying(100) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    lifted_by character varying(100) NOT NULL,
    lifted_at timestamp with time zone,
    change integer NOT NULL,
    service_id bigint,
    CONSTRAINT alarms_silence_change_check CHECK ((change >= 0)),
    CONSTRAINT silence_ends_after_it_starts CHECK ((ends_at > starts_at))
);


ALTER TABLE alarms_silence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME alarms_silence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE announcements_announcement (
    id bigint NOT NULL,
    title character varying(200) NOT NULL,
    text text NOT NULL,
    agreed_with character varying(300) NOT NULL,
    impact text NOT NULL,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone,
    state character varying(10) NOT NULL,
    started_at timestamp with time zone,
    over_at timestamp with time zone,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    notify character varying(10) NOT NULL,
    notify_reason text NOT NULL,
    silences jsonb NOT NULL,
    told jsonb NOT NULL,
    changed_at timestamp with time zone,
    occurrence date,
    sequence integer NOT NULL,
    series_id bigint,
    leaders_told boolean DEFAULT false NOT NULL,
    leaders jsonb DEFAULT '[]'::jsonb NOT NULL,
    unconfirmed_at timestamp with time zone,
    CONSTRAINT announcement_over_has_time CHECK ((((over_at IS NULL) AND ((state)::text = ANY (ARRAY[('planned'::character varying)::text, ('started'::character varying)::text]))) OR ((over_at IS NOT NULL) AND ((state)::text = ANY (ARRAY[('finished'::character varying)::text, ('cancelled'::character varying)::text]))))),
    CONSTRAINT announcement_window CHECK ((((ends_at IS NULL) AND (starts_at IS NULL)) OR (ends_at > starts_at))),
    CONSTRAINT announcements_announcement_sequence_check CHECK ((sequence >= 0))
);


ALTER TABLE announcements_announcement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME announcements_announcement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE announcements_announcement_services (
    id bigint NOT NULL,
    announcement_id bigint NOT NULL,
    service_id bigint NOT NULL
);


ALTER TABLE announcements_announcement_services ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME announcements_announcement_services_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE announcements_announcementseries (
    id bigint NOT NULL,
    title character varying(200) NOT NULL,
    text text NOT NULL,
    agreed_with character varying(300) NOT NULL,
    impact text NOT NULL,
    mute boolean NOT NULL,
    repeats character varying(20) NOT NULL,
    first_day date NOT NULL,
    starts time without time zone NOT NULL,
    lasts interval NOT NULL,
    updates character varying(300) NOT NULL,
    holidays character varying(10) NOT NULL,
    until date,
    skipped jsonb NOT NULL,
    look_at timestamp with time zone,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    follows_id bigint
);


ALTER TABLE announcements_announcementseries ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME announcements_announcementseries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE announcements_announcementseries_services (
    id bigint NOT NULL,
    announcementseries_id bigint CONSTRAINT announcements_announcementseries_announcementseries_id_not_null NOT NULL,
    service_id bigint NOT NULL
);


ALTER TABLE announcements_announcementseries_services ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME announcements_announcementseries_services_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE announcements_announcementupdate (
    id bigint NOT NULL,
    text text NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    announcement_id bigint NOT NULL
);


ALTER TABLE announcements_announcementupdate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME announcements_announcementupdate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE announcements_promisedupdate (
    id bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    announcement_id bigint NOT NULL
);


ALTER TABLE announcements_promisedupdate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME announcements_promisedupdate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE announcements_workcalendar (
    id bigint NOT NULL,
    token_hash character varying(64) NOT NULL,
    made_by character varying(100) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    read_at timestamp with time zone,
    maker_id bigint
);


ALTER TABLE announcements_workcalendar ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME announcements_workcalendar_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);


ALTER TABLE auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);


ALTER TABLE auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);


ALTER TABLE auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE availability_exclusion (
    id bigint NOT NULL,
    start timestamp with time zone NOT NULL,
    "end" timestamp with time zone NOT NULL,
    reason text NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    withdrawn_by character varying(100) NOT NULL,
    withdrawn_at timestamp with time zone,
    service_id bigint NOT NULL,
    CONSTRAINT exclusion_has_length CHECK (("end" > start))
);


ALTER TABLE availability_exclusion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME availability_exclusion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE availability_run (
    id bigint NOT NULL,
    start timestamp with time zone NOT NULL,
    "end" timestamp with time zone NOT NULL,
    up boolean NOT NULL,
    said character varying(200) NOT NULL,
    term_id bigint NOT NULL,
    CONSTRAINT run_has_length CHECK (("end" > start))
);


ALTER TABLE availability_run ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME availability_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE availability_sourceterm (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    detail text NOT NULL,
    began timestamp with time zone NOT NULL,
    ended timestamp with time zone,
    next_at timestamp with time zone,
    read_to timestamp with time zone,
    said text NOT NULL,
    trouble text NOT NULL,
    remedy text NOT NULL,
    trouble_since timestamp with time zone,
    failures integer NOT NULL,
    alarm_since timestamp with time zone,
    service_id bigint NOT NULL,
    CONSTRAINT availability_sourceterm_failures_check CHECK ((failures >= 0))
);


ALTER TABLE availability_sourceterm ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME availability_sourceterm_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE chat_channel (
    id bigint NOT NULL,
    name character varying(80) NOT NULL,
    unheard text DEFAULT ''::text NOT NULL
);


ALTER TABLE chat_channel ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME chat_channel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE chat_channelmapping (
    id bigint NOT NULL,
    outside character varying(80) NOT NULL,
    name character varying(90) NOT NULL,
    seen character varying(40) NOT NULL,
    due_at timestamp with time zone,
    attempts integer CONSTRAINT chat_channelmapping_failures_not_null NOT NULL,
    trouble text DEFAULT ''::text NOT NULL,
    channel_id bigint NOT NULL,
    claimed_at timestamp with time zone,
    CONSTRAINT chat_channelmapping_failures_check CHECK ((attempts >= 0))
);


ALTER TABLE chat_channelmapping ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME chat_channelmapping_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE chat_earliertext (
    id bigint NOT NULL,
    text text NOT NULL,
    post_id bigint NOT NULL
);


ALTER TABLE chat_earliertext ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME chat_earliertext_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE chat_historyreader (
    id bigint NOT NULL,
    chat character varying(20) NOT NULL,
    worker character varying(120) NOT NULL,
    until timestamp with time zone NOT NULL,
    unread integer DEFAULT 0 NOT NULL,
    unread_since timestamp with time zone,
    CONSTRAINT chat_historyreader_unread_check CHECK ((unread >= 0))
);


ALTER TABLE chat_historyreader ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME chat_historyreader_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE chat_mark (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    who character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    here boolean DEFAULT false NOT NULL,
    account_id bigint,
    post_id bigint NOT NULL
);


ALTER TABLE chat_mark ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME chat_mark_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE chat_outsidepicture (
    id bigint NOT NULL,
    number character varying(40) NOT NULL,
    name character varying(100) NOT NULL,
    address character varying(1000) NOT NULL,
    description character varying(500) NOT NULL,
    state character varying(5) NOT NULL,
    problem text NOT NULL,
    post_id bigint NOT NULL
);


ALTER TABLE chat_outsidepicture ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME chat_outsidepicture_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE chat_post (
    id bigint NOT NULL,
    key character varying(120) NOT NULL,
    author character varying(100) NOT NULL,
    message jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone,
    removed_at timestamp with time zone,
    outside character varying(80) DEFAULT ''::character varying NOT NULL,
    reply_count integer NOT NULL,
    account_id bigint,
    channel_id bigint NOT NULL,
    only_for_id bigint,
    thread_id bigint,
    version character varying(40) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT chat_post_reply_count_check CHECK ((reply_count >= 0))
);


ALTER TABLE chat_post ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME chat_post_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE chat_post_pictures (
    id bigint NOT NULL,
    post_id bigint NOT NULL,
    picture_id bigint NOT NULL
);


ALTER TABLE chat_post_pictures ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME chat_post_pictures_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE chat_postmirror (
    post_id bigint NOT NULL,
    reference character varying(40) NOT NULL,
    said character varying(64) NOT NULL,
    owed boolean NOT NULL,
    urgent boolean NOT NULL,
    uncertain boolean NOT NULL,
    problem text NOT NULL,
    owed_at timestamp with time zone NOT NULL,
    channel_id bigint NOT NULL,
    said_at timestamp with time zone
);


CREATE TABLE commitments_commitment (
    id bigint NOT NULL,
    kind character varying(60) NOT NULL,
    subject character varying(60) NOT NULL,
    owner character varying(120) NOT NULL,
    text text NOT NULL,
    clause character varying(60) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    warn_at timestamp with time zone,
    due_at timestamp with time zone NOT NULL,
    chase_every interval,
    next_at timestamp with time zone,
    state character varying(10) NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT settled_commitment_has_time CHECK ((((state)::text = 'open'::text) OR (settled_at IS NOT NULL)))
);


ALTER TABLE commitments_commitment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME commitments_commitment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE desk_duplicate (
    id bigint NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    original_id bigint NOT NULL,
    question_id bigint NOT NULL,
    CONSTRAINT duplicate_of_another CHECK ((NOT (question_id = original_id)))
);


ALTER TABLE desk_duplicate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME desk_duplicate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE desk_furtherpost (
    id bigint NOT NULL,
    post_id bigint NOT NULL,
    question_id bigint NOT NULL
);


ALTER TABLE desk_furtherpost ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME desk_furtherpost_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE desk_importedrequests (
    id bigint NOT NULL,
    kind character varying(100) CONSTRAINT desk_importedrequests_sort_not_null NOT NULL,
    action character varying(200) NOT NULL,
    "on" date NOT NULL,
    count integer NOT NULL,
    CONSTRAINT desk_importedrequests_count_check CHECK ((count >= 0))
);


ALTER TABLE desk_importedrequests ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME desk_importedrequests_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE desk_pastanswer (
    id bigint NOT NULL,
    likeness double precision NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    helped_at timestamp with time zone,
    past_id bigint NOT NULL,
    question_id bigint NOT NULL
);


ALTER TABLE desk_pastanswer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME desk_pastanswer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE desk_question (
    id bigint NOT NULL,
    who character varying(100) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    state character varying(10) NOT NULL,
    answered_at timestamp with time zone,
    waiting_since timestamp with time zone,
    quick_left interval,
    solved_at timestamp with time zone,
    solved_by character varying(100) NOT NULL,
    kind character varying(60) NOT NULL,
    outcome character varying(20) NOT NULL,
    happiness smallint,
    happiness_at timestamp with time zone,
    happiness_asked_at timestamp with time zone,
    happiness_line text NOT NULL,
    asker_id bigint,
    burst_id bigint,
    engineer_id bigint,
    post_id bigint NOT NULL,
    parted_from_id bigint,
    unanswered_since timestamp with time zone,
    CONSTRAINT desk_question_happiness_check CHECK ((happiness >= 0)),
    CONSTRAINT happiness_1_to_5 CHECK (((happiness IS NULL) OR ((happiness >= 1) AND (happiness <= 5))))
);


ALTER TABLE desk_question ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME desk_question_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE desk_searchdocument (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    number bigint NOT NULL,
    channel character varying(80) NOT NULL,
    at timestamp with time zone NOT NULL,
    solved boolean,
    title text NOT NULL,
    body text NOT NULL,
    vector tsvector NOT NULL
);


ALTER TABLE desk_searchdocument ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME desk_searchdocument_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE desk_ticket (
    id bigint NOT NULL,
    title character varying(200) NOT NULL,
    body text NOT NULL,
    label character varying(60) NOT NULL,
    "column" character varying(60) NOT NULL,
    column_before character varying(60) DEFAULT ''::character varying NOT NULL,
    asked_by character varying(100) NOT NULL,
    raised_by character varying(100) NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    moved_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    assigned character varying(100) DEFAULT ''::character varying NOT NULL,
    number bigint,
    node character varying(100) DEFAULT ''::character varying NOT NULL,
    url character varying(300) DEFAULT ''::character varying NOT NULL,
    there jsonb DEFAULT '{}'::jsonb NOT NULL,
    behind boolean DEFAULT false NOT NULL,
    engineer_id bigint,
    post_id bigint,
    question_id bigint,
    CONSTRAINT desk_ticket_number_check CHECK ((number >= 0))
);


ALTER TABLE desk_ticket ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME desk_ticket_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE desk_ticketcomment (
    id bigint NOT NULL,
    key character varying(100) NOT NULL,
    author character varying(100) NOT NULL,
    body text NOT NULL,
    at timestamp with time zone NOT NULL,
    there character varying(40) DEFAULT ''::character varying NOT NULL,
    changed_at timestamp with time zone,
    removed_at timestamp with time zone,
    post_id bigint,
    ticket_id bigint NOT NULL
);


ALTER TABLE desk_ticketcomment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME desk_ticketcomment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE desk_trackerdelivery (
    id bigint NOT NULL,
    key character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL
);


ALTER TABLE desk_trackerdelivery ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME desk_trackerdelivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE desk_trackerstate (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    template jsonb NOT NULL,
    template_at timestamp with time zone,
    read_until timestamp with time zone
);


ALTER TABLE desk_trackerstate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME desk_trackerstate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);


ALTER TABLE django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);


ALTER TABLE django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);


CREATE TABLE handbook_handbookpage (
    id bigint NOT NULL,
    path character varying(500) NOT NULL,
    folder character varying(500) NOT NULL,
    title character varying(200) NOT NULL,
    text text NOT NULL,
    outline text NOT NULL,
    words text NOT NULL,
    blob character varying(64) NOT NULL,
    changed_commit character varying(64) NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_known boolean NOT NULL,
    links jsonb NOT NULL,
    broken integer NOT NULL,
    keys character varying(200)[] NOT NULL,
    notes jsonb NOT NULL,
    reviewed_on date,
    review_by date,
    vector tsvector GENERATED ALWAYS AS (handbook_vector((title)::text, outline, words)) STORED,
    repository_id bigint NOT NULL,
    CONSTRAINT handbook_handbookpage_broken_check CHECK ((broken >= 0))
);


ALTER TABLE handbook_handbookpage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME handbook_handbookpage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE handbook_handbookpicture (
    id bigint NOT NULL,
    path character varying(500) NOT NULL,
    blob character varying(64) NOT NULL,
    kind character varying(20) NOT NULL,
    data bytea NOT NULL,
    repository_id bigint NOT NULL
);


ALTER TABLE handbook_handbookpicture ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME handbook_handbookpicture_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE handbook_handbookrepository (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    origin jsonb NOT NULL,
    commit character varying(64) NOT NULL,
    committed_at timestamp with time zone,
    read_at timestamp with time zone,
    looked_at timestamp with time zone,
    next_at timestamp with time zone NOT NULL,
    trouble text NOT NULL,
    remedy text NOT NULL,
    trouble_since timestamp with time zone,
    tries integer NOT NULL,
    told_at timestamp with time zone,
    left_out jsonb NOT NULL,
    CONSTRAINT handbook_handbookrepository_tries_check CHECK ((tries >= 0))
);


ALTER TABLE handbook_handbookrepository ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME handbook_handbookrepository_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE handovers_handover (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    due_at timestamp with time zone NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    giver character varying(20) NOT NULL,
    taker character varying(20) NOT NULL,
    givers jsonb NOT NULL,
    takers jsonb NOT NULL,
    state character varying(10) NOT NULL,
    note text NOT NULL,
    edition integer NOT NULL,
    noted_by character varying(100) NOT NULL,
    drafted_at timestamp with time zone NOT NULL,
    given_at timestamp with time zone,
    accepted_at timestamp with time zone,
    read_at timestamp with time zone NOT NULL,
    read_entry bigint NOT NULL,
    accepted_by_id bigint,
    given_by_id bigint,
    CONSTRAINT accepted_handover_has_time CHECK (((NOT ((state)::text = 'accepted'::text)) OR (accepted_at IS NOT NULL))),
    CONSTRAINT handovers_handover_edition_check CHECK ((edition >= 0))
);


ALTER TABLE handovers_handover ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME handovers_handover_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE handovers_handoverline (
    id bigint NOT NULL,
    key character varying(160) NOT NULL,
    part character varying(20) NOT NULL,
    about character varying(60) NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    place integer NOT NULL,
    late boolean NOT NULL,
    added_at timestamp with time zone NOT NULL,
    note text NOT NULL,
    edition integer NOT NULL,
    noted_by character varying(100) NOT NULL,
    handover_id bigint NOT NULL,
    CONSTRAINT handovers_handoverline_edition_check CHECK ((edition >= 0)),
    CONSTRAINT handovers_handoverline_place_check CHECK ((place >= 0))
);


ALTER TABLE handovers_handoverline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME handovers_handoverline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE inbox_arrival (
    id bigint NOT NULL,
    due_at timestamp with time zone,
    claimed_at timestamp with time zone,
    attempts integer NOT NULL,
    door character varying(20) NOT NULL,
    source character varying(80) NOT NULL,
    key character varying(160),
    sender character varying(100) NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    note character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    outcome character varying(10) NOT NULL,
    problem text NOT NULL,
    became jsonb NOT NULL,
    answer jsonb,
    crowd character varying(100) DEFAULT ''::character varying NOT NULL,
    turn character varying(100) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT arrival_due_while_waiting CHECK ((((due_at IS NOT NULL) AND ((outcome)::text = 'waiting'::text)) OR ((NOT ((outcome)::text = 'waiting'::text)) AND (claimed_at IS NULL) AND (due_at IS NULL)))),
    CONSTRAINT inbox_arrival_attempts_check CHECK ((attempts >= 0))
);


ALTER TABLE inbox_arrival ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_arrival_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE inbox_refusedrequest (
    id bigint NOT NULL,
    door character varying(20) NOT NULL,
    sender character varying(100) NOT NULL,
    status smallint NOT NULL,
    reason character varying(300) NOT NULL,
    day date NOT NULL,
    last_at timestamp with time zone NOT NULL,
    count integer NOT NULL,
    CONSTRAINT inbox_refusedrequest_count_check CHECK ((count >= 0)),
    CONSTRAINT inbox_refusedrequest_status_check CHECK ((status >= 0))
);


ALTER TABLE inbox_refusedrequest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_refusedrequest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_deploy (
    id bigint NOT NULL,
    version character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    url character varying(500) NOT NULL,
    by character varying(100) NOT NULL,
    told_by character varying(100) NOT NULL,
    told_at timestamp with time zone NOT NULL,
    service_id bigint NOT NULL
);


ALTER TABLE incidents_deploy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_deploy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_gathering (
    id bigint NOT NULL,
    answers jsonb NOT NULL,
    decided text NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    incident_id bigint NOT NULL,
    skipped boolean DEFAULT false NOT NULL
);


ALTER TABLE incidents_gathering ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_gathering_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_helprequest (
    id bigint NOT NULL,
    by character varying(100) NOT NULL,
    reason text NOT NULL,
    called boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    answer character varying(10) NOT NULL,
    answered_at timestamp with time zone,
    engineer_id bigint NOT NULL,
    incident_id bigint NOT NULL,
    one_of bigint,
    again_at timestamp with time zone,
    told_at timestamp with time zone
);


ALTER TABLE incidents_helprequest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_helprequest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE incidents_incident ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_incident_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_incident_services (
    id bigint NOT NULL,
    incident_id bigint NOT NULL,
    service_id bigint NOT NULL
);


ALTER TABLE incidents_incident_services ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_incident_services_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_incidentimport (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    taken_back_at timestamp with time zone
);


ALTER TABLE incidents_incidentimport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_incidentimport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_incidentimportrow (
    id bigint NOT NULL,
    "row" jsonb NOT NULL,
    before jsonb,
    after jsonb NOT NULL,
    batch_id bigint NOT NULL,
    incident_id bigint,
    maintenance_id bigint
);


ALTER TABLE incidents_incidentimportrow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_incidentimportrow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_incidentlink (
    id bigint NOT NULL,
    about character varying(60) NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    parted_at timestamp with time zone,
    incident_id bigint NOT NULL
);


ALTER TABLE incidents_incidentlink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_incidentlink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_maintenance (
    id bigint NOT NULL,
    on_at timestamp with time zone NOT NULL,
    on_by character varying(100) NOT NULL,
    until timestamp with time zone,
    reason text NOT NULL,
    message text NOT NULL,
    off_at timestamp with time zone,
    off_by character varying(100) NOT NULL,
    incident_id bigint,
    service_id bigint NOT NULL,
    imported_key character varying(200),
    silence_id bigint
);


ALTER TABLE incidents_maintenance ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_maintenance_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_moretime (
    id bigint NOT NULL,
    amount interval NOT NULL,
    reason text NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    incident_id bigint NOT NULL
);


ALTER TABLE incidents_moretime ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_moretime_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_note (
    id bigint NOT NULL,
    text text NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    corrected_at timestamp with time zone,
    corrected_by character varying(100) NOT NULL,
    removed_at timestamp with time zone,
    removed_by character varying(100) NOT NULL,
    incident_id bigint NOT NULL,
    post_id bigint
);


ALTER TABLE incidents_note ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_note_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_note_pictures (
    id bigint NOT NULL,
    note_id bigint NOT NULL,
    picture_id bigint NOT NULL
);


ALTER TABLE incidents_note_pictures ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_note_pictures_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_participant (
    id bigint NOT NULL,
    joined timestamp with time zone NOT NULL,
    "left" timestamp with time zone,
    engineer_id bigint NOT NULL,
    incident_id bigint NOT NULL
);


ALTER TABLE incidents_participant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_participant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_quarter (
    id bigint NOT NULL,
    quarter character varying(7) NOT NULL,
    listed integer,
    mean_repair interval,
    mean_resolve interval,
    "position" integer NOT NULL,
    CONSTRAINT incidents_quarter_listed_check CHECK ((listed >= 0)),
    CONSTRAINT incidents_quarter_position_check CHECK (("position" >= 0))
);


ALTER TABLE incidents_quarter ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_quarter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_roleterm (
    id bigint NOT NULL,
    role character varying(40) NOT NULL,
    began timestamp with time zone NOT NULL,
    ended timestamp with time zone,
    engineer_id bigint NOT NULL,
    incident_id bigint NOT NULL
);


ALTER TABLE incidents_roleterm ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_roleterm_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE incidents_update (
    id bigint NOT NULL,
    text text NOT NULL,
    next_at timestamp with time zone,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    incident_id bigint NOT NULL
);


ALTER TABLE incidents_update ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME incidents_update_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE journal_entry (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind character varying(60) NOT NULL,
    subject character varying(60) NOT NULL,
    actor character varying(120) NOT NULL,
    text text NOT NULL,
    clause character varying(60) NOT NULL,
    data jsonb NOT NULL
);


ALTER TABLE journal_entry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME journal_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE journal_reaction (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    due_at timestamp with time zone,
    attempts integer NOT NULL,
    problem text NOT NULL,
    entry_id bigint NOT NULL,
    claimed_at timestamp with time zone,
    CONSTRAINT journal_reaction_attempts_check CHECK ((attempts >= 0))
);


ALTER TABLE journal_reaction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME journal_reaction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE measures_counttally (
    id bigint NOT NULL,
    series text NOT NULL,
    day date NOT NULL,
    key text NOT NULL,
    counts bigint[] NOT NULL
);


ALTER TABLE measures_counttally ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME measures_counttally_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE measures_daychange (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    until timestamp with time zone
);


ALTER TABLE measures_daychange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME measures_daychange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE measures_lengthtally (
    id bigint NOT NULL,
    series text NOT NULL,
    day date NOT NULL,
    cell smallint NOT NULL,
    many integer NOT NULL,
    total bigint NOT NULL,
    first timestamp with time zone NOT NULL,
    lengths bigint[] NOT NULL
);


ALTER TABLE measures_lengthtally ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME measures_lengthtally_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE measures_monthlyreport (
    id bigint NOT NULL,
    month date NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL
);


ALTER TABLE measures_monthlyreport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME measures_monthlyreport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE measures_talliedday (
    day date NOT NULL,
    terms character varying(64) NOT NULL,
    services character varying(64) DEFAULT ''::character varying NOT NULL
);


CREATE TABLE oncall_call (
    id bigint NOT NULL,
    round integer NOT NULL,
    at timestamp with time zone NOT NULL,
    skipped boolean NOT NULL,
    engineer_id bigint NOT NULL,
    page_id bigint NOT NULL,
    duties jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT oncall_call_round_check CHECK ((round >= 0))
);


ALTER TABLE oncall_call ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oncall_call_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE oncall_contactmethod (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    kind character varying(20) NOT NULL,
    address text NOT NULL,
    delay smallint NOT NULL,
    "order" integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    code character varying(6) NOT NULL,
    tested_at timestamp with time zone,
    verified_at timestamp with time zone,
    failing_since timestamp with time zone,
    failing_why character varying(200) NOT NULL,
    engineer_id bigint NOT NULL,
    CONSTRAINT oncall_contactmethod_delay_check CHECK ((delay >= 0)),
    CONSTRAINT oncall_contactmethod_order_check CHECK (("order" >= 0))
);


ALTER TABLE oncall_contactmethod ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oncall_contactmethod_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE oncall_page (
    id bigint NOT NULL,
    subject character varying(60) NOT NULL,
    title character varying(200) NOT NULL,
    details text NOT NULL,
    anyway boolean NOT NULL,
    duties jsonb NOT NULL,
    thread_key character varying(120) NOT NULL,
    bundle boolean NOT NULL,
    state character varying(12) NOT NULL,
    round integer NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    held_until timestamp with time zone,
    acknowledged_at timestamp with time zone,
    snoozed_until timestamp with time zone,
    settled_at timestamp with time zone,
    acknowledged_by_id bigint,
    aimed_at_id bigint,
    called_id bigint,
    only_id bigint,
    service_id bigint,
    answered_at timestamp with time zone,
    answered_duties jsonb DEFAULT '[]'::jsonb NOT NULL,
    first_acknowledged_at timestamp with time zone,
    news_at timestamp with time zone,
    CONSTRAINT oncall_page_round_check CHECK ((round >= 0))
);


ALTER TABLE oncall_page ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oncall_page_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE oncall_pageitem (
    id bigint NOT NULL,
    subject character varying(60) NOT NULL,
    title character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    page_id bigint NOT NULL,
    service_id bigint,
    duties jsonb DEFAULT '[]'::jsonb NOT NULL,
    since timestamp with time zone
);


ALTER TABLE oncall_pageitem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oncall_pageitem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE outbox_attempt (
    id bigint NOT NULL,
    number integer NOT NULL,
    began timestamp with time zone NOT NULL,
    ended timestamp with time zone,
    outcome character varying(8) NOT NULL,
    reason text NOT NULL,
    message_id bigint NOT NULL,
    CONSTRAINT outbox_attempt_number_check CHECK ((number >= 0))
);


ALTER TABLE outbox_attempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME outbox_attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE outbox_message (
    id bigint NOT NULL,
    key character varying(200) NOT NULL,
    kind character varying(60) NOT NULL,
    subject character varying(60) NOT NULL,
    payload jsonb NOT NULL,
    state character varying(10) NOT NULL,
    queued_at timestamp with time zone CONSTRAINT outbox_message_put_at_not_null NOT NULL,
    due_at timestamp with time zone,
    attempts integer NOT NULL,
    reference character varying(200) NOT NULL,
    reason text NOT NULL,
    settled_at timestamp with time zone,
    claimed_at timestamp with time zone,
    urgent boolean DEFAULT false NOT NULL,
    CONSTRAINT message_due_while_owed CHECK ((((due_at IS NOT NULL) AND ((state)::text = 'owed'::text)) OR ((NOT ((state)::text = 'owed'::text)) AND (claimed_at IS NULL) AND (due_at IS NULL)))),
    CONSTRAINT outbox_message_attempts_check CHECK ((attempts >= 0))
);


ALTER TABLE outbox_message ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME outbox_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE people_account (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    email character varying(254) NOT NULL,
    name character varying(100) NOT NULL,
    is_active boolean NOT NULL,
    closed_at timestamp with time zone,
    is_administrator boolean NOT NULL,
    team_id bigint,
    zone character varying(50) DEFAULT ''::character varying NOT NULL
);


ALTER TABLE people_account ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME people_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE people_attempt (
    id bigint NOT NULL,
    key character varying(80) NOT NULL,
    at timestamp with time zone NOT NULL
);


ALTER TABLE people_attempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME people_attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE people_engineer (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    email character varying(254) NOT NULL,
    active boolean NOT NULL,
    account_id bigint,
    called_for_incidents boolean DEFAULT false NOT NULL,
    joins_at timestamp with time zone,
    leaves_at timestamp with time zone
);


ALTER TABLE people_engineer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME people_engineer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE people_identity (
    id bigint NOT NULL,
    outside character varying(80) NOT NULL,
    name character varying(100) NOT NULL,
    email character varying(254) NOT NULL,
    looked_at timestamp with time zone NOT NULL,
    offered_at timestamp with time zone,
    account_id bigint
);


ALTER TABLE people_identity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME people_identity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE people_invitation (
    id bigint NOT NULL,
    token_hash character varying(64) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    name character varying(100) NOT NULL,
    email character varying(254) NOT NULL,
    administrator boolean NOT NULL,
    account_id bigint,
    engineer_id bigint
);


ALTER TABLE people_invitation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME people_invitation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE people_leadershipcontact (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    email character varying(254) NOT NULL
);


ALTER TABLE people_leadershipcontact ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME people_leadershipcontact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE people_service (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    slug character varying(50) NOT NULL,
    user_facing boolean NOT NULL,
    page_anyway boolean NOT NULL,
    webhook character varying(500) NOT NULL,
    webhook_salt character varying(64) NOT NULL,
    team_id bigint
);


ALTER TABLE people_service ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME people_service_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE people_session (
    session_key character varying(64) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL,
    account_id bigint
);


CREATE TABLE people_skill (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    engineer_id bigint NOT NULL
);


ALTER TABLE people_skill ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME people_skill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE people_team (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    channel character varying(100) NOT NULL
);


ALTER TABLE people_team ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME people_team_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE pictures_picture (
    id bigint NOT NULL,
    kind character varying(4) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    digest character varying(64) NOT NULL,
    description character varying(500) NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT pictures_picture_height_check CHECK ((height >= 0)),
    CONSTRAINT pictures_picture_width_check CHECK ((width >= 0))
);


ALTER TABLE pictures_picture ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME pictures_picture_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE pictures_picturedata (
    picture_id bigint NOT NULL,
    data bytea NOT NULL
);


CREATE TABLE postmortems_improvement (
    id bigint NOT NULL,
    title character varying(200) NOT NULL,
    kind character varying(200) NOT NULL,
    priority character varying(6) NOT NULL,
    due_at timestamp with time zone,
    state character varying(8) NOT NULL,
    why text NOT NULL,
    made_by character varying(100) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    owner_id bigint,
    postmortem_id bigint NOT NULL,
    ticket_id bigint,
    page_ticket_id bigint
);


ALTER TABLE postmortems_improvement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME postmortems_improvement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE postmortems_passage (
    id bigint NOT NULL,
    key character varying(60) NOT NULL,
    text text NOT NULL,
    version integer NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone,
    postmortem_id bigint NOT NULL,
    CONSTRAINT postmortems_passage_version_check CHECK ((version >= 0))
);


ALTER TABLE postmortems_passage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME postmortems_passage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE postmortems_passageversion (
    id bigint NOT NULL,
    version integer NOT NULL,
    text text NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    passage_id bigint NOT NULL,
    CONSTRAINT postmortems_passageversion_version_check CHECK ((version >= 0))
);


ALTER TABLE postmortems_passageversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME postmortems_passageversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE postmortems_postmortem (
    id bigint NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    session_at timestamp with time zone,
    notes text NOT NULL,
    incident_id bigint NOT NULL,
    by_hand boolean DEFAULT false NOT NULL,
    withdrawn_at timestamp with time zone
);


ALTER TABLE postmortems_postmortem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME postmortems_postmortem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE postmortems_publication (
    id bigint NOT NULL,
    number integer NOT NULL,
    report jsonb NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by character varying(100) NOT NULL,
    why text NOT NULL,
    postmortem_id bigint NOT NULL,
    CONSTRAINT postmortems_publication_number_check CHECK ((number >= 0))
);


ALTER TABLE postmortems_publication ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME postmortems_publication_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE postmortems_publishedpicture (
    id bigint NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    picture_id bigint NOT NULL,
    postmortem_id bigint NOT NULL
);


ALTER TABLE postmortems_publishedpicture ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME postmortems_publishedpicture_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE postmortems_redaction (
    id bigint NOT NULL,
    mark character varying(64) NOT NULL,
    kept boolean NOT NULL,
    reason text NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    postmortem_id bigint NOT NULL
);


ALTER TABLE postmortems_redaction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME postmortems_redaction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE postmortems_repositoryfile (
    id bigint NOT NULL,
    url character varying(500) NOT NULL,
    branch character varying(200) NOT NULL,
    path text NOT NULL,
    how character varying(20) NOT NULL,
    secret character varying(40) NOT NULL,
    version integer NOT NULL,
    key character varying(100) NOT NULL,
    count integer NOT NULL,
    state character varying(8) NOT NULL,
    reason text NOT NULL,
    reference character varying(64) NOT NULL,
    link text NOT NULL,
    by character varying(100) NOT NULL,
    account integer,
    at timestamp with time zone NOT NULL,
    postmortem_id bigint NOT NULL,
    pull character varying(8) NOT NULL,
    pull_at timestamp with time zone,
    CONSTRAINT postmortems_repositoryfile_account_check CHECK ((account >= 0)),
    CONSTRAINT postmortems_repositoryfile_count_check CHECK ((count >= 0)),
    CONSTRAINT postmortems_repositoryfile_version_check CHECK ((version >= 0))
);


ALTER TABLE postmortems_repositoryfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME postmortems_repositoryfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE postmortems_reviewsession (
    id bigint NOT NULL,
    start timestamp with time zone NOT NULL,
    "end" timestamp with time zone NOT NULL,
    sequence integer NOT NULL,
    changed_by character varying(100) NOT NULL,
    called_off_at timestamp with time zone,
    postmortem_id bigint NOT NULL,
    CONSTRAINT postmortems_reviewsession_sequence_check CHECK ((sequence >= 0)),
    CONSTRAINT session_ends_later CHECK (("end" > start))
);


CREATE TABLE postmortems_reviewsession_attended (
    id bigint NOT NULL,
    reviewsession_id bigint NOT NULL,
    engineer_id bigint NOT NULL
);


ALTER TABLE postmortems_reviewsession_attended ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME postmortems_reviewsession_attended_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE postmortems_reviewsession ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME postmortems_reviewsession_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE postmortems_reviewsession_invited (
    id bigint NOT NULL,
    reviewsession_id bigint NOT NULL,
    engineer_id bigint NOT NULL
);


ALTER TABLE postmortems_reviewsession_invited ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME postmortems_reviewsession_invited_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE postmortems_signoff (
    id bigint NOT NULL,
    role character varying(200) NOT NULL,
    digest character varying(64) NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    postmortem_id bigint NOT NULL
);


ALTER TABLE postmortems_signoff ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME postmortems_signoff_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE postmortems_writer (
    id bigint NOT NULL,
    key character varying(60) NOT NULL,
    name character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    postmortem_id bigint NOT NULL
);


ALTER TABLE postmortems_writer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME postmortems_writer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE process_approval (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    version_id bigint NOT NULL
);


ALTER TABLE process_approval ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME process_approval_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE process_brokenfile (
    id bigint NOT NULL,
    path text NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    mistakes jsonb NOT NULL
);


ALTER TABLE process_brokenfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME process_brokenfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE process_processversion (
    id bigint NOT NULL,
    text text NOT NULL,
    digest character varying(64) NOT NULL,
    adopted_at timestamp with time zone NOT NULL
);


ALTER TABLE process_processversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME process_processversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);


CREATE SEQUENCE procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE procrastinate_events_id_seq OWNED BY procrastinate_events.id;


CREATE SEQUENCE procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE procrastinate_jobs_id_seq OWNED BY procrastinate_jobs.id;


CREATE TABLE procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);


CREATE SEQUENCE procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE procrastinate_periodic_defers_id_seq OWNED BY procrastinate_periodic_defers.id;


CREATE TABLE procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_absence (
    id bigint NOT NULL,
    start timestamp with time zone NOT NULL,
    "end" timestamp with time zone NOT NULL,
    wish boolean NOT NULL,
    engineer_id bigint NOT NULL,
    regular_id bigint,
    CONSTRAINT absence_ends_later CHECK (("end" > start))
);


ALTER TABLE rota_absence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_absence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_calendarfeed (
    id bigint NOT NULL,
    token_hash character varying(64) NOT NULL,
    duty character varying(10) NOT NULL,
    made_by character varying(100) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    read_at timestamp with time zone,
    engineer_id bigint,
    maker_id bigint,
    busy boolean DEFAULT false NOT NULL,
    mark character varying(64) DEFAULT ''::character varying NOT NULL,
    marked_at timestamp with time zone
);


ALTER TABLE rota_calendarfeed ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_calendarfeed_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_covernomination (
    id bigint NOT NULL,
    start timestamp with time zone NOT NULL,
    "end" timestamp with time zone NOT NULL,
    day date NOT NULL,
    part character varying(40) NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    sequence integer NOT NULL,
    cancelled_at timestamp with time zone,
    engineer_id bigint NOT NULL,
    CONSTRAINT nominee_ends_later CHECK (("end" > start)),
    CONSTRAINT rota_covernomination_sequence_check CHECK ((sequence >= 0))
);


ALTER TABLE rota_covernomination ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_covernomination_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_experiencemark (
    engineer_id bigint NOT NULL,
    experienced boolean NOT NULL
);


CREATE TABLE rota_installation (
    id bigint NOT NULL,
    name uuid NOT NULL
);


ALTER TABLE rota_installation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_installation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_oncallplan (
    id bigint NOT NULL,
    turns jsonb NOT NULL,
    seats jsonb NOT NULL,
    rests_on jsonb NOT NULL,
    proposed_by character varying(100) NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone,
    published_by character varying(100) NOT NULL,
    taken_back_at timestamp with time zone
);


ALTER TABLE rota_oncallplan ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_oncallplan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_outlook (
    duty character varying(10) NOT NULL,
    built_until timestamp with time zone NOT NULL,
    look_at timestamp with time zone NOT NULL,
    told jsonb NOT NULL,
    people jsonb NOT NULL
);


CREATE TABLE rota_override (
    id bigint NOT NULL,
    start timestamp with time zone NOT NULL,
    "end" timestamp with time zone NOT NULL,
    duty character varying(10) NOT NULL,
    everybody boolean NOT NULL,
    kind character varying(10) NOT NULL,
    made_by character varying(100) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    add_id bigint,
    remove_id bigint,
    taken_in_id bigint,
    plan_id bigint,
    CONSTRAINT override_changes_something CHECK (((add_id IS NOT NULL) OR (remove_id IS NOT NULL))),
    CONSTRAINT override_ends_later CHECK (("end" > start))
);


ALTER TABLE rota_override ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_override_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_regularabsence (
    id bigint NOT NULL,
    weekdays jsonb NOT NULL,
    every integer NOT NULL,
    first date NOT NULL,
    last date,
    wish boolean NOT NULL,
    written_until date NOT NULL,
    engineer_id bigint NOT NULL,
    CONSTRAINT rota_regularabsence_every_check CHECK ((every >= 0))
);


ALTER TABLE rota_regularabsence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_regularabsence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_rotaimport (
    id bigint NOT NULL,
    duty character varying(10) NOT NULL,
    source character varying(200) NOT NULL,
    name character varying(200) NOT NULL,
    shifts jsonb NOT NULL,
    rotations jsonb NOT NULL,
    ended jsonb NOT NULL,
    instead boolean NOT NULL,
    made_by character varying(100) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    taken_back_at timestamp with time zone
);


ALTER TABLE rota_rotaimport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_rotaimport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_rotation (
    id bigint NOT NULL,
    duty character varying(10) NOT NULL,
    unit character varying(10) NOT NULL,
    length integer NOT NULL,
    starts character varying(16) NOT NULL,
    zone character varying(50) NOT NULL,
    places jsonb NOT NULL,
    windows jsonb NOT NULL,
    priority integer NOT NULL,
    begins_at timestamp with time zone,
    taken_in boolean NOT NULL,
    ends_at timestamp with time zone,
    CONSTRAINT rota_rotation_length_check CHECK ((length >= 0))
);


ALTER TABLE rota_rotation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_rotation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_shift (
    id bigint NOT NULL,
    start timestamp with time zone NOT NULL,
    "end" timestamp with time zone NOT NULL,
    duty character varying(10) NOT NULL,
    kind character varying(10) NOT NULL,
    source bigint NOT NULL,
    turn timestamp with time zone,
    changed_at timestamp with time zone,
    sequence integer NOT NULL,
    cancelled_at timestamp with time zone,
    engineer_id bigint NOT NULL,
    CONSTRAINT rota_shift_sequence_check CHECK ((sequence >= 0)),
    CONSTRAINT shift_ends_later CHECK (("end" > start))
);


ALTER TABLE rota_shift ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_shift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_shiftcorrection (
    id bigint NOT NULL,
    start timestamp with time zone NOT NULL,
    "end" timestamp with time zone NOT NULL,
    duty character varying(10) NOT NULL,
    why character varying(300) NOT NULL,
    made_by character varying(100) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    add_id bigint,
    remove_id bigint,
    CONSTRAINT correction_ends_later CHECK (("end" > start))
);


ALTER TABLE rota_shiftcorrection ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_shiftcorrection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_swap (
    id bigint NOT NULL,
    start timestamp with time zone NOT NULL,
    "end" timestamp with time zone NOT NULL,
    duty character varying(10) NOT NULL,
    state character varying(10) NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    asked_id bigint,
    offered_by_id bigint NOT NULL,
    override_id bigint,
    taken_by_id bigint,
    CONSTRAINT swap_ends_later CHECK (("end" > start))
);


ALTER TABLE rota_swap ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_swap_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_temporaryschedule (
    id bigint NOT NULL,
    start timestamp with time zone NOT NULL,
    "end" timestamp with time zone NOT NULL,
    duty character varying(10) NOT NULL,
    shifts jsonb NOT NULL,
    made_by character varying(100) NOT NULL,
    after bigint,
    CONSTRAINT rota_temporaryschedule_after_check CHECK ((after >= 0)),
    CONSTRAINT temporary_ends_later CHECK (("end" > start))
);


ALTER TABLE rota_temporaryschedule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_temporaryschedule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE rota_turnnotice (
    id bigint NOT NULL,
    duty character varying(10) NOT NULL,
    starts timestamp with time zone NOT NULL,
    begun boolean NOT NULL,
    engineer_id bigint NOT NULL
);


ALTER TABLE rota_turnnotice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME rota_turnnotice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE routines_checklist (
    id bigint NOT NULL,
    routine character varying(40) NOT NULL,
    kind character varying(20) NOT NULL,
    day date NOT NULL,
    title character varying(200) NOT NULL,
    who character varying(20) NOT NULL,
    standing boolean NOT NULL,
    patience interval NOT NULL,
    comes_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    people jsonb NOT NULL,
    shown boolean NOT NULL,
    look_at timestamp with time zone,
    looked_at timestamp with time zone,
    done_at timestamp with time zone,
    closed_at timestamp with time zone
);


ALTER TABLE routines_checklist ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME routines_checklist_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE routines_checklistitem (
    id bigint NOT NULL,
    place smallint NOT NULL,
    text character varying(200) NOT NULL,
    gathers jsonb NOT NULL,
    by_facts boolean NOT NULL,
    pressed boolean NOT NULL,
    clause character varying(60) NOT NULL,
    facts jsonb NOT NULL,
    "left" integer,
    done_at timestamp with time zone,
    done_by character varying(100) NOT NULL,
    checklist_id bigint NOT NULL,
    CONSTRAINT routines_checklistitem_left_check CHECK (("left" >= 0)),
    CONSTRAINT routines_checklistitem_place_check CHECK ((place >= 0))
);


ALTER TABLE routines_checklistitem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME routines_checklistitem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE routines_triage (
    id bigint NOT NULL,
    subject character varying(60) NOT NULL,
    pointed_at timestamp with time zone,
    triaged_at timestamp with time zone,
    triaged_by character varying(100) NOT NULL
);


ALTER TABLE routines_triage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME routines_triage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE site_trial (
    id bigint NOT NULL,
    content bytea NOT NULL
);


ALTER TABLE site_trial ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME site_trial_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE status_channelsubscription (
    id bigint NOT NULL,
    everything boolean NOT NULL,
    by character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL,
    channel_id bigint NOT NULL
);


ALTER TABLE status_channelsubscription ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME status_channelsubscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE status_channelsubscription_services (
    id bigint NOT NULL,
    channelsubscription_id bigint CONSTRAINT status_channelsubscription_serv_channelsubscription_id_not_null NOT NULL,
    service_id bigint NOT NULL
);


ALTER TABLE status_channelsubscription_services ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME status_channelsubscription_services_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE status_subscription (
    id bigint NOT NULL,
    email character varying(254) NOT NULL,
    everything boolean NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone
);


ALTER TABLE status_subscription ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME status_subscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE status_subscription_services (
    id bigint NOT NULL,
    subscription_id bigint NOT NULL,
    service_id bigint NOT NULL
);


ALTER TABLE status_subscription_services ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME status_subscription_services_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE ONLY procrastinate_events ALTER COLUMN id SET DEFAULT nextval('procrastinate_events_id_seq'::regclass);


ALTER TABLE ONLY procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('procrastinate_jobs_id_seq'::regclass);


ALTER TABLE ONLY procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('procrastinate_periodic_defers_id_seq'::regclass);




































INSERT INTO auth_permission VALUES
	(1, 'Can add trial', 1, 'add_trial'),
	(2, 'Can change trial', 1, 'change_trial'),
	(3, 'Can delete trial', 1, 'delete_trial'),
	(4, 'Can view trial', 1, 'view_trial'),
	(5, 'Can add permission', 2, 'add_permission'),
	(6, 'Can change permission', 2, 'change_permission'),
	(7, 'Can delete permission', 2, 'delete_permission'),
	(8, 'Can view permission', 2, 'view_permission'),
	(9, 'Can add group', 3, 'add_group'),
	(10, 'Can change group', 3, 'change_group'),
	(11, 'Can delete group', 3, 'delete_group'),
	(12, 'Can view group', 3, 'view_group'),
	(13, 'Can add content type', 4, 'add_contenttype'),
	(14, 'Can change content type', 4, 'change_contenttype'),
	(15, 'Can delete content type', 4, 'delete_contenttype'),
	(16, 'Can view content type', 4, 'view_contenttype'),
	(17, 'Can add session', 5, 'add_session'),
	(18, 'Can change session', 5, 'change_session'),
	(19, 'Can delete session', 5, 'delete_session'),
	(20, 'Can view session', 5, 'view_session'),
	(21, 'Can add procrastinate event', 6, 'add_procrastinateevent'),
	(22, 'Can change procrastinate event', 6, 'change_procrastinateevent'),
	(23, 'Can delete procrastinate event', 6, 'delete_procrastinateevent'),
	(24, 'Can view procrastinate event', 6, 'view_procrastinateevent'),
	(25, 'Can add procrastinate job', 7, 'add_procrastinatejob'),
	(26, 'Can change procrastinate job', 7, 'change_procrastinatejob'),
	(27, 'Can delete procrastinate job', 7, 'delete_procrastinatejob'),
	(28, 'Can view procrastinate job', 7, 'view_procrastinatejob'),
	(29, 'Can add procrastinate periodic defer', 8, 'add_procrastinateperiodicdefer'),
	(30, 'Can change procrastinate periodic defer', 8, 'change_procrastinateperiodicdefer'),
	(31, 'Can delete procrastinate periodic defer', 8, 'delete_procrastinateperiodicdefer'),
	(32, 'Can view procrastinate periodic defer', 8, 'view_procrastinateperiodicdefer'),
	(33, 'Can add procrastinate worker', 9, 'add_procrastinateworker'),
	(34, 'Can change procrastinate worker', 9, 'change_procrastinateworker'),
	(35, 'Can delete procrastinate worker', 9, 'delete_procrastinateworker'),
	(36, 'Can view procrastinate worker', 9, 'view_procrastinateworker'),
	(37, 'Can add email address', 10, 'add_emailaddress'),
	(38, 'Can change email address', 10, 'change_emailaddress'),
	(39, 'Can delete email address', 10, 'delete_emailaddress'),
	(40, 'Can view email address', 10, 'view_emailaddress'),
	(41, 'Can add email confirmation', 11, 'add_emailconfirmation'),
	(42, 'Can change email confirmation', 11, 'change_emailconfirmation'),
	(43, 'Can delete email confirmation', 11, 'delete_emailconfirmation'),
	(44, 'Can view email confirmation', 11, 'view_emailconfirmation'),
	(45, 'Can add broken file', 12, 'add_brokenfile'),
	(46, 'Can change broken file', 12, 'change_brokenfile'),
	(47, 'Can delete broken file', 12, 'delete_brokenfile'),
	(48, 'Can view broken file', 12, 'view_brokenfile'),
	(49, 'Can add process version', 13, 'add_processversion'),
	(50, 'Can change process version', 13, 'change_processversion'),
	(51, 'Can delete process version', 13, 'delete_processversion'),
	(52, 'Can view process version', 13, 'view_processversion'),
	(53, 'Can add approval', 14, 'add_approval'),
	(54, 'Can change approval', 14, 'change_approval'),
	(55, 'Can delete approval', 14, 'delete_approval'),
	(56, 'Can view approval', 14, 'view_approval'),
	(57, 'Can add journal entry', 15, 'add_journalentry'),
	(58, 'Can change journal entry', 15, 'change_journalentry'),
	(59, 'Can delete journal entry', 15, 'delete_journalentry'),
	(60, 'Can view journal entry', 15, 'view_journalentry'),
	(61, 'Can add reaction', 16, 'add_reaction'),
	(62, 'Can change reaction', 16, 'change_reaction'),
	(63, 'Can delete reaction', 16, 'delete_reaction'),
	(64, 'Can view reaction', 16, 'view_reaction'),
	(65, 'Can add outbox message', 17, 'add_outboxmessage'),
	(66, 'Can change outbox message', 17, 'change_outboxmessage'),
	(67, 'Can delete outbox message', 17, 'delete_outboxmessage'),
	(68, 'Can view outbox message', 17, 'view_outboxmessage'),
	(69, 'Can add delivery attempt', 18, 'add_deliveryattempt'),
	(70, 'Can change delivery attempt', 18, 'change_deliveryattempt'),
	(71, 'Can delete delivery attempt', 18, 'delete_deliveryattempt'),
	(72, 'Can view delivery attempt', 18, 'view_deliveryattempt'),
	(73, 'Can add arrival', 19, 'add_arrival'),
	(74, 'Can change arrival', 19, 'change_arrival'),
	(75, 'Can delete arrival', 19, 'delete_arrival'),
	(76, 'Can view arrival', 19, 'view_arrival'),
	(77, 'Can add refused request', 20, 'add_refusedrequest'),
	(78, 'Can change refused request', 20, 'change_refusedrequest'),
	(79, 'Can delete refused request', 20, 'delete_refusedrequest'),
	(80, 'Can view refused request', 20, 'view_refusedrequest'),
	(81, 'Can add account', 21, 'add_account'),
	(82, 'Can change account', 21, 'change_account'),
	(83, 'Can delete account', 21, 'delete_account'),
	(84, 'Can view account', 21, 'view_account'),
	(85, 'Can add leadership contact', 22, 'add_leadershipcontact'),
	(86, 'Can change leadership contact', 22, 'change_leadershipcontact'),
	(87, 'Can delete leadership contact', 22, 'delete_leadershipcontact'),
	(88, 'Can view leadership contact', 22, 'view_leadershipcontact'),
	(89, 'Can add team', 23, 'add_team'),
	(90, 'Can change team', 23, 'change_team'),
	(91, 'Can delete team', 23, 'delete_team'),
	(92, 'Can view team', 23, 'view_team'),
	(93, 'Can add attempt', 24, 'add_attempt'),
	(94, 'Can change attempt', 24, 'change_attempt'),
	(95, 'Can delete attempt', 24, 'delete_attempt'),
	(96, 'Can view attempt', 24, 'view_attempt'),
	(97, 'Can add engineer', 25, 'add_engineer'),
	(98, 'Can change engineer', 25, 'change_engineer'),
	(99, 'Can delete engineer', 25, 'delete_engineer'),
	(100, 'Can view engineer', 25, 'view_engineer'),
	(101, 'Can add identity', 26, 'add_identity'),
	(102, 'Can change identity', 26, 'change_identity'),
	(103, 'Can delete identity', 26, 'delete_identity'),
	(104, 'Can view identity', 26, 'view_identity'),
	(105, 'Can add invitation', 27, 'add_invitation'),
	(106, 'Can change invitation', 27, 'change_invitation'),
	(107, 'Can delete invitation', 27, 'delete_invitation'),
	(108, 'Can view invitation', 27, 'view_invitation'),
	(109, 'Can add session', 28, 'add_session'),
	(110, 'Can change session', 28, 'change_session'),
	(111, 'Can delete session', 28, 'delete_session'),
	(112, 'Can view session', 28, 'view_session'),
	(113, 'Can add service', 29, 'add_service'),
	(114, 'Can change service', 29, 'change_service'),
	(115, 'Can delete service', 29, 'delete_service'),
	(116, 'Can view service', 29, 'view_service'),
	(117, 'Can add skill', 30, 'add_skill'),
	(118, 'Can change skill', 30, 'change_skill'),
	(119, 'Can delete skill', 30, 'delete_skill'),
	(120, 'Can view skill', 30, 'view_skill'),
	(121, 'Can add commitment', 31, 'add_commitment'),
	(122, 'Can change commitment', 31, 'change_commitment'),
	(123, 'Can delete commitment', 31, 'delete_commitment'),
	(124, 'Can view commitment', 31, 'view_commitment'),
	(125, 'Can add picture', 32, 'add_picture'),
	(126, 'Can change picture', 32, 'change_picture'),
	(127, 'Can delete picture', 32, 'delete_picture'),
	(128, 'Can view picture', 32, 'view_picture'),
	(129, 'Can add picture data', 33, 'add_picturedata'),
	(130, 'Can change picture data', 33, 'change_picturedata'),
	(131, 'Can delete picture data', 33, 'delete_picturedata'),
	(132, 'Can view picture data', 33, 'view_picturedata'),
	(133, 'Can add channel', 34, 'add_channel'),
	(134, 'Can change channel', 34, 'change_channel'),
	(135, 'Can delete channel', 34, 'delete_channel'),
	(136, 'Can view channel', 34, 'view_channel'),
	(137, 'Can add post', 35, 'add_post'),
	(138, 'Can change post', 35, 'change_post'),
	(139, 'Can delete post', 35, 'delete_post'),
	(140, 'Can view post', 35, 'view_post'),
	(141, 'Can add channel mapping', 36, 'add_channelmapping'),
	(142, 'Can change channel mapping', 36, 'change_channelmapping'),
	(143, 'Can delete channel mapping', 36, 'delete_channelmapping'),
	(144, 'Can view channel mapping', 36, 'view_channelmapping'),
	(145, 'Can add mark', 37, 'add_mark'),
	(146, 'Can change mark', 37, 'change_mark'),
	(147, 'Can delete mark', 37, 'delete_mark'),
	(148, 'Can view mark', 37, 'view_mark'),
	(149, 'Can add post mirror', 38, 'add_postmirror'),
	(150, 'Can change post mirror', 38, 'change_postmirror'),
	(151, 'Can delete post mirror', 38, 'delete_postmirror'),
	(152, 'Can view post mirror', 38, 'view_postmirror'),
	(153, 'Can add outside picture', 39, 'add_outsidepicture'),
	(154, 'Can change outside picture', 39, 'change_outsidepicture'),
	(155, 'Can delete outside picture', 39, 'delete_outsidepicture'),
	(156, 'Can view outside picture', 39, 'view_outsidepicture'),
	(157, 'Can add earlier text', 40, 'add_earliertext'),
	(158, 'Can change earlier text', 40, 'change_earliertext'),
	(159, 'Can delete earlier text', 40, 'delete_earliertext'),
	(160, 'Can view earlier text', 40, 'view_earliertext'),
	(161, 'Can add history reader', 41, 'add_historyreader'),
	(162, 'Can change history reader', 41, 'change_historyreader'),
	(163, 'Can delete history reader', 41, 'delete_historyreader'),
	(164, 'Can view history reader', 41, 'view_historyreader'),
	(165, 'Can add handbook repository', 42, 'add_handbookrepository'),
	(166, 'Can change handbook repository', 42, 'change_handbookrepository'),
	(167, 'Can delete handbook repository', 42, 'delete_handbookrepository'),
	(168, 'Can view handbook repository', 42, 'view_handbookrepository'),
	(169, 'Can add handbook picture', 43, 'add_handbookpicture'),
	(170, 'Can change handbook picture', 43, 'change_handbookpicture'),
	(171, 'Can delete handbook picture', 43, 'delete_handbookpicture'),
	(172, 'Can view handbook picture', 43, 'view_handbookpicture'),
	(173, 'Can add handbook page', 44, 'add_handbookpage'),
	(174, 'Can change handbook page', 44, 'change_handbookpage'),
	(175, 'Can delete handbook page', 44, 'delete_handbookpage'),
	(176, 'Can view handbook page', 44, 'view_handbookpage'),
	(177, 'Can add experience mark', 45, 'add_experiencemark'),
	(178, 'Can change experience mark', 45, 'change_experiencemark'),
	(179, 'Can delete experience mark', 45, 'delete_experiencemark'),
	(180, 'Can view experience mark', 45, 'view_experiencemark'),
	(181, 'Can add installation', 46, 'add_installation'),
	(182, 'Can change installation', 46, 'change_installation'),
	(183, 'Can delete installation', 46, 'delete_installation'),
	(184, 'Can view installation', 46, 'view_installation'),
	(185, 'Can add outlook', 47, 'add_outlook'),
	(186, 'Can change outlook', 47, 'change_outlook'),
	(187, 'Can delete outlook', 47, 'delete_outlook'),
	(188, 'Can view outlook', 47, 'view_outlook'),
	(189, 'Can add rotation', 48, 'add_rotation'),
	(190, 'Can change rotation', 48, 'change_rotation'),
	(191, 'Can delete rotation', 48, 'delete_rotation'),
	(192, 'Can view rotation', 48, 'view_rotation'),
	(193, 'Can add calendar feed', 49, 'add_calendarfeed'),
	(194, 'Can change calendar feed', 49, 'change_calendarfeed'),
	(195, 'Can delete calendar feed', 49, 'delete_calendarfeed'),
	(196, 'Can view calendar feed', 49, 'view_calendarfeed'),
	(197, 'Can add override', 50, 'add_override'),
	(198, 'Can change override', 50, 'change_override'),
	(199, 'Can delete override', 50, 'delete_override'),
	(200, 'Can view override', 50, 'view_override'),
	(201, 'Can add shift', 51, 'add_shift'),
	(202, 'Can change shift', 51, 'change_shift'),
	(203, 'Can delete shift', 51, 'delete_shift'),
	(204, 'Can view shift', 51, 'view_shift'),
	(205, 'Can add swap', 52, 'add_swap'),
	(206, 'Can change swap', 52, 'change_swap'),
	(207, 'Can delete swap', 52, 'delete_swap'),
	(208, 'Can view swap', 52, 'view_swap'),
	(209, 'Can add temporary schedule', 53, 'add_temporaryschedule'),
	(210, 'Can change temporary schedule', 53, 'change_temporaryschedule'),
	(211, 'Can delete temporary schedule', 53, 'delete_temporaryschedule'),
	(212, 'Can view temporary schedule', 53, 'view_temporaryschedule'),
	(213, 'Can add absence', 54, 'add_absence'),
	(214, 'Can change absence', 54, 'change_absence'),
	(215, 'Can delete absence', 54, 'delete_absence'),
	(216, 'Can view absence', 54, 'view_absence'),
	(217, 'Can add cover nomination', 55, 'add_covernomination'),
	(218, 'Can change cover nomination', 55, 'change_covernomination'),
	(219, 'Can delete cover nomination', 55, 'delete_covernomination'),
	(220, 'Can view cover nomination', 55, 'view_covernomination'),
	(221, 'Can add rota import', 56, 'add_rotaimport'),
	(222, 'Can change rota import', 56, 'change_rotaimport'),
	(223, 'Can delete rota import', 56, 'delete_rotaimport'),
	(224, 'Can view rota import', 56, 'view_rotaimport'),
	(225, 'Can add on call plan', 57, 'add_oncallplan'),
	(226, 'Can change on call plan', 57, 'change_oncallplan'),
	(227, 'Can delete on call plan', 57, 'delete_oncallplan'),
	(228, 'Can view on call plan', 57, 'view_oncallplan'),
	(229, 'Can add regular absence', 58, 'add_regularabsence'),
	(230, 'Can change regular absence', 58, 'change_regularabsence'),
	(231, 'Can delete regular absence', 58, 'delete_regularabsence'),
	(232, 'Can view regular absence', 58, 'view_regularabsence'),
	(233, 'Can add shift correction', 59, 'add_shiftcorrection'),
	(234, 'Can change shift correction', 59, 'change_shiftcorrection'),
	(235, 'Can delete shift correction', 59, 'delete_shiftcorrection'),
	(236, 'Can view shift correction', 59, 'view_shiftcorrection'),
	(237, 'Can add turn notice', 60, 'add_turnnotice'),
	(238, 'Can change turn notice', 60, 'change_turnnotice'),
	(239, 'Can delete turn notice', 60, 'delete_turnnotice'),
	(240, 'Can view turn notice', 60, 'view_turnnotice'),
	(241, 'Can add contact method', 61, 'add_contactmethod'),
	(242, 'Can change contact method', 61, 'change_contactmethod'),
	(243, 'Can delete contact method', 61, 'delete_contactmethod'),
	(244, 'Can view contact method', 61, 'view_contactmethod'),
	(245, 'Can add page', 62, 'add_page'),
	(246, 'Can change page', 62, 'change_page'),
	(247, 'Can delete page', 62, 'delete_page'),
	(248, 'Can view page', 62, 'view_page'),
	(249, 'Can add call', 63, 'add_call'),
	(250, 'Can change call', 63, 'change_call'),
	(251, 'Can delete call', 63, 'delete_call'),
	(252, 'Can view call', 63, 'view_call'),
	(253, 'Can add page item', 64, 'add_pageitem'),
	(254, 'Can change page item', 64, 'change_pageitem'),
	(255, 'Can delete page item', 64, 'delete_pageitem'),
	(256, 'Can view page item', 64, 'view_pageitem'),
	(257, 'Can add integration key', 65, 'add_integrationkey'),
	(258, 'Can change integration key', 65, 'change_integrationkey'),
	(259, 'Can delete integration key', 65, 'delete_integrationkey'),
	(260, 'Can view integration key', 65, 'view_integrationkey'),
	(261, 'Can add heartbeat', 66, 'add_heartbeat'),
	(262, 'Can change heartbeat', 66, 'change_heartbeat'),
	(263, 'Can delete heartbeat', 66, 'delete_heartbeat'),
	(264, 'Can view heartbeat', 66, 'view_heartbeat'),
	(265, 'Can add silence', 67, 'add_silence'),
	(266, 'Can change silence', 67, 'change_silence'),
	(267, 'Can delete silence', 67, 'delete_silence'),
	(268, 'Can view silence', 67, 'view_silence'),
	(269, 'Can add alarm', 68, 'add_alarm'),
	(270, 'Can change alarm', 68, 'change_alarm'),
	(271, 'Can delete alarm', 68, 'delete_alarm'),
	(272, 'Can view alarm', 68, 'view_alarm'),
	(273, 'Can add alert', 69, 'add_alert'),
	(274, 'Can change alert', 69, 'change_alert'),
	(275, 'Can delete alert', 69, 'delete_alert'),
	(276, 'Can view alert', 69, 'view_alert'),
	(277, 'Can add listening', 70, 'add_listening'),
	(278, 'Can change listening', 70, 'change_listening'),
	(279, 'Can delete listening', 70, 'delete_listening'),
	(280, 'Can view listening', 70, 'view_listening'),
	(281, 'Can add tracker delivery', 71, 'add_trackerdelivery'),
	(282, 'Can change tracker delivery', 71, 'change_trackerdelivery'),
	(283, 'Can delete tracker delivery', 71, 'delete_trackerdelivery'),
	(284, 'Can view tracker delivery', 71, 'view_trackerdelivery'),
	(285, 'Can add tracker state', 72, 'add_trackerstate'),
	(286, 'Can change tracker state', 72, 'change_trackerstate'),
	(287, 'Can delete tracker state', 72, 'delete_trackerstate'),
	(288, 'Can view tracker state', 72, 'view_trackerstate'),
	(289, 'Can add imported requests', 73, 'add_importedrequests'),
	(290, 'Can change imported requests', 73, 'change_importedrequests'),
	(291, 'Can delete imported requests', 73, 'delete_importedrequests'),
	(292, 'Can view imported requests', 73, 'view_importedrequests'),
	(293, 'Can add question', 74, 'add_question'),
	(294, 'Can change question', 74, 'change_question'),
	(295, 'Can delete question', 74, 'delete_question'),
	(296, 'Can view question', 74, 'view_question'),
	(297, 'Can add past answer', 75, 'add_pastanswer'),
	(298, 'Can change past answer', 75, 'change_pastanswer'),
	(299, 'Can delete past answer', 75, 'delete_pastanswer'),
	(300, 'Can view past answer', 75, 'view_pastanswer'),
	(301, 'Can add further post', 76, 'add_furtherpost'),
	(302, 'Can change further post', 76, 'change_furtherpost'),
	(303, 'Can delete further post', 76, 'delete_furtherpost'),
	(304, 'Can view further post', 76, 'view_furtherpost'),
	(305, 'Can add duplicate', 77, 'add_duplicate'),
	(306, 'Can change duplicate', 77, 'change_duplicate'),
	(307, 'Can delete duplicate', 77, 'delete_duplicate'),
	(308, 'Can view duplicate', 77, 'view_duplicate'),
	(309, 'Can add search document', 78, 'add_searchdocument'),
	(310, 'Can change search document', 78, 'change_searchdocument'),
	(311, 'Can delete search document', 78, 'delete_searchdocument'),
	(312, 'Can view search document', 78, 'view_searchdocument'),
	(313, 'Can add ticket', 79, 'add_ticket'),
	(314, 'Can change ticket', 79, 'change_ticket'),
	(315, 'Can delete ticket', 79, 'delete_ticket'),
	(316, 'Can view ticket', 79, 'view_ticket'),
	(317, 'Can add ticket comment', 80, 'add_ticketcomment'),
	(318, 'Can change ticket comment', 80, 'change_ticketcomment'),
	(319, 'Can delete ticket comment', 80, 'delete_ticketcomment'),
	(320, 'Can view ticket comment', 80, 'view_ticketcomment'),
	(321, 'Can add quarter', 81, 'add_quarter'),
	(322, 'Can change quarter', 81, 'change_quarter'),
	(323, 'Can delete quarter', 81, 'delete_quarter'),
	(324, 'Can view quarter', 81, 'view_quarter'),
	(325, 'Can add incident', 82, 'add_incident'),
	(326, 'Can change incident', 82, 'change_incident'),
	(327, 'Can delete incident', 82, 'delete_incident'),
	(328, 'Can view incident', 82, 'view_incident'),
	(329, 'Can add gathering', 83, 'add_gathering'),
	(330, 'Can change gathering', 83, 'change_gathering'),
	(331, 'Can delete gathering', 83, 'delete_gathering'),
	(332, 'Can view gathering', 83, 'view_gathering'),
	(333, 'Can add maintenance', 84, 'add_maintenance'),
	(334, 'Can change maintenance', 84, 'change_maintenance'),
	(335, 'Can delete maintenance', 84, 'delete_maintenance'),
	(336, 'Can view maintenance', 84, 'view_maintenance'),
	(337, 'Can add more time', 85, 'add_moretime'),
	(338, 'Can change more time', 85, 'change_moretime'),
	(339, 'Can delete more time', 85, 'delete_moretime'),
	(340, 'Can view more time', 85, 'view_moretime'),
	(341, 'Can add update', 86, 'add_update'),
	(342, 'Can change update', 86, 'change_update'),
	(343, 'Can delete update', 86, 'delete_update'),
	(344, 'Can view update', 86, 'view_update'),
	(345, 'Can add help request', 87, 'add_helprequest'),
	(346, 'Can change help request', 87, 'change_helprequest'),
	(347, 'Can delete help request', 87, 'delete_helprequest'),
	(348, 'Can view help request', 87, 'view_helprequest'),
	(349, 'Can add participant', 88, 'add_participant'),
	(350, 'Can change participant', 88, 'change_participant'),
	(351, 'Can delete participant', 88, 'delete_participant'),
	(352, 'Can view participant', 88, 'view_participant'),
	(353, 'Can add role term', 89, 'add_roleterm'),
	(354, 'Can change role term', 89, 'change_roleterm'),
	(355, 'Can delete role term', 89, 'delete_roleterm'),
	(356, 'Can view role term', 89, 'view_roleterm'),
	(357, 'Can add deploy', 90, 'add_deploy'),
	(358, 'Can change deploy', 90, 'change_deploy'),
	(359, 'Can delete deploy', 90, 'delete_deploy'),
	(360, 'Can view deploy', 90, 'view_deploy'),
	(361, 'Can add incident link', 91, 'add_incidentlink'),
	(362, 'Can change incident link', 91, 'change_incidentlink'),
	(363, 'Can delete incident link', 91, 'delete_incidentlink'),
	(364, 'Can view incident link', 91, 'view_incidentlink'),
	(365, 'Can add note', 92, 'add_note'),
	(366, 'Can change note', 92, 'change_note'),
	(367, 'Can delete note', 92, 'delete_note'),
	(368, 'Can view note', 92, 'view_note'),
	(369, 'Can add incident import', 93, 'add_incidentimport'),
	(370, 'Can change incident import', 93, 'change_incidentimport'),
	(371, 'Can delete incident import', 93, 'delete_incidentimport'),
	(372, 'Can view incident import', 93, 'view_incidentimport'),
	(373, 'Can add incident import row', 94, 'add_incidentimportrow'),
	(374, 'Can change incident import row', 94, 'change_incidentimportrow'),
	(375, 'Can delete incident import row', 94, 'delete_incidentimportrow'),
	(376, 'Can view incident import row', 94, 'view_incidentimportrow'),
	(377, 'Can add announcement', 95, 'add_announcement'),
	(378, 'Can change announcement', 95, 'change_announcement'),
	(379, 'Can delete announcement', 95, 'delete_announcement'),
	(380, 'Can view announcement', 95, 'view_announcement'),
	(381, 'Can add announcement update', 96, 'add_announcementupdate'),
	(382, 'Can change announcement update', 96, 'change_announcementupdate'),
	(383, 'Can delete announcement update', 96, 'delete_announcementupdate'),
	(384, 'Can view announcement update', 96, 'view_announcementupdate'),
	(385, 'Can add promised update', 97, 'add_promisedupdate'),
	(386, 'Can change promised update', 97, 'change_promisedupdate'),
	(387, 'Can delete promised update', 97, 'delete_promisedupdate'),
	(388, 'Can view promised update', 97, 'view_promisedupdate'),
	(389, 'Can add work calendar', 98, 'add_workcalendar'),
	(390, 'Can change work calendar', 98, 'change_workcalendar'),
	(391, 'Can delete work calendar', 98, 'delete_workcalendar'),
	(392, 'Can view work calendar', 98, 'view_workcalendar'),
	(393, 'Can add announcement series', 99, 'add_announcementseries'),
	(394, 'Can change announcement series', 99, 'change_announcementseries'),
	(395, 'Can delete announcement series', 99, 'delete_announcementseries'),
	(396, 'Can view announcement series', 99, 'view_announcementseries'),
	(397, 'Can add subscription', 100, 'add_subscription'),
	(398, 'Can change subscription', 100, 'change_subscription'),
	(399, 'Can delete subscription', 100, 'delete_subscription'),
	(400, 'Can view subscription', 100, 'view_subscription'),
	(401, 'Can add channel subscription', 101, 'add_channelsubscription'),
	(402, 'Can change channel subscription', 101, 'change_channelsubscription'),
	(403, 'Can delete channel subscription', 101, 'delete_channelsubscription'),
	(404, 'Can view channel subscription', 101, 'view_channelsubscription'),
	(405, 'Can add postmortem', 102, 'add_postmortem'),
	(406, 'Can change postmortem', 102, 'change_postmortem'),
	(407, 'Can delete postmortem', 102, 'delete_postmortem'),
	(408, 'Can view postmortem', 102, 'view_postmortem'),
	(409, 'Can add passage', 103, 'add_passage'),
	(410, 'Can change passage', 103, 'change_passage'),
	(411, 'Can delete passage', 103, 'delete_passage'),
	(412, 'Can view passage', 103, 'view_passage'),
	(413, 'Can add passage version', 104, 'add_passageversion'),
	(414, 'Can change passage version', 104, 'change_passageversion'),
	(415, 'Can delete passage version', 104, 'delete_passageversion'),
	(416, 'Can view passage version', 104, 'view_passageversion'),
	(417, 'Can add writer', 105, 'add_writer'),
	(418, 'Can change writer', 105, 'change_writer'),
	(419, 'Can delete writer', 105, 'delete_writer'),
	(420, 'Can view writer', 105, 'view_writer'),
	(421, 'Can add review session', 106, 'add_reviewsession'),
	(422, 'Can change review session', 106, 'change_reviewsession'),
	(423, 'Can delete review session', 106, 'delete_reviewsession'),
	(424, 'Can view review session', 106, 'view_reviewsession'),
	(425, 'Can add improvement', 107, 'add_improvement'),
	(426, 'Can change improvement', 107, 'change_improvement'),
	(427, 'Can delete improvement', 107, 'delete_improvement'),
	(428, 'Can view improvement', 107, 'view_improvement'),
	(429, 'Can add sign off', 108, 'add_signoff'),
	(430, 'Can change sign off', 108, 'change_signoff'),
	(431, 'Can delete sign off', 108, 'delete_signoff'),
	(432, 'Can view sign off', 108, 'view_signoff'),
	(433, 'Can add publication', 109, 'add_publication'),
	(434, 'Can change publication', 109, 'change_publication'),
	(435, 'Can delete publication', 109, 'delete_publication'),
	(436, 'Can view publication', 109, 'view_publication'),
	(437, 'Can add redaction', 110, 'add_redaction'),
	(438, 'Can change redaction', 110, 'change_redaction'),
	(439, 'Can delete redaction', 110, 'delete_redaction'),
	(440, 'Can view redaction', 110, 'view_redaction'),
	(441, 'Can add repository file', 111, 'add_repositoryfile'),
	(442, 'Can change repository file', 111, 'change_repositoryfile'),
	(443, 'Can delete repository file', 111, 'delete_repositoryfile'),
	(444, 'Can view repository file', 111, 'view_repositoryfile'),
	(445, 'Can add published picture', 112, 'add_publishedpicture'),
	(446, 'Can change published picture', 112, 'change_publishedpicture'),
	(447, 'Can delete published picture', 112, 'delete_publishedpicture'),
	(448, 'Can view published picture', 112, 'view_publishedpicture'),
	(449, 'Can add triage', 113, 'add_triage'),
	(450, 'Can change triage', 113, 'change_triage'),
	(451, 'Can delete triage', 113, 'delete_triage'),
	(452, 'Can view triage', 113, 'view_triage'),
	(453, 'Can add checklist', 114, 'add_checklist'),
	(454, 'Can change checklist', 114, 'change_checklist'),
	(455, 'Can delete checklist', 114, 'delete_checklist'),
	(456, 'Can view checklist', 114, 'view_checklist'),
	(457, 'Can add checklist item', 115, 'add_checklistitem'),
	(458, 'Can change checklist item', 115, 'change_checklistitem'),
	(459, 'Can delete checklist item', 115, 'delete_checklistitem'),
	(460, 'Can view checklist item', 115, 'view_checklistitem'),
	(461, 'Can add handover', 116, 'add_handover'),
	(462, 'Can change handover', 116, 'change_handover'),
	(463, 'Can delete handover', 116, 'delete_handover'),
	(464, 'Can view handover', 116, 'view_handover'),
	(465, 'Can add handover line', 117, 'add_handoverline'),
	(466, 'Can change handover line', 117, 'change_handoverline'),
	(467, 'Can delete handover line', 117, 'delete_handoverline'),
	(468, 'Can view handover line', 117, 'view_handoverline'),
	(469, 'Can add source term', 118, 'add_sourceterm'),
	(470, 'Can change source term', 118, 'change_sourceterm'),
	(471, 'Can delete source term', 118, 'delete_sourceterm'),
	(472, 'Can view source term', 118, 'view_sourceterm'),
	(473, 'Can add run', 119, 'add_run'),
	(474, 'Can change run', 119, 'change_run'),
	(475, 'Can delete run', 119, 'delete_run'),
	(476, 'Can view run', 119, 'view_run'),
	(477, 'Can add exclusion', 120, 'add_exclusion'),
	(478, 'Can change exclusion', 120, 'change_exclusion'),
	(479, 'Can delete exclusion', 120, 'delete_exclusion'),
	(480, 'Can view exclusion', 120, 'view_exclusion'),
	(481, 'Can add monthly report', 121, 'add_monthlyreport'),
	(482, 'Can change monthly report', 121, 'change_monthlyreport'),
	(483, 'Can delete monthly report', 121, 'delete_monthlyreport'),
	(484, 'Can view monthly report', 121, 'view_monthlyreport'),
	(485, 'Can add day change', 122, 'add_daychange'),
	(486, 'Can change day change', 122, 'change_daychange'),
	(487, 'Can delete day change', 122, 'delete_daychange'),
	(488, 'Can view day change', 122, 'view_daychange'),
	(489, 'Can add tallied day', 123, 'add_talliedday'),
	(490, 'Can change tallied day', 123, 'change_talliedday'),
	(491, 'Can delete tallied day', 123, 'delete_talliedday'),
	(492, 'Can view tallied day', 123, 'view_talliedday'),
	(493, 'Can add count tally', 124, 'add_counttally'),
	(494, 'Can change count tally', 124, 'change_counttally'),
	(495, 'Can delete count tally', 124, 'delete_counttally'),
	(496, 'Can view count tally', 124, 'view_counttally'),
	(497, 'Can add length tally', 125, 'add_lengthtally'),
	(498, 'Can change length tally', 125, 'change_lengthtally'),
	(499, 'Can delete length tally', 125, 'delete_lengthtally'),
	(500, 'Can view length tally', 125, 'view_lengthtally');
















































INSERT INTO django_content_type VALUES
	(1, 'site', 'trial'),
	(2, 'auth', 'permission'),
	(3, 'auth', 'group'),
	(4, 'contenttypes', 'contenttype'),
	(5, 'sessions', 'session'),
	(6, 'procrastinate', 'procrastinateevent'),
	(7, 'procrastinate', 'procrastinatejob'),
	(8, 'procrastinate', 'procrastinateperiodicdefer'),
	(9, 'procrastinate', 'procrastinateworker'),
	(10, 'account', 'emailaddress'),
	(11, 'account', 'emailconfirmation'),
	(12, 'process', 'brokenfile'),
	(13, 'process', 'processversion'),
	(14, 'process', 'approval'),
	(15, 'journal', 'journalentry'),
	(16, 'journal', 'reaction'),
	(17, 'outbox', 'outboxmessage'),
	(18, 'outbox', 'deliveryattempt'),
	(19, 'inbox', 'arrival'),
	(20, 'inbox', 'refusedrequest'),
	(21, 'people', 'account'),
	(22, 'people', 'leadershipcontact'),
	(23, 'people', 'team'),
	(24, 'people', 'attempt'),
	(25, 'people', 'engineer'),
	(26, 'people', 'identity'),
	(27, 'people', 'invitation'),
	(28, 'people', 'session'),
	(29, 'people', 'service'),
	(30, 'people', 'skill'),
	(31, 'commitments', 'commitment'),
	(32, 'pictures', 'picture'),
	(33, 'pictures', 'picturedata'),
	(34, 'chat', 'channel'),
	(35, 'chat', 'post'),
	(36, 'chat', 'channelmapping'),
	(37, 'chat', 'mark'),
	(38, 'chat', 'postmirror'),
	(39, 'chat', 'outsidepicture'),
	(40, 'chat', 'earliertext'),
	(41, 'chat', 'historyreader'),
	(42, 'handbook', 'handbookrepository'),
	(43, 'handbook', 'handbookpicture'),
	(44, 'handbook', 'handbookpage'),
	(45, 'rota', 'experiencemark'),
	(46, 'rota', 'installation'),
	(47, 'rota', 'outlook'),
	(48, 'rota', 'rotation'),
	(49, 'rota', 'calendarfeed'),
	(50, 'rota', 'override'),
	(51, 'rota', 'shift'),
	(52, 'rota', 'swap'),
	(53, 'rota', 'temporaryschedule'),
	(54, 'rota', 'absence'),
	(55, 'rota', 'covernomination'),
	(56, 'rota', 'rotaimport'),
	(57, 'rota', 'oncallplan'),
	(58, 'rota', 'regularabsence'),
	(59, 'rota', 'shiftcorrection'),
	(60, 'rota', 'turnnotice'),
	(61, 'oncall', 'contactmethod'),
	(62, 'oncall', 'page'),
	(63, 'oncall', 'call'),
	(64, 'oncall', 'pageitem'),
	(65, 'alarms', 'integrationkey'),
	(66, 'alarms', 'heartbeat'),
	(67, 'alarms', 'silence'),
	(68, 'alarms', 'alarm'),
	(69, 'alarms', 'alert'),
	(70, 'alarms', 'listening'),
	(71, 'desk', 'trackerdelivery'),
	(72, 'desk', 'trackerstate'),
	(73, 'desk', 'importedrequests'),
	(74, 'desk', 'question'),
	(75, 'desk', 'pastanswer'),
	(76, 'desk', 'furtherpost'),
	(77, 'desk', 'duplicate'),
	(78, 'desk', 'searchdocument'),
	(79, 'desk', 'ticket'),
	(80, 'desk', 'ticketcomment'),
	(81, 'incidents', 'quarter'),
	(82, 'incidents', 'incident'),
	(83, 'incidents', 'gathering'),
	(84, 'incidents', 'maintenance'),
	(85, 'incidents', 'moretime'),
	(86, 'incidents', 'update'),
	(87, 'incidents', 'helprequest'),
	(88, 'incidents', 'participant'),
	(89, 'incidents', 'roleterm'),
	(90, 'incidents', 'deploy'),
	(91, 'incidents', 'incidentlink'),
	(92, 'incidents', 'note'),
	(93, 'incidents', 'incidentimport'),
	(94, 'incidents', 'incidentimportrow'),
	(95, 'announcements', 'announcement'),
	(96, 'announcements', 'announcementupdate'),
	(97, 'announcements', 'promisedupdate'),
	(98, 'announcements', 'workcalendar'),
	(99, 'announcements', 'announcementseries'),
	(100, 'status', 'subscription'),
	(101, 'status', 'channelsubscription'),
	(102, 'postmortems', 'postmortem'),
	(103, 'postmortems', 'passage'),
	(104, 'postmortems', 'passageversion'),
	(105, 'postmortems', 'writer'),
	(106, 'postmortems', 'reviewsession'),
	(107, 'postmortems', 'improvement'),
	(108, 'postmortems', 'signoff'),
	(109, 'postmortems', 'publication'),
	(110, 'postmortems', 'redaction'),
	(111, 'postmortems', 'repositoryfile'),
	(112, 'postmortems', 'publishedpicture'),
	(113, 'routines', 'triage'),
	(114, 'routines', 'checklist'),
	(115, 'routines', 'checklistitem'),
	(116, 'handovers', 'handover'),
	(117, 'handovers', 'handoverline'),
	(118, 'availability', 'sourceterm'),
	(119, 'availability', 'run'),
	(120, 'availability', 'exclusion'),
	(121, 'measures', 'monthlyreport'),
	(122, 'measures', 'daychange'),
	(123, 'measures', 'talliedday'),
	(124, 'measures', 'counttally'),
	(125, 'measures', 'lengthtally');


INSERT INTO django_migrations VALUES
	(1, 'people', '0001_initial', now()),
	(2, 'account', '0001_initial', now()),
	(3, 'account', '0002_email_max_length', now()),
	(4, 'account', '0003_alter_emailaddress_create_unique_verified_email', now()),
	(5, 'account', '0004_alter_emailaddress_drop_unique_email', now()),
	(6, 'account', '0005_emailaddress_idx_upper_email', now()),
	(7, 'account', '0006_emailaddress_lower', now()),
	(8, 'account', '0007_emailaddress_idx_email', now()),
	(9, 'account', '0008_emailaddress_unique_primary_email_fixup', now()),
	(10, 'account', '0009_emailaddress_unique_primary_email', now()),
	(11, 'people', '0002_skills', now()),
	(12, 'people', '0003_joining_and_leaving_ahead', now()),
	(13, 'people', '0004_reading_zones', now()),
	(14, 'inbox', '0001_initial', now()),
	(15, 'journal', '0001_initial', now()),
	(16, 'chat', '0001_initial', now()),
	(17, 'alarms', '0001_initial', now()),
	(18, 'alarms', '0002_what_keys_open', now()),
	(19, 'alarms', '0003_one_way_in', now()),
	(20, 'alarms', '0004_listening', now()),
	(21, 'alarms', '0005_heartbeat_runs', now()),
	(22, 'alarms', '0006_flapping', now()),
	(23, 'alarms', '0007_order_of_the_list', now()),
	(24, 'alarms', '0008_keys_that_are_refused', now()),
	(25, 'alarms', '0009_alarm_group_taken', now()),
	(26, 'announcements', '0001_initial', now()),
	(27, 'announcements', '0002_series_and_revisions', now()),
	(28, 'announcements', '0003_audiences', now()),
	(29, 'announcements', '0004_unconfirmed', now()),
	(30, 'contenttypes', '0001_initial', now()),
	(31, 'contenttypes', '0002_remove_content_type_name', now()),
	(32, 'auth', '0001_initial', now()),
	(33, 'auth', '0002_alter_permission_name_max_length', now()),
	(34, 'auth', '0003_alter_user_email_max_length', now()),
	(35, 'auth', '0004_alter_user_username_opts', now()),
	(36, 'auth', '0005_alter_user_last_login_null', now()),
	(37, 'auth', '0006_require_contenttypes_0002', now()),
	(38, 'auth', '0007_alter_validators_add_error_messages', now()),
	(39, 'auth', '0008_alter_user_username_max_length', now()),
	(40, 'auth', '0009_alter_user_last_name_max_length', now()),
	(41, 'auth', '0010_alter_group_name_max_length', now()),
	(42, 'auth', '0011_update_proxy_permissions', now()),
	(43, 'auth', '0012_alter_user_first_name_max_length', now()),
	(44, 'availability', '0001_initial', now()),
	(45, 'procrastinate', '0001_initial', now()),
	(46, 'procrastinate', '0002_drop_started_at_column', now()),
	(47, 'procrastinate', '0003_drop_started_at_column', now()),
	(48, 'procrastinate', '0004_drop_procrastinate_version_table', now()),
	(49, 'procrastinate', '0005_fix_procrastinate_fetch_job', now()),
	(50, 'procrastinate', '0006_fix_trigger_status_events_insert', now()),
	(51, 'procrastinate', '0007_add_queueing_lock_column', now()),
	(52, 'procrastinate', '0008_close_fetch_job_race_condition', now()),
	(53, 'procrastinate', '0009_add_defer_job_function', now()),
	(54, 'procrastinate', '0010_add_procrastinate_periodic_defers', now()),
	(55, 'procrastinate', '0011_add_foreign_key_index', now()),
	(56, 'procrastinate', '0012_add_locks_to_periodic_defer', now()),
	(57, 'procrastinate', '0013_fix_procrastinate_defer_periodic_job', now()),
	(58, 'procrastinate', '0014_add_finish_job_and_retry_job_functions', now()),
	(59, 'procrastinate', '0015_add_trigger_on_job_deletion', now()),
	(60, 'procrastinate', '0016_delete_finished_jobs', now()),
	(61, 'procrastinate', '0017_add_checks_to_finish_job', now()),
	(62, 'procrastinate', '0018_add_checks_to_retry_job', now()),
	(63, 'procrastinate', '0019_fix_finish_job_compat_issue', now()),
	(64, 'procrastinate', '0020_add_index_on_procrastinate_jobs', now()),
	(65, 'procrastinate', '0021_add_kwargs_to_defer_periodic_job', now()),
	(66, 'procrastinate', '0022_null_locks_excluded', now()),
	(67, 'procrastinate', '0023_remove_old_finish_job_function', now()),
	(68, 'procrastinate', '0024_job_id_bigint', now()),
	(69, 'procrastinate', '0025_add_models', now()),
	(70, 'procrastinate', '0026_add_job_priority', now()),
	(71, 'procrastinate', '0027_add_periodic_job_priority', now()),
	(72, 'procrastinate', '0028_add_cancel_states', now()),
	(73, 'procrastinate', '0029_add_additional_params_to_retry_job', now()),
	(74, 'procrastinate', '0030_alter_procrastinateevent_options', now()),
	(75, 'procrastinate', '0031_add_indexes_for_fetch_job', now()),
	(76, 'procrastinate', '0032_pre_cancel_notification', now()),
	(77, 'procrastinate', '0033_post_cancel_notification', now()),
	(78, 'procrastinate', '0034_pre_add_heartbeat', now()),
	(79, 'procrastinate', '0035_post_add_heartbeat', now()),
	(80, 'procrastinate', '0036_add_worker_model', now()),
	(81, 'procrastinate', '0037_pre_batch_defer_jobs', now()),
	(82, 'procrastinate', '0038_post_batch_defer_jobs', now()),
	(83, 'procrastinate', '0039_pre_priority_lock_fetch_job', now()),
	(84, 'procrastinate', '0040_pre_retry_failed_job', now()),
	(85, 'procrastinate', '0041_post_retry_failed_job', now()),
	(86, 'pictures', '0001_pictures', now()),
	(87, 'chat', '0002_said_at', now()),
	(88, 'chat', '0003_pictures', now()),
	(89, 'chat', '0004_durable', now()),
	(90, 'chat', '0005_inbox', now()),
	(91, 'chat', '0006_earlier_texts', now()),
	(92, 'chat', '0007_unheard', now()),
	(93, 'chat', '0008_versions_and_readers', now()),
	(94, 'chat', '0009_changed_lately', now()),
	(95, 'commitments', '0001_initial', now()),
	(96, 'commitments', '0002_owners_and_outcomes', now()),
	(97, 'commitments', '0003_outcomes_of_any_time', now()),
	(98, 'journal', '0002_durable', now()),
	(99, 'journal', '0003_retold', now()),
	(100, 'desk', '0001_initial', now()),
	(101, 'desk', '0002_kind_of_imported_requests', now()),
	(102, 'desk', '0003_past_answers_by_time', now()),
	(103, 'desk', '0004_unanswered_and_parted', now()),
	(104, 'desk', '0005_replaced_tickets', now()),
	(105, 'handbook', '0001_initial', now()),
	(106, 'handovers', '0001_initial', now()),
	(107, 'handovers', '0002_found', now()),
	(108, 'inbox', '0002_refusals', now()),
	(109, 'inbox', '0003_places_in_the_queue', now()),
	(110, 'incidents', '0001_initial', now()),
	(111, 'incidents', '0002_corrections', now()),
	(112, 'incidents', '0003_audiences', now()),
	(113, 'incidents', '0004_roles', now()),
	(114, 'incidents', '0005_timeline', now()),
	(115, 'incidents', '0006_help_calls', now()),
	(116, 'incidents', '0007_imports', now()),
	(117, 'incidents', '0008_pictures', now()),
	(118, 'incidents', '0009_estimates', now()),
	(119, 'incidents', '0010_maintenance_silence', now()),
	(120, 'incidents', '0011_imported_services', now()),
	(121, 'incidents', '0012_parts_of_mistakes', now()),
	(122, 'rota', '0001_initial', now()),
	(123, 'rota', '0002_overrides_of_temporary_schedules', now()),
	(124, 'rota', '0003_imports_have_a_source', now()),
	(125, 'rota', '0004_plans_pay_and_turns', now()),
	(126, 'outbox', '0001_initial', now()),
	(127, 'oncall', '0001_initial', now()),
	(128, 'oncall', '0002_contact_methods', now()),
	(129, 'measures', '0001_reports', now()),
	(130, 'measures', '0002_tallies', now()),
	(131, 'measures', '0003_spans', now()),
	(132, 'measures', '0004_rare_questions', now()),
	(133, 'oncall', '0003_what_a_page_was_answered_for', now()),
	(134, 'outbox', '0002_queued_at', now()),
	(135, 'outbox', '0003_durable', now()),
	(136, 'outbox', '0004_urgent', now()),
	(137, 'people', '0005_services_in_any_letters', now()),
	(138, 'postmortems', '0001_initial', now()),
	(139, 'postmortems', '0002_by_hand', now()),
	(140, 'postmortems', '0003_passages', now()),
	(141, 'postmortems', '0004_sessions', now()),
	(142, 'postmortems', '0005_improvements', now()),
	(143, 'postmortems', '0006_publications', now()),
	(144, 'postmortems', '0007_found', now()),
	(145, 'postmortems', '0008_repository_files', now()),
	(146, 'postmortems', '0009_page_ticket', now()),
	(147, 'postmortems', '0010_pictures', now()),
	(148, 'postmortems', '0011_pull_requests', now()),
	(149, 'postmortems', '0012_names_of_entries', now()),
	(150, 'process', '0001_initial', now()),
	(151, 'routines', '0001_initial', now()),
	(152, 'sessions', '0001_initial', now()),
	(153, 'site', '0001_initial', now()),
	(154, 'status', '0001_initial', now()),
	(155, 'status', '0002_channels', now());




























































































































































































SELECT pg_catalog.setval('account_emailaddress_id_seq', 1, false);


SELECT pg_catalog.setval('account_emailconfirmation_id_seq', 1, false);


SELECT pg_catalog.setval('alarms_alarm_id_seq', 1, false);


SELECT pg_catalog.setval('alarms_alert_id_seq', 1, false);


SELECT pg_catalog.setval('alarms_heartbeat_id_seq', 1, false);


SELECT pg_catalog.setval('alarms_integrationkey_id_seq', 1, false);


SELECT pg_catalog.setval('alarms_listening_id_seq', 1, false);


SELECT pg_catalog.setval('alarms_silence_id_seq', 1, false);


SELECT pg_catalog.setval('announcements_announcement_id_seq', 1, false);


SELECT pg_catalog.setval('announcements_announcement_services_id_seq', 1, false);


SELECT pg_catalog.setval('announcements_announcementseries_id_seq', 1, false);


SELECT pg_catalog.setval('announcements_announcementseries_services_id_seq', 1, false);


SELECT pg_catalog.setval('announcements_announcementupdate_id_seq', 1, false);


SELECT pg_catalog.setval('announcements_promisedupdate_id_seq', 1, false);


SELECT pg_catalog.setval('announcements_workcalendar_id_seq', 1, false);


SELECT pg_catalog.setval('auth_group_id_seq', 1, false);


SELECT pg_catalog.setval('auth_group_permissions_id_seq', 1, false);


SELECT pg_catalog.setval('auth_permission_id_seq', 500, true);


SELECT pg_catalog.setval('availability_exclusion_id_seq', 1, false);


SELECT pg_catalog.setval('availability_run_id_seq', 1, false);


SELECT pg_catalog.setval('availability_sourceterm_id_seq', 1, false);


SELECT pg_catalog.setval('chat_channel_id_seq', 1, false);


SELECT pg_catalog.setval('chat_channelmapping_id_seq', 1, false);


SELECT pg_catalog.setval('chat_earliertext_id_seq', 1, false);


SELECT pg_catalog.setval('chat_historyreader_id_seq', 1, false);


SELECT pg_catalog.setval('chat_mark_id_seq', 1, false);


SELECT pg_catalog.setval('chat_outsidepicture_id_seq', 1, false);


SELECT pg_catalog.setval('chat_post_id_seq', 1, false);


SELECT pg_catalog.setval('chat_post_pictures_id_seq', 1, false);


SELECT pg_catalog.setval('commitments_commitment_id_seq', 1, false);


SELECT pg_catalog.setval('desk_duplicate_id_seq', 1, false);


SELECT pg_catalog.setval('desk_furtherpost_id_seq', 1, false);


SELECT pg_catalog.setval('desk_importedrequests_id_seq', 1, false);


SELECT pg_catalog.setval('desk_pastanswer_id_seq', 1, false);


SELECT pg_catalog.setval('desk_question_id_seq', 1, false);


SELECT pg_catalog.setval('desk_searchdocument_id_seq', 1, false);


SELECT pg_catalog.setval('desk_ticket_id_seq', 1, false);


SELECT pg_catalog.setval('desk_ticketcomment_id_seq', 1, false);


SELECT pg_catalog.setval('desk_trackerdelivery_id_seq', 1, false);


SELECT pg_catalog.setval('desk_trackerstate_id_seq', 1, false);


SELECT pg_catalog.setval('django_content_type_id_seq', 125, true);


SELECT pg_catalog.setval('django_migrations_id_seq', 155, true);


SELECT pg_catalog.setval('handbook_handbookpage_id_seq', 1, false);


SELECT pg_catalog.setval('handbook_handbookpicture_id_seq', 1, false);


SELECT pg_catalog.setval('handbook_handbookrepository_id_seq', 1, false);


SELECT pg_catalog.setval('handovers_handover_id_seq', 1, false);


SELECT pg_catalog.setval('handovers_handoverline_id_seq', 1, false);


SELECT pg_catalog.setval('inbox_arrival_id_seq', 1, false);


SELECT pg_catalog.setval('inbox_refusedrequest_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_deploy_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_gathering_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_helprequest_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_incident_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_incident_services_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_incidentimport_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_incidentimportrow_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_incidentlink_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_maintenance_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_moretime_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_note_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_note_pictures_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_participant_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_quarter_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_roleterm_id_seq', 1, false);


SELECT pg_catalog.setval('incidents_update_id_seq', 1, false);


SELECT pg_catalog.setval('journal_entry_id_seq', 1, false);


SELECT pg_catalog.setval('journal_reaction_id_seq', 1, false);


SELECT pg_catalog.setval('measures_counttally_id_seq', 1, false);


SELECT pg_catalog.setval('measures_daychange_id_seq', 1, false);


SELECT pg_catalog.setval('measures_lengthtally_id_seq', 1, false);


SELECT pg_catalog.setval('measures_monthlyreport_id_seq', 1, false);


SELECT pg_catalog.setval('oncall_call_id_seq', 1, false);


SELECT pg_catalog.setval('oncall_contactmethod_id_seq', 1, false);


SELECT pg_catalog.setval('oncall_page_id_seq', 1, false);


SELECT pg_catalog.setval('oncall_pageitem_id_seq', 1, false);


SELECT pg_catalog.setval('outbox_attempt_id_seq', 1, false);


SELECT pg_catalog.setval('outbox_message_id_seq', 1, false);


SELECT pg_catalog.setval('people_account_id_seq', 1, false);


SELECT pg_catalog.setval('people_attempt_id_seq', 1, false);


SELECT pg_catalog.setval('people_engineer_id_seq', 1, false);


SELECT pg_catalog.setval('people_identity_id_seq', 1, false);


SELECT pg_catalog.setval('people_invitation_id_seq', 1, false);


SELECT pg_catalog.setval('people_leadershipcontact_id_seq', 1, false);


SELECT pg_catalog.setval('people_service_id_seq', 1, false);


SELECT pg_catalog.setval('people_skill_id_seq', 1, false);


SELECT pg_catalog.setval('people_team_id_seq', 1, false);


SELECT pg_catalog.setval('pictures_picture_id_seq', 1, false);


SELECT pg_catalog.setval('postmortems_improvement_id_seq', 1, false);


SELECT pg_catalog.setval('postmortems_passage_id_seq', 1, false);


SELECT pg_catalog.setval('postmortems_passageversion_id_seq', 1, false);


SELECT pg_catalog.setval('postmortems_postmortem_id_seq', 1, false);


SELECT pg_catalog.setval('postmortems_publication_id_seq', 1, false);


SELECT pg_catalog.setval('postmortems_publishedpicture_id_seq', 1, false);


SELECT pg_catalog.setval('postmortems_redaction_id_seq', 1, false);


SELECT pg_catalog.setval('postmortems_repositoryfile_id_seq', 1, false);


SELECT pg_catalog.setval('postmortems_reviewsession_attended_id_seq', 1, false);


SELECT pg_catalog.setval('postmortems_reviewsession_id_seq', 1, false);


SELECT pg_catalog.setval('postmortems_reviewsession_invited_id_seq', 1, false);


SELECT pg_catalog.setval('postmortems_signoff_id_seq', 1, false);


SELECT pg_catalog.setval('postmortems_writer_id_seq', 1, false);


SELECT pg_catalog.setval('process_approval_id_seq', 1, false);


SELECT pg_catalog.setval('process_brokenfile_id_seq', 1, false);


SELECT pg_catalog.setval('process_processversion_id_seq', 1, false);


SELECT pg_catalog.setval('procrastinate_events_id_seq', 1, false);


SELECT pg_catalog.setval('procrastinate_jobs_id_seq', 1, false);


SELECT pg_catalog.setval('procrastinate_periodic_defers_id_seq', 1, false);


SELECT pg_catalog.setval('procrastinate_workers_id_seq', 1, false);


SELECT pg_catalog.setval('rota_absence_id_seq', 1, false);


SELECT pg_catalog.setval('rota_calendarfeed_id_seq', 1, false);


SELECT pg_catalog.setval('rota_covernomination_id_seq', 1, false);


SELECT pg_catalog.setval('rota_installation_id_seq', 1, false);


SELECT pg_catalog.setval('rota_oncallplan_id_seq', 1, false);


SELECT pg_catalog.setval('rota_override_id_seq', 1, false);


SELECT pg_catalog.setval('rota_regularabsence_id_seq', 1, false);


SELECT pg_catalog.setval('rota_rotaimport_id_seq', 1, false);


SELECT pg_catalog.setval('rota_rotation_id_seq', 1, false);


SELECT pg_catalog.setval('rota_shift_id_seq', 1, false);


SELECT pg_catalog.setval('rota_shiftcorrection_id_seq', 1, false);


SELECT pg_catalog.setval('rota_swap_id_seq', 1, false);


SELECT pg_catalog.setval('rota_temporaryschedule_id_seq', 1, false);


SELECT pg_catalog.setval('rota_turnnotice_id_seq', 1, false);


SELECT pg_catalog.setval('routines_checklist_id_seq', 1, false);


SELECT pg_catalog.setval('routines_checklistitem_id_seq', 1, false);


SELECT pg_catalog.setval('routines_triage_id_seq', 1, false);


SELECT pg_catalog.setval('site_trial_id_seq', 1, false);


SELECT pg_catalog.setval('status_channelsubscription_id_seq', 1, false);


SELECT pg_catalog.setval('status_channelsubscription_services_id_seq', 1, false);


SELECT pg_catalog.setval('status_subscription_id_seq', 1, false);


SELECT pg_catalog.setval('status_subscription_services_id_seq', 1, false);


ALTER TABLE ONLY rota_turnnotice
    ADD CONSTRAINT a_turn_is_told_once UNIQUE (duty, engineer_id, starts, begun);


ALTER TABLE ONLY account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);


ALTER TABLE ONLY account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);


ALTER TABLE ONLY account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);


ALTER TABLE ONLY account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);


ALTER TABLE ONLY alarms_alarm
    ADD CONSTRAINT alarms_alarm_pkey PRIMARY KEY (id);


ALTER TABLE ONLY alarms_alert
    ADD CONSTRAINT alarms_alert_pkey PRIMARY KEY (id);


ALTER TABLE ONLY alarms_heartbeat
    ADD CONSTRAINT alarms_heartbeat_digest_key UNIQUE (digest);


ALTER TABLE ONLY alarms_heartbeat
    ADD CONSTRAINT alarms_heartbeat_name_key UNIQUE (name);


ALTER TABLE ONLY alarms_heartbeat
    ADD CONSTRAINT alarms_heartbeat_pkey PRIMARY KEY (id);


ALTER TABLE ONLY alarms_integrationkey
    ADD CONSTRAINT alarms_integrationkey_digest_key UNIQUE (digest);


ALTER TABLE ONLY alarms_integrationkey
    ADD CONSTRAINT alarms_integrationkey_name_key UNIQUE (name);


ALTER TABLE ONLY alarms_integrationkey
    ADD CONSTRAINT alarms_integrationkey_old_digest_key UNIQUE (old_digest);


ALTER TABLE ONLY alarms_integrationkey
    ADD CONSTRAINT alarms_integrationkey_pkey PRIMARY KEY (id);


ALTER TABLE ONLY alarms_listening
    ADD CONSTRAINT alarms_listening_pkey PRIMARY KEY (id);


ALTER TABLE ONLY alarms_silence
    ADD CONSTRAINT alarms_silence_pkey PRIMARY KEY (id);


ALTER TABLE ONLY announcements_announcement_services
    ADD CONSTRAINT announcements_announceme_announcement_id_service__5a596b01_uniq UNIQUE (announcement_id, service_id);


ALTER TABLE ONLY announcements_announcementseries_services
    ADD CONSTRAINT announcements_announceme_announcementseries_id_se_6b5eff75_uniq UNIQUE (announcementseries_id, service_id);


ALTER TABLE ONLY announcements_announcement
    ADD CONSTRAINT announcements_announcement_pkey PRIMARY KEY (id);


ALTER TABLE ONLY announcements_announcement_services
    ADD CONSTRAINT announcements_announcement_services_pkey PRIMARY KEY (id);


ALTER TABLE ONLY announcements_announcementseries
    ADD CONSTRAINT announcements_announcementseries_pkey PRIMARY KEY (id);


ALTER TABLE ONLY announcements_announcementseries_services
    ADD CONSTRAINT announcements_announcementseries_services_pkey PRIMARY KEY (id);


ALTER TABLE ONLY announcements_announcementupdate
    ADD CONSTRAINT announcements_announcementupdate_pkey PRIMARY KEY (id);


ALTER TABLE ONLY announcements_promisedupdate
    ADD CONSTRAINT announcements_promisedupdate_pkey PRIMARY KEY (id);


ALTER TABLE ONLY announcements_workcalendar
    ADD CONSTRAINT announcements_workcalendar_pkey PRIMARY KEY (id);


ALTER TABLE ONLY announcements_workcalendar
    ADD CONSTRAINT announcements_workcalendar_token_hash_key UNIQUE (token_hash);


ALTER TABLE ONLY auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);


ALTER TABLE ONLY auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);


ALTER TABLE ONLY auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);


ALTER TABLE ONLY auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);


ALTER TABLE ONLY auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);


ALTER TABLE ONLY auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);


ALTER TABLE ONLY availability_exclusion
    ADD CONSTRAINT availability_exclusion_pkey PRIMARY KEY (id);


ALTER TABLE ONLY availability_run
    ADD CONSTRAINT availability_run_pkey PRIMARY KEY (id);


ALTER TABLE ONLY availability_sourceterm
    ADD CONSTRAINT availability_sourceterm_pkey PRIMARY KEY (id);


ALTER TABLE ONLY chat_channel
    ADD CONSTRAINT chat_channel_name_key UNIQUE (name);


ALTER TABLE ONLY chat_channel
    ADD CONSTRAINT chat_channel_pkey PRIMARY KEY (id);


ALTER TABLE ONLY chat_channelmapping
    ADD CONSTRAINT chat_channelmapping_outside_key UNIQUE (outside);


ALTER TABLE ONLY chat_channelmapping
    ADD CONSTRAINT chat_channelmapping_pkey PRIMARY KEY (id);


ALTER TABLE ONLY chat_earliertext
    ADD CONSTRAINT chat_earliertext_pkey PRIMARY KEY (id);


ALTER TABLE ONLY chat_historyreader
    ADD CONSTRAINT chat_historyreader_chat_key UNIQUE (chat);


ALTER TABLE ONLY chat_historyreader
    ADD CONSTRAINT chat_historyreader_pkey PRIMARY KEY (id);


ALTER TABLE ONLY chat_mark
    ADD CONSTRAINT chat_mark_pkey PRIMARY KEY (id);


ALTER TABLE ONLY chat_outsidepicture
    ADD CONSTRAINT chat_outsidepicture_pkey PRIMARY KEY (id);


ALTER TABLE ONLY chat_post
    ADD CONSTRAINT chat_post_key_key UNIQUE (key);


ALTER TABLE ONLY chat_post_pictures
    ADD CONSTRAINT chat_post_pictures_pkey PRIMARY KEY (id);


ALTER TABLE ONLY chat_post_pictures
    ADD CONSTRAINT chat_post_pictures_post_id_picture_id_2ea64882_uniq UNIQUE (post_id, picture_id);


ALTER TABLE ONLY chat_post
    ADD CONSTRAINT chat_post_pkey PRIMARY KEY (id);


ALTER TABLE ONLY chat_postmirror
    ADD CONSTRAINT chat_postmirror_pkey PRIMARY KEY (post_id);


ALTER TABLE ONLY commitments_commitment
    ADD CONSTRAINT commitments_commitment_pkey PRIMARY KEY (id);


ALTER TABLE ONLY measures_counttally
    ADD CONSTRAINT count_tally_once UNIQUE (series, day, key);


ALTER TABLE ONLY incidents_deploy
    ADD CONSTRAINT deploy_once UNIQUE (service_id, version, at);


ALTER TABLE ONLY desk_duplicate
    ADD CONSTRAINT desk_duplicate_pkey PRIMARY KEY (id);


ALTER TABLE ONLY desk_duplicate
    ADD CONSTRAINT desk_duplicate_question_id_key UNIQUE (question_id);


ALTER TABLE ONLY desk_furtherpost
    ADD CONSTRAINT desk_furtherpost_pkey PRIMARY KEY (id);


ALTER TABLE ONLY desk_furtherpost
    ADD CONSTRAINT desk_furtherpost_post_id_key UNIQUE (post_id);


ALTER TABLE ONLY desk_importedrequests
    ADD CONSTRAINT desk_importedrequests_pkey PRIMARY KEY (id);


ALTER TABLE ONLY desk_pastanswer
    ADD CONSTRAINT desk_pastanswer_pkey PRIMARY KEY (id);


ALTER TABLE ONLY desk_question
    ADD CONSTRAINT desk_question_pkey PRIMARY KEY (id);


ALTER TABLE ONLY desk_question
    ADD CONSTRAINT desk_question_post_id_key UNIQUE (post_id);


ALTER TABLE ONLY desk_searchdocument
    ADD CONSTRAINT desk_searchdocument_pkey PRIMARY KEY (id);


ALTER TABLE ONLY desk_ticket
    ADD CONSTRAINT desk_ticket_pkey PRIMARY KEY (id);


ALTER TABLE ONLY desk_ticket
    ADD CONSTRAINT desk_ticket_question_id_key UNIQUE (question_id);


ALTER TABLE ONLY desk_ticketcomment
    ADD CONSTRAINT desk_ticketcomment_key_key UNIQUE (key);


ALTER TABLE ONLY desk_ticketcomment
    ADD CONSTRAINT desk_ticketcomment_pkey PRIMARY KEY (id);


ALTER TABLE ONLY desk_trackerdelivery
    ADD CONSTRAINT desk_trackerdelivery_key_key UNIQUE (key);


ALTER TABLE ONLY desk_trackerdelivery
    ADD CONSTRAINT desk_trackerdelivery_pkey PRIMARY KEY (id);


ALTER TABLE ONLY desk_trackerstate
    ADD CONSTRAINT desk_trackerstate_name_key UNIQUE (name);


ALTER TABLE ONLY desk_trackerstate
    ADD CONSTRAINT desk_trackerstate_pkey PRIMARY KEY (id);


ALTER TABLE ONLY django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);


ALTER TABLE ONLY django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);


ALTER TABLE ONLY django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);


ALTER TABLE ONLY django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);


ALTER TABLE ONLY desk_searchdocument
    ADD CONSTRAINT document_once UNIQUE (kind, number);


ALTER TABLE ONLY handbook_handbookpage
    ADD CONSTRAINT handbook_handbookpage_pkey PRIMARY KEY (id);


ALTER TABLE ONLY handbook_handbookpicture
    ADD CONSTRAINT handbook_handbookpicture_pkey PRIMARY KEY (id);


ALTER TABLE ONLY handbook_handbookrepository
    ADD CONSTRAINT handbook_handbookrepository_name_key UNIQUE (name);


ALTER TABLE ONLY handbook_handbookrepository
    ADD CONSTRAINT handbook_handbookrepository_pkey PRIMARY KEY (id);


ALTER TABLE ONLY handbook_handbookpage
    ADD CONSTRAINT handbook_page_once UNIQUE (repository_id, path);


ALTER TABLE ONLY handbook_handbookpicture
    ADD CONSTRAINT handbook_picture_once UNIQUE (repository_id, path);


ALTER TABLE ONLY handovers_handover
    ADD CONSTRAINT handovers_handover_pkey PRIMARY KEY (id);


ALTER TABLE ONLY handovers_handoverline
    ADD CONSTRAINT handovers_handoverline_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_maintenance
    ADD CONSTRAINT imported_once UNIQUE (imported_key, service_id);


ALTER TABLE ONLY desk_importedrequests
    ADD CONSTRAINT imported_requests_once UNIQUE ("on", action, kind);


ALTER TABLE ONLY inbox_arrival
    ADD CONSTRAINT inbox_arrival_pkey PRIMARY KEY (id);


ALTER TABLE ONLY inbox_refusedrequest
    ADD CONSTRAINT inbox_refusedrequest_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_deploy
    ADD CONSTRAINT incidents_deploy_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_gathering
    ADD CONSTRAINT incidents_gathering_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_helprequest
    ADD CONSTRAINT incidents_helprequest_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_incident
    ADD CONSTRAINT incidents_incident_imported_key_key UNIQUE (imported_key);


ALTER TABLE ONLY incidents_incident
    ADD CONSTRAINT incidents_incident_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_incident_services
    ADD CONSTRAINT incidents_incident_servi_incident_id_service_id_7e6d73b3_uniq UNIQUE (incident_id, service_id);


ALTER TABLE ONLY incidents_incident_services
    ADD CONSTRAINT incidents_incident_services_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_incidentimport
    ADD CONSTRAINT incidents_incidentimport_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_incidentimportrow
    ADD CONSTRAINT incidents_incidentimportrow_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_incidentlink
    ADD CONSTRAINT incidents_incidentlink_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_maintenance
    ADD CONSTRAINT incidents_maintenance_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_moretime
    ADD CONSTRAINT incidents_moretime_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_note_pictures
    ADD CONSTRAINT incidents_note_pictures_note_id_picture_id_7e918502_uniq UNIQUE (note_id, picture_id);


ALTER TABLE ONLY incidents_note_pictures
    ADD CONSTRAINT incidents_note_pictures_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_note
    ADD CONSTRAINT incidents_note_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_participant
    ADD CONSTRAINT incidents_participant_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_quarter
    ADD CONSTRAINT incidents_quarter_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_quarter
    ADD CONSTRAINT incidents_quarter_quarter_key UNIQUE (quarter);


ALTER TABLE ONLY incidents_roleterm
    ADD CONSTRAINT incidents_roleterm_pkey PRIMARY KEY (id);


ALTER TABLE ONLY incidents_update
    ADD CONSTRAINT incidents_update_pkey PRIMARY KEY (id);


ALTER TABLE ONLY journal_entry
    ADD CONSTRAINT journal_entry_pkey PRIMARY KEY (id);


ALTER TABLE ONLY journal_reaction
    ADD CONSTRAINT journal_reaction_pkey PRIMARY KEY (id);


ALTER TABLE ONLY measures_lengthtally
    ADD CONSTRAINT length_tally_once UNIQUE (series, day, cell);


ALTER TABLE ONLY incidents_incidentlink
    ADD CONSTRAINT linked_once UNIQUE (incident_id, about);


ALTER TABLE ONLY chat_mark
    ADD CONSTRAINT mark_once UNIQUE (post_id, name, who);


ALTER TABLE ONLY measures_counttally
    ADD CONSTRAINT measures_counttally_pkey PRIMARY KEY (id);


ALTER TABLE ONLY measures_daychange
    ADD CONSTRAINT measures_daychange_pkey PRIMARY KEY (id);


ALTER TABLE ONLY measures_lengthtally
    ADD CONSTRAINT measures_lengthtally_pkey PRIMARY KEY (id);


ALTER TABLE ONLY measures_monthlyreport
    ADD CONSTRAINT measures_monthlyreport_month_key UNIQUE (month);


ALTER TABLE ONLY measures_monthlyreport
    ADD CONSTRAINT measures_monthlyreport_pkey PRIMARY KEY (id);


ALTER TABLE ONLY measures_talliedday
    ADD CONSTRAINT measures_talliedday_pkey PRIMARY KEY (day);


ALTER TABLE ONLY incidents_note
    ADD CONSTRAINT message_noted_once UNIQUE (incident_id, post_id);


ALTER TABLE ONLY rota_shift
    ADD CONSTRAINT nobody_is_on_call_twice EXCLUDE USING gist (tstzrange(start, "end", '[)'::text) WITH &&, int8range(engineer_id, engineer_id, '[]'::text) WITH &&) WHERE (((cancelled_at IS NULL) AND ((duty)::text = ANY (ARRAY[('primary'::character varying)::text, ('secondary'::character varying)::text]))));


ALTER TABLE ONLY rota_shift
    ADD CONSTRAINT nobody_supports_twice EXCLUDE USING gist (tstzrange(start, "end", '[)'::text) WITH &&, int8range(engineer_id, engineer_id, '[]'::text) WITH &&) WHERE (((cancelled_at IS NULL) AND ((duty)::text = 'support'::text)));


ALTER TABLE ONLY oncall_call
    ADD CONSTRAINT oncall_call_pkey PRIMARY KEY (id);


ALTER TABLE ONLY oncall_contactmethod
    ADD CONSTRAINT oncall_contactmethod_pkey PRIMARY KEY (id);


ALTER TABLE ONLY oncall_page
    ADD CONSTRAINT oncall_page_pkey PRIMARY KEY (id);


ALTER TABLE ONLY oncall_pageitem
    ADD CONSTRAINT oncall_pageitem_pkey PRIMARY KEY (id);


ALTER TABLE ONLY alarms_alert
    ADD CONSTRAINT one_alert_each UNIQUE (alarm_id, fingerprint);


ALTER TABLE ONLY announcements_announcement
    ADD CONSTRAINT one_announcement_an_occurrence UNIQUE (series_id, occurrence);


ALTER TABLE ONLY process_approval
    ADD CONSTRAINT one_approval_each UNIQUE (version_id, name);


ALTER TABLE ONLY routines_checklist
    ADD CONSTRAINT one_checklist_a_day UNIQUE (routine, day);


ALTER TABLE ONLY handovers_handover
    ADD CONSTRAINT one_handover UNIQUE (kind, due_at);


ALTER TABLE ONLY routines_checklistitem
    ADD CONSTRAINT one_item_a_place UNIQUE (checklist_id, place);


ALTER TABLE ONLY handovers_handoverline
    ADD CONSTRAINT one_line_each UNIQUE (handover_id, key);


ALTER TABLE ONLY rota_covernomination
    ADD CONSTRAINT one_nominee_at_a_time EXCLUDE USING gist (tstzrange(start, "end", '[)'::text) WITH &&) WHERE ((cancelled_at IS NULL));


ALTER TABLE ONLY announcements_promisedupdate
    ADD CONSTRAINT one_promised_update UNIQUE (announcement_id, due_at);


ALTER TABLE ONLY journal_reaction
    ADD CONSTRAINT one_reaction_per_entry UNIQUE (entry_id, name);


ALTER TABLE ONLY outbox_attempt
    ADD CONSTRAINT one_try_each UNIQUE (message_id, number);


ALTER TABLE ONLY outbox_attempt
    ADD CONSTRAINT outbox_attempt_pkey PRIMARY KEY (id);


ALTER TABLE ONLY outbox_message
    ADD CONSTRAINT outbox_message_key_key UNIQUE (key);


ALTER TABLE ONLY outbox_message
    ADD CONSTRAINT outbox_message_pkey PRIMARY KEY (id);


ALTER TABLE ONLY chat_outsidepicture
    ADD CONSTRAINT outside_picture_once UNIQUE (post_id, number);


ALTER TABLE ONLY postmortems_passage
    ADD CONSTRAINT passage_once UNIQUE (postmortem_id, key);


ALTER TABLE ONLY postmortems_passageversion
    ADD CONSTRAINT passage_version_once UNIQUE (passage_id, version);


ALTER TABLE ONLY desk_pastanswer
    ADD CONSTRAINT past_answer_once UNIQUE (question_id, past_id);


ALTER TABLE ONLY people_account
    ADD CONSTRAINT people_account_email_key UNIQUE (email);


ALTER TABLE ONLY people_account
    ADD CONSTRAINT people_account_pkey PRIMARY KEY (id);


ALTER TABLE ONLY people_attempt
    ADD CONSTRAINT people_attempt_pkey PRIMARY KEY (id);


ALTER TABLE ONLY people_engineer
    ADD CONSTRAINT people_engineer_account_id_key UNIQUE (account_id);


ALTER TABLE ONLY people_engineer
    ADD CONSTRAINT people_engineer_email_key UNIQUE (email);


ALTER TABLE ONLY people_engineer
    ADD CONSTRAINT people_engineer_name_key UNIQUE (name);


ALTER TABLE ONLY people_engineer
    ADD CONSTRAINT people_engineer_pkey PRIMARY KEY (id);


ALTER TABLE ONLY people_identity
    ADD CONSTRAINT people_identity_outside_key UNIQUE (outside);


ALTER TABLE ONLY people_identity
    ADD CONSTRAINT people_identity_pkey PRIMARY KEY (id);


ALTER TABLE ONLY people_invitation
    ADD CONSTRAINT people_invitation_pkey PRIMARY KEY (id);


ALTER TABLE ONLY people_invitation
    ADD CONSTRAINT people_invitation_token_hash_key UNIQUE (token_hash);


ALTER TABLE ONLY people_leadershipcontact
    ADD CONSTRAINT people_leadershipcontact_name_key UNIQUE (name);


ALTER TABLE ONLY people_leadershipcontact
    ADD CONSTRAINT people_leadershipcontact_pkey PRIMARY KEY (id);


ALTER TABLE ONLY people_service
    ADD CONSTRAINT people_service_name_key UNIQUE (name);


ALTER TABLE ONLY people_service
    ADD CONSTRAINT people_service_pkey PRIMARY KEY (id);


ALTER TABLE ONLY people_service
    ADD CONSTRAINT people_service_slug_key UNIQUE (slug);


ALTER TABLE ONLY people_session
    ADD CONSTRAINT people_session_pkey PRIMARY KEY (session_key);


ALTER TABLE ONLY people_skill
    ADD CONSTRAINT people_skill_pkey PRIMARY KEY (id);


ALTER TABLE ONLY people_team
    ADD CONSTRAINT people_team_name_key UNIQUE (name);


ALTER TABLE ONLY people_team
    ADD CONSTRAINT people_team_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_publishedpicture
    ADD CONSTRAINT picture_published_once UNIQUE (postmortem_id, picture_id);


ALTER TABLE ONLY pictures_picture
    ADD CONSTRAINT pictures_picture_pkey PRIMARY KEY (id);


ALTER TABLE ONLY pictures_picturedata
    ADD CONSTRAINT pictures_picturedata_pkey PRIMARY KEY (picture_id);


ALTER TABLE ONLY postmortems_improvement
    ADD CONSTRAINT postmortems_improvement_page_ticket_id_key UNIQUE (page_ticket_id);


ALTER TABLE ONLY postmortems_improvement
    ADD CONSTRAINT postmortems_improvement_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_improvement
    ADD CONSTRAINT postmortems_improvement_ticket_id_key UNIQUE (ticket_id);


ALTER TABLE ONLY postmortems_passage
    ADD CONSTRAINT postmortems_passage_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_passageversion
    ADD CONSTRAINT postmortems_passageversion_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_postmortem
    ADD CONSTRAINT postmortems_postmortem_incident_id_key UNIQUE (incident_id);


ALTER TABLE ONLY postmortems_postmortem
    ADD CONSTRAINT postmortems_postmortem_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_publication
    ADD CONSTRAINT postmortems_publication_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_publishedpicture
    ADD CONSTRAINT postmortems_publishedpicture_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_redaction
    ADD CONSTRAINT postmortems_redaction_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_repositoryfile
    ADD CONSTRAINT postmortems_repositoryfile_key_key UNIQUE (key);


ALTER TABLE ONLY postmortems_repositoryfile
    ADD CONSTRAINT postmortems_repositoryfile_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_repositoryfile
    ADD CONSTRAINT postmortems_repositoryfile_postmortem_id_key UNIQUE (postmortem_id);


ALTER TABLE ONLY postmortems_reviewsession_invited
    ADD CONSTRAINT postmortems_reviewsessio_reviewsession_id_enginee_1a0b8cb7_uniq UNIQUE (reviewsession_id, engineer_id);


ALTER TABLE ONLY postmortems_reviewsession_attended
    ADD CONSTRAINT postmortems_reviewsessio_reviewsession_id_enginee_2ac6fc15_uniq UNIQUE (reviewsession_id, engineer_id);


ALTER TABLE ONLY postmortems_reviewsession_attended
    ADD CONSTRAINT postmortems_reviewsession_attended_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_reviewsession_invited
    ADD CONSTRAINT postmortems_reviewsession_invited_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_reviewsession
    ADD CONSTRAINT postmortems_reviewsession_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_reviewsession
    ADD CONSTRAINT postmortems_reviewsession_postmortem_id_key UNIQUE (postmortem_id);


ALTER TABLE ONLY postmortems_signoff
    ADD CONSTRAINT postmortems_signoff_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_writer
    ADD CONSTRAINT postmortems_writer_pkey PRIMARY KEY (id);


ALTER TABLE ONLY process_approval
    ADD CONSTRAINT process_approval_pkey PRIMARY KEY (id);


ALTER TABLE ONLY process_brokenfile
    ADD CONSTRAINT process_brokenfile_pkey PRIMARY KEY (id);


ALTER TABLE ONLY process_processversion
    ADD CONSTRAINT process_processversion_pkey PRIMARY KEY (id);


ALTER TABLE ONLY procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);


ALTER TABLE ONLY procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);


ALTER TABLE ONLY procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);


ALTER TABLE ONLY procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);


ALTER TABLE ONLY procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_publication
    ADD CONSTRAINT publication_once UNIQUE (postmortem_id, number);


ALTER TABLE ONLY postmortems_redaction
    ADD CONSTRAINT redaction_once UNIQUE (postmortem_id, mark);


ALTER TABLE ONLY inbox_refusedrequest
    ADD CONSTRAINT refused_once_a_day UNIQUE (day, door, sender, status, reason);


ALTER TABLE ONLY rota_absence
    ADD CONSTRAINT rota_absence_pkey PRIMARY KEY (id);


ALTER TABLE ONLY rota_calendarfeed
    ADD CONSTRAINT rota_calendarfeed_pkey PRIMARY KEY (id);


ALTER TABLE ONLY rota_calendarfeed
    ADD CONSTRAINT rota_calendarfeed_token_hash_key UNIQUE (token_hash);


ALTER TABLE ONLY rota_covernomination
    ADD CONSTRAINT rota_covernomination_pkey PRIMARY KEY (id);


ALTER TABLE ONLY rota_experiencemark
    ADD CONSTRAINT rota_experiencemark_pkey PRIMARY KEY (engineer_id);


ALTER TABLE ONLY rota_installation
    ADD CONSTRAINT rota_installation_pkey PRIMARY KEY (id);


ALTER TABLE ONLY rota_oncallplan
    ADD CONSTRAINT rota_oncallplan_pkey PRIMARY KEY (id);


ALTER TABLE ONLY rota_outlook
    ADD CONSTRAINT rota_outlook_pkey PRIMARY KEY (duty);


ALTER TABLE ONLY rota_override
    ADD CONSTRAINT rota_override_pkey PRIMARY KEY (id);


ALTER TABLE ONLY rota_regularabsence
    ADD CONSTRAINT rota_regularabsence_pkey PRIMARY KEY (id);


ALTER TABLE ONLY rota_rotaimport
    ADD CONSTRAINT rota_rotaimport_pkey PRIMARY KEY (id);


ALTER TABLE ONLY rota_rotation
    ADD CONSTRAINT rota_rotation_pkey PRIMARY KEY (id);


ALTER TABLE ONLY rota_shift
    ADD CONSTRAINT rota_shift_pkey PRIMARY KEY (id);


ALTER TABLE ONLY rota_shiftcorrection
    ADD CONSTRAINT rota_shiftcorrection_pkey PRIMARY KEY (id);


ALTER TABLE ONLY rota_swap
    ADD CONSTRAINT rota_swap_pkey PRIMARY KEY (id);


ALTER TABLE ONLY rota_temporaryschedule
    ADD CONSTRAINT rota_temporaryschedule_pkey PRIMARY KEY (id);


ALTER TABLE ONLY rota_turnnotice
    ADD CONSTRAINT rota_turnnotice_pkey PRIMARY KEY (id);


ALTER TABLE ONLY routines_checklist
    ADD CONSTRAINT routines_checklist_pkey PRIMARY KEY (id);


ALTER TABLE ONLY routines_checklistitem
    ADD CONSTRAINT routines_checklistitem_pkey PRIMARY KEY (id);


ALTER TABLE ONLY routines_triage
    ADD CONSTRAINT routines_triage_pkey PRIMARY KEY (id);


ALTER TABLE ONLY routines_triage
    ADD CONSTRAINT routines_triage_subject_key UNIQUE (subject);


ALTER TABLE ONLY availability_run
    ADD CONSTRAINT run_begins_once UNIQUE (term_id, start);


ALTER TABLE ONLY site_trial
    ADD CONSTRAINT site_trial_pkey PRIMARY KEY (id);


ALTER TABLE ONLY status_channelsubscription_services
    ADD CONSTRAINT status_channelsubscripti_channelsubscription_id_s_f00ac917_uniq UNIQUE (channelsubscription_id, service_id);


ALTER TABLE ONLY status_channelsubscription
    ADD CONSTRAINT status_channelsubscription_channel_id_key UNIQUE (channel_id);


ALTER TABLE ONLY status_channelsubscription
    ADD CONSTRAINT status_channelsubscription_pkey PRIMARY KEY (id);


ALTER TABLE ONLY status_channelsubscription_services
    ADD CONSTRAINT status_channelsubscription_services_pkey PRIMARY KEY (id);


ALTER TABLE ONLY status_subscription
    ADD CONSTRAINT status_subscription_pkey PRIMARY KEY (id);


ALTER TABLE ONLY status_subscription_services
    ADD CONSTRAINT status_subscription_serv_subscription_id_service__76fa99d2_uniq UNIQUE (subscription_id, service_id);


ALTER TABLE ONLY status_subscription_services
    ADD CONSTRAINT status_subscription_services_pkey PRIMARY KEY (id);


ALTER TABLE ONLY postmortems_writer
    ADD CONSTRAINT writer_once UNIQUE (postmortem_id, key, name);


CREATE INDEX absence_by_end ON rota_absence USING btree ("end");


CREATE INDEX account_emailaddress_email_03be32b2 ON account_emailaddress USING btree (email);


CREATE INDEX account_emailaddress_email_03be32b2_like ON account_emailaddress USING btree (email varchar_pattern_ops);


CREATE INDEX account_emailaddress_user_id_2c513194 ON account_emailaddress USING btree (user_id);


CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON account_emailconfirmation USING btree (email_address_id);


CREATE INDEX account_emailconfirmation_key_f43612bd_like ON account_emailconfirmation USING btree (key varchar_pattern_ops);


CREATE INDEX alarm_by_time ON alarms_alarm USING btree (first_at DESC);


CREATE INDEX alarm_firing ON alarms_alarm USING btree (severity, first_at DESC, id DESC) WHERE ((state)::text = 'firing'::text);


CREATE INDEX alarm_group_taken ON alarms_alarm USING btree (group_key) WHERE (NOT ((incident)::text = ''::text));


CREATE INDEX alarm_taken ON alarms_alarm USING btree (incident) WHERE (NOT ((incident)::text = ''::text));


CREATE INDEX alarms_alarm_service_id_f8734e5f ON alarms_alarm USING btree (service_id);


CREATE INDEX alarms_alert_alarm_id_863a4b47 ON alarms_alert USING btree (alarm_id);


CREATE INDEX alarms_heartbeat_digest_eba8cc2f_like ON alarms_heartbeat USING btree (digest varchar_pattern_ops);


CREATE INDEX alarms_heartbeat_name_64f2a5f5_like ON alarms_heartbeat USING btree (name varchar_pattern_ops);


CREATE INDEX alarms_heartbeat_service_id_e98a3018 ON alarms_heartbeat USING btree (service_id);


CREATE INDEX alarms_integrationkey_digest_d24f6cac_like ON alarms_integrationkey USING btree (digest varchar_pattern_ops);


CREATE INDEX alarms_integrationkey_name_8c224623_like ON alarms_integrationkey USING btree (name varchar_pattern_ops);


CREATE INDEX alarms_integrationkey_old_digest_ec0be3ff_like ON alarms_integrationkey USING btree (old_digest varchar_pattern_ops);


CREATE INDEX alarms_silence_service_id_972b9e70 ON alarms_silence USING btree (service_id);


CREATE INDEX alert_by_fingerprint ON alarms_alert USING btree (fingerprint, alarm_id DESC);


CREATE INDEX announcement_open ON announcements_announcement USING btree (starts_at, id) WHERE ((state)::text = ANY (ARRAY[('planned'::character varying)::text, ('started'::character varying)::text]));


CREATE INDEX announcement_over ON announcements_announcement USING btree (over_at DESC, id DESC);


CREATE INDEX announcement_series_next ON announcements_announcementseries USING btree (look_at) WHERE (look_at IS NOT NULL);


CREATE INDEX announcements_announcement_announcementseries_id_f7e8e95c ON announcements_announcementseries_services USING btree (announcementseries_id);


CREATE INDEX announcements_announcement_series_id_fc8ede56 ON announcements_announcement USING btree (series_id);


CREATE INDEX announcements_announcement_services_announcement_id_d5452bc6 ON announcements_announcement_services USING btree (announcement_id);


CREATE INDEX announcements_announcement_services_service_id_e965c8f0 ON announcements_announcement_services USING btree (service_id);


CREATE INDEX announcements_announcementseries_follows_id_0a42e7f9 ON announcements_announcementseries USING btree (follows_id);


CREATE INDEX announcements_announcementseries_services_service_id_590b9309 ON announcements_announcementseries_services USING btree (service_id);


CREATE INDEX announcements_announcementupdate_announcement_id_73418e5e ON announcements_announcementupdate USING btree (announcement_id);


CREATE INDEX announcements_promisedupdate_announcement_id_32a5f983 ON announcements_promisedupdate USING btree (announcement_id);


CREATE INDEX announcements_workcalendar_maker_id_f08896d0 ON announcements_workcalendar USING btree (maker_id);


CREATE INDEX announcements_workcalendar_token_hash_93882a7b_like ON announcements_workcalendar USING btree (token_hash varchar_pattern_ops);


CREATE INDEX arrival_aside ON inbox_arrival USING btree (at) WHERE ((outcome)::text = 'put aside'::text);


CREATE INDEX arrival_by_time ON inbox_arrival USING brin (at) WITH (pages_per_range='32');


CREATE INDEX arrival_crowded ON inbox_arrival USING btree (crowd, id) WHERE (due_at IS NOT NULL);


CREATE UNIQUE INDEX arrival_once ON inbox_arrival USING btree (key) WHERE (key IS NOT NULL);


CREATE INDEX arrival_owed ON inbox_arrival USING btree (turn, id) WHERE (due_at IS NOT NULL);


CREATE UNIQUE INDEX asked_once ON incidents_helprequest USING btree (incident_id, engineer_id) WHERE ((answer)::text = ''::text);


CREATE INDEX attempt_by_key ON people_attempt USING btree (key, at);


CREATE INDEX attempt_by_time ON people_attempt USING btree (at);


CREATE INDEX auth_group_name_a6ea08ec_like ON auth_group USING btree (name varchar_pattern_ops);


CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON auth_group_permissions USING btree (group_id);


CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON auth_group_permissions USING btree (permission_id);


CREATE INDEX auth_permission_content_type_id_2f476e4b ON auth_permission USING btree (content_type_id);


CREATE INDEX availability_exclusion_service_id_945e8ae8 ON availability_exclusion USING btree (service_id);


CREATE INDEX availability_run_term_id_dafc0104 ON availability_run USING btree (term_id);


CREATE INDEX availability_sourceterm_service_id_0dd4f068 ON availability_sourceterm USING btree (service_id);


CREATE INDEX bundled_by_page ON oncall_pageitem USING btree (page_id, at);


CREATE INDEX chat_channel_name_74937fcf_like ON chat_channel USING btree (name varchar_pattern_ops);


CREATE INDEX chat_channelmapping_channel_id_6f4540e1 ON chat_channelmapping USING btree (channel_id);


CREATE INDEX chat_channelmapping_outside_b90f05ca_like ON chat_channelmapping USING btree (outside varchar_pattern_ops);


CREATE INDEX chat_earliertext_post_id_f4009339 ON chat_earliertext USING btree (post_id);


CREATE INDEX chat_historyreader_chat_81eece1c_like ON chat_historyreader USING btree (chat varchar_pattern_ops);


CREATE INDEX chat_mark_account_id_2f0e0658 ON chat_mark USING btree (account_id);


CREATE INDEX chat_mark_post_id_58534120 ON chat_mark USING btree (post_id);


CREATE INDEX chat_outsidepicture_post_id_1b20e984 ON chat_outsidepicture USING btree (post_id);


CREATE INDEX chat_post_account_id_62b80ba7 ON chat_post USING btree (account_id);


CREATE INDEX chat_post_channel_id_32b31f08 ON chat_post USING btree (channel_id);


CREATE INDEX chat_post_key_cc93ac5b_like ON chat_post USING btree (key varchar_pattern_ops);


CREATE INDEX chat_post_only_for_id_bbc1e2f6 ON chat_post USING btree (only_for_id);


CREATE INDEX chat_post_pictures_picture_id_6a671583 ON chat_post_pictures USING btree (picture_id);


CREATE INDEX chat_post_pictures_post_id_b9f5757a ON chat_post_pictures USING btree (post_id);


CREATE INDEX chat_post_thread_id_d5d530f8 ON chat_post USING btree (thread_id);


CREATE INDEX chat_postmirror_channel_id_ec7af20c ON chat_postmirror USING btree (channel_id);


CREATE INDEX checklist_by_time ON routines_checklist USING btree (comes_at DESC, id DESC);


CREATE INDEX checklist_open ON routines_checklist USING btree (look_at) WHERE (closed_at IS NULL);


CREATE INDEX commitment_by_owner ON commitments_commitment USING btree (owner, due_at, id) WHERE ((state)::text = 'open'::text);


CREATE INDEX commitment_by_subject ON commitments_commitment USING btree (subject, due_at);


CREATE INDEX commitment_next ON commitments_commitment USING btree (next_at) WHERE ((state)::text = 'open'::text);


CREATE INDEX commitment_outcome ON commitments_commitment USING btree (settled_at, kind, state) INCLUDE (due_at) WHERE (((state)::text = ANY (ARRAY[('kept'::character varying)::text, ('late'::character varying)::text, ('missed'::character varying)::text, ('withdrawn'::character varying)::text])) AND (NOT ((owner)::text = ''::text)));


CREATE INDEX commitment_owed ON commitments_commitment USING btree (due_at, id) WHERE ((state)::text = 'open'::text);


CREATE INDEX deploy_by_time ON incidents_deploy USING btree (service_id, at DESC);


CREATE INDEX desk_duplicate_original_id_96e24bf8 ON desk_duplicate USING btree (original_id);


CREATE INDEX desk_furtherpost_question_id_4d4f4665 ON desk_furtherpost USING btree (question_id);


CREATE INDEX desk_pastanswer_past_id_9519810c ON desk_pastanswer USING btree (past_id);


CREATE INDEX desk_pastanswer_question_id_8dfc8535 ON desk_pastanswer USING btree (question_id);


CREATE INDEX desk_question_asker_id_d3287a56 ON desk_question USING btree (asker_id);


CREATE INDEX desk_question_burst_id_ae39e4cd ON desk_question USING btree (burst_id);


CREATE INDEX desk_question_engineer_id_eec1b38c ON desk_question USING btree (engineer_id);


CREATE INDEX desk_question_parted_from_id_4fddc249 ON desk_question USING btree (parted_from_id);


CREATE INDEX desk_ticket_engineer_id_9a50623c ON desk_ticket USING btree (engineer_id);


CREATE INDEX desk_ticket_post_id_1df0146c ON desk_ticket USING btree (post_id);


CREATE INDEX desk_ticketcomment_key_ebb43943_like ON desk_ticketcomment USING btree (key varchar_pattern_ops);


CREATE INDEX desk_ticketcomment_post_id_7e944786 ON desk_ticketcomment USING btree (post_id);


CREATE INDEX desk_ticketcomment_ticket_id_ae25be7e ON desk_ticketcomment USING btree (ticket_id);


CREATE INDEX desk_trackerdelivery_at_235b8f54 ON desk_trackerdelivery USING btree (at);


CREATE INDEX desk_trackerdelivery_key_21d20392_like ON desk_trackerdelivery USING btree (key varchar_pattern_ops);


CREATE INDEX desk_trackerstate_name_2a23a62e_like ON desk_trackerstate USING btree (name varchar_pattern_ops);


CREATE INDEX django_session_expire_date_a5c62663 ON django_session USING btree (expire_date);


CREATE INDEX django_session_session_key_c0390e0f_like ON django_session USING btree (session_key varchar_pattern_ops);


CREATE INDEX document_newest ON desk_searchdocument USING btree (at DESC);


CREATE INDEX document_words ON desk_searchdocument USING gin (vector) WITH (fastupdate=off);


CREATE INDEX entry_by_kind ON journal_entry USING btree (kind, at);


CREATE INDEX entry_by_subject ON journal_entry USING btree (subject, at, id);


CREATE INDEX entry_by_time ON journal_entry USING btree (at, id);


CREATE INDEX handbook_handbookpage_repository_id_f0070c58 ON handbook_handbookpage USING btree (repository_id);


CREATE INDEX handbook_handbookpicture_repository_id_9fb20ee6 ON handbook_handbookpicture USING btree (repository_id);


CREATE INDEX handbook_handbookrepository_name_4d0c9776_like ON handbook_handbookrepository USING btree (name varchar_pattern_ops);


CREATE INDEX handbook_page_any_case ON handbook_handbookpage USING btree (lower((path)::text));


CREATE INDEX handbook_page_folder ON handbook_handbookpage USING btree (repository_id, folder);


CREATE INDEX handbook_page_keys ON handbook_handbookpage USING gin (keys);


CREATE INDEX handbook_page_review ON handbook_handbookpage USING btree (review_by) WHERE (review_by IS NOT NULL);


CREATE INDEX handbook_page_words ON handbook_handbookpage USING gin (vector) WITH (fastupdate=off);


CREATE INDEX handover_by_time ON handovers_handover USING btree (due_at DESC, id DESC);


CREATE INDEX handover_open ON handovers_handover USING btree (due_at) WHERE ((state)::text = ANY (ARRAY[('draft'::character varying)::text, ('given'::character varying)::text]));


CREATE INDEX handovers_handover_accepted_by_id_221fd252 ON handovers_handover USING btree (accepted_by_id);


CREATE INDEX handovers_handover_given_by_id_5dd89a3f ON handovers_handover USING btree (given_by_id);


CREATE INDEX handovers_handoverline_handover_id_2f01ee5b ON handovers_handoverline USING btree (handover_id);


CREATE INDEX idx_procrastinate_jobs_worker_not_null ON procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::procrastinate_job_status));


CREATE INDEX idx_procrastinate_workers_last_heartbeat ON procrastinate_workers USING btree (last_heartbeat);


CREATE INDEX improvement_open ON postmortems_improvement USING btree (due_at) WHERE ((state)::text = 'open'::text);


CREATE UNIQUE INDEX in_it_once ON incidents_participant USING btree (incident_id, engineer_id) WHERE ("left" IS NULL);


CREATE INDEX incident_by_time ON incidents_incident USING btree (declared DESC, id DESC);


CREATE INDEX incident_imported ON incidents_incident USING btree (detected, resolved) WHERE (imported_key IS NOT NULL);


CREATE INDEX incident_open ON incidents_incident USING btree (id DESC) WHERE ((state)::text = 'open'::text);


CREATE INDEX incidents_deploy_service_id_1d1d9246 ON incidents_deploy USING btree (service_id);


CREATE INDEX incidents_gathering_incident_id_4f365640 ON incidents_gathering USING btree (incident_id);


CREATE INDEX incidents_helprequest_engineer_id_4abc8837 ON incidents_helprequest USING btree (engineer_id);


CREATE INDEX incidents_helprequest_incident_id_a00042bd ON incidents_helprequest USING btree (incident_id);


CREATE INDEX incidents_incident_imported_key_fae4b10b_like ON incidents_incident USING btree (imported_key varchar_pattern_ops);


CREATE INDEX incidents_incident_lead_id_2d54270d ON incidents_incident USING btree (lead_id);


CREATE INDEX incidents_incident_merged_into_id_75509a6d ON incidents_incident USING btree (merged_into_id);


CREATE INDEX incidents_incident_services_incident_id_06576227 ON incidents_incident_services USING btree (incident_id);


CREATE INDEX incidents_incident_services_service_id_8cef07e9 ON incidents_incident_services USING btree (service_id);


CREATE INDEX incidents_incident_worker_id_043d2d2c ON incidents_incident USING btree (worker_id);


CREATE INDEX incidents_incidentimportrow_batch_id_a06fb9d9 ON incidents_incidentimportrow USING btree (batch_id);


CREATE INDEX incidents_incidentimportrow_incident_id_ff003fca ON incidents_incidentimportrow USING btree (incident_id);


CREATE INDEX incidents_incidentimportrow_maintenance_id_6905679b ON incidents_incidentimportrow USING btree (maintenance_id);


CREATE INDEX incidents_incidentlink_incident_id_b08d6ece ON incidents_incidentlink USING btree (incident_id);


CREATE INDEX incidents_maintenance_incident_id_de7a3e15 ON incidents_maintenance USING btree (incident_id);


CREATE INDEX incidents_maintenance_service_id_13dab019 ON incidents_maintenance USING btree (service_id);


CREATE INDEX incidents_maintenance_silence_id_b38f8216 ON incidents_maintenance USING btree (silence_id);


CREATE INDEX incidents_moretime_incident_id_f6488333 ON incidents_moretime USING btree (incident_id);


CREATE INDEX incidents_note_incident_id_55e12012 ON incidents_note USING btree (incident_id);


CREATE INDEX incidents_note_pictures_note_id_fc217143 ON incidents_note_pictures USING btree (note_id);


CREATE INDEX incidents_note_pictures_picture_id_e93dd4c6 ON incidents_note_pictures USING btree (picture_id);


CREATE INDEX incidents_note_post_id_ffc46e30 ON incidents_note USING btree (post_id);


CREATE INDEX incidents_participant_engineer_id_9dd12dba ON incidents_participant USING btree (engineer_id);


CREATE INDEX incidents_participant_incident_id_2b63e6ba ON incidents_participant USING btree (incident_id);


CREATE INDEX incidents_quarter_quarter_1a9c73b0_like ON incidents_quarter USING btree (quarter varchar_pattern_ops);


CREATE INDEX incidents_roleterm_engineer_id_c9382ae9 ON incidents_roleterm USING btree (engineer_id);


CREATE INDEX incidents_roleterm_incident_id_6c25c1f7 ON incidents_roleterm USING btree (incident_id);


CREATE INDEX incidents_update_incident_id_5ecafd02 ON incidents_update USING btree (incident_id);


CREATE INDEX journal_reaction_entry_id_8ed085ae ON journal_reaction USING btree (entry_id);


CREATE INDEX length_tally_by_cell ON measures_lengthtally USING btree (series, cell, day);


CREATE INDEX link_by_thing ON incidents_incidentlink USING btree (about);


CREATE INDEX measures_alarms_over ON alarms_alarm USING btree (resolved_at);


CREATE INDEX measures_asked_how ON desk_question USING btree (COALESCE(happiness_asked_at, happiness_at)) WHERE (COALESCE(happiness_asked_at, happiness_at) IS NOT NULL);


CREATE INDEX measures_comments ON desk_question USING btree (COALESCE(happiness_asked_at, happiness_at)) WHERE (happiness_line <> ''::text);


CREATE INDEX measures_first_known ON incidents_incident USING btree (LEAST(declared, detected, fault_occurs)) WHERE ((NOT exercise) AND ((state)::text = ANY (ARRAY[('open'::character varying)::text, ('resolved'::character varying)::text])));


CREATE INDEX measures_first_words ON incidents_update USING btree (incident_id, at);


CREATE INDEX measures_gatherings ON commitments_commitment USING btree (settled_at) WHERE ((kind)::text = 'incident.gathering'::text);


CREATE INDEX measures_incidents_over ON incidents_incident USING btree (COALESCE(resolved, 'infinity'::timestamp with time zone));


CREATE INDEX measures_leads_over ON incidents_roleterm USING btree (ended) WHERE ((role)::text = 'lead'::text);


CREATE INDEX measures_pages_about ON oncall_page USING btree (subject);


CREATE INDEX measures_pages_had ON oncall_page USING btree (COALESCE(settled_at, 'infinity'::timestamp with time zone)) WHERE ((only_id IS NULL) AND (acknowledged_by_id IS NOT NULL));


CREATE INDEX measures_unanswered ON desk_question USING btree (asked_at, id) WHERE ((answered_at IS NULL) AND ((state)::text <> 'withdrawn'::text));


CREATE INDEX measures_unsolved ON desk_question USING btree (asked_at, id) WHERE ((solved_at IS NULL) AND ((state)::text <> 'withdrawn'::text));


CREATE INDEX measures_withdrawn ON desk_question USING btree (asked_at, id) WHERE ((state)::text = 'withdrawn'::text);


CREATE INDEX mirror_owed ON chat_postmirror USING btree (channel_id, urgent DESC, post_id) WHERE owed;


CREATE INDEX mirror_place ON chat_postmirror USING btree (reference) WHERE (NOT ((reference)::text = ''::text));


CREATE INDEX nominee_by_end ON rota_covernomination USING btree ("end");


CREATE INDEX oncall_call_engineer_id_84e2028a ON oncall_call USING btree (engineer_id);


CREATE INDEX oncall_call_page_id_23a6ba9f ON oncall_call USING btree (page_id);


CREATE INDEX oncall_contactmethod_engineer_id_58ca4e2a ON oncall_contactmethod USING btree (engineer_id);


CREATE INDEX oncall_page_acknowledged_by_id_6bc2f52d ON oncall_page USING btree (acknowledged_by_id);


CREATE INDEX oncall_page_aimed_at_id_3685d941 ON oncall_page USING btree (aimed_at_id);


CREATE INDEX oncall_page_called_id_2dd25a6e ON oncall_page USING btree (called_id);


CREATE INDEX oncall_page_only_id_4d1aaf43 ON oncall_page USING btree (only_id);


CREATE INDEX oncall_page_service_id_4755d310 ON oncall_page USING btree (service_id);


CREATE INDEX oncall_pageitem_page_id_27690168 ON oncall_pageitem USING btree (page_id);


CREATE INDEX oncall_pageitem_service_id_2b5a018d ON oncall_pageitem USING btree (service_id);


CREATE UNIQUE INDEX one_account_per_address ON people_account USING btree (lower((email)::text));


CREATE UNIQUE INDEX one_bundle ON oncall_pageitem USING btree (subject) WHERE (settled_at IS NULL);


CREATE UNIQUE INDEX one_firing_alarm ON alarms_alarm USING btree (group_key) WHERE ((state)::text = 'firing'::text);


CREATE UNIQUE INDEX one_in_a_role ON incidents_roleterm USING btree (incident_id, role) WHERE (ended IS NULL);


CREATE UNIQUE INDEX one_maintenance ON incidents_maintenance USING btree (service_id) WHERE (off_at IS NULL);


CREATE UNIQUE INDEX one_open_commitment ON commitments_commitment USING btree (kind, subject) WHERE ((state)::text = 'open'::text);


CREATE UNIQUE INDEX one_open_page ON oncall_page USING btree (subject) WHERE (NOT ((state)::text = 'resolved'::text));


CREATE UNIQUE INDEX one_skill_of_a_name ON people_skill USING btree (engineer_id, lower((name)::text));


CREATE UNIQUE INDEX one_source_at_a_time ON availability_sourceterm USING btree (service_id) WHERE (ended IS NULL);


CREATE UNIQUE INDEX one_subscription_per_address ON status_subscription USING btree (lower((email)::text));


CREATE INDEX outbox_attempt_message_id_0c8082e0 ON outbox_attempt USING btree (message_id);


CREATE INDEX outbox_by_subject ON outbox_message USING btree (subject, queued_at);


CREATE INDEX outbox_message_key_9860c808_like ON outbox_message USING btree (key varchar_pattern_ops);


CREATE INDEX outbox_next ON outbox_message USING btree (urgent, due_at, id) WHERE (due_at IS NOT NULL);


CREATE INDEX override_by_time ON rota_override USING btree (duty, "end");


CREATE INDEX page_by_thread ON oncall_page USING btree (thread_key);


CREATE INDEX page_by_time ON oncall_page USING btree (raised_at);


CREATE INDEX page_open ON oncall_page USING btree (raised_at) WHERE (NOT ((state)::text = 'resolved'::text));


CREATE INDEX past_answer_by_time ON desk_pastanswer USING btree (offered_at) INCLUDE (question_id, helped_at);


CREATE INDEX people_account_email_1314925d_like ON people_account USING btree (email varchar_pattern_ops);


CREATE INDEX people_account_team_id_47fdc67a ON people_account USING btree (team_id);


CREATE INDEX people_engineer_email_16f730e0_like ON people_engineer USING btree (email varchar_pattern_ops);


CREATE INDEX people_engineer_name_d32981f7_like ON people_engineer USING btree (name varchar_pattern_ops);


CREATE INDEX people_identity_account_id_9a07ee93 ON people_identity USING btree (account_id);


CREATE INDEX people_identity_outside_04f4cdfe_like ON people_identity USING btree (outside varchar_pattern_ops);


CREATE INDEX people_invitation_account_id_3739de53 ON people_invitation USING btree (account_id);


CREATE INDEX people_invitation_engineer_id_377ac6d5 ON people_invitation USING btree (engineer_id);


CREATE INDEX people_invitation_token_hash_6c55913f_like ON people_invitation USING btree (token_hash varchar_pattern_ops);


CREATE INDEX people_leadershipcontact_name_fffe2453_like ON people_leadershipcontact USING btree (name varchar_pattern_ops);


CREATE INDEX people_service_name_b3d954b5_like ON people_service USING btree (name varchar_pattern_ops);


CREATE INDEX people_service_slug_c33e0829_like ON people_service USING btree (slug varchar_pattern_ops);


CREATE INDEX people_service_team_id_5310a4c1 ON people_service USING btree (team_id);


CREATE INDEX people_session_account_id_8bd880b0 ON people_session USING btree (account_id);


CREATE INDEX people_session_expire_date_6a5f72cd ON people_session USING btree (expire_date);


CREATE INDEX people_session_session_key_f84fb1a3_like ON people_session USING btree (session_key varchar_pattern_ops);


CREATE INDEX people_skill_engineer_id_bc96e631 ON people_skill USING btree (engineer_id);


CREATE INDEX people_team_name_77e3994f_like ON people_team USING btree (name varchar_pattern_ops);


CREATE INDEX post_by_channel ON chat_post USING btree (channel_id, id DESC) WHERE (thread_id IS NULL);


CREATE INDEX post_changed ON chat_post USING brin (changed_at) WITH (autosummarize='on', pages_per_range='16');


CREATE INDEX postmortems_improvement_owner_id_2e124534 ON postmortems_improvement USING btree (owner_id);


CREATE INDEX postmortems_improvement_postmortem_id_df8e11e9 ON postmortems_improvement USING btree (postmortem_id);


CREATE INDEX postmortems_passage_postmortem_id_7b96caf2 ON postmortems_passage USING btree (postmortem_id);


CREATE INDEX postmortems_passageversion_passage_id_d5afbd9c ON postmortems_passageversion USING btree (passage_id);


CREATE INDEX postmortems_publication_postmortem_id_fc11770a ON postmortems_publication USING btree (postmortem_id);


CREATE INDEX postmortems_publishedpicture_picture_id_892ba232 ON postmortems_publishedpicture USING btree (picture_id);


CREATE INDEX postmortems_publishedpicture_postmortem_id_ee78a850 ON postmortems_publishedpicture USING btree (postmortem_id);


CREATE INDEX postmortems_redaction_postmortem_id_b0a900c3 ON postmortems_redaction USING btree (postmortem_id);


CREATE INDEX postmortems_repositoryfile_key_c9828520_like ON postmortems_repositoryfile USING btree (key varchar_pattern_ops);


CREATE INDEX postmortems_reviewsession_attended_engineer_id_16e46d83 ON postmortems_reviewsession_attended USING btree (engineer_id);


CREATE INDEX postmortems_reviewsession_attended_reviewsession_id_275d7796 ON postmortems_reviewsession_attended USING btree (reviewsession_id);


CREATE INDEX postmortems_reviewsession_invited_engineer_id_2c231054 ON postmortems_reviewsession_invited USING btree (engineer_id);


CREATE INDEX postmortems_reviewsession_invited_reviewsession_id_0a0288a7 ON postmortems_reviewsession_invited USING btree (reviewsession_id);


CREATE INDEX postmortems_signoff_postmortem_id_33699e4c ON postmortems_signoff USING btree (postmortem_id);


CREATE INDEX postmortems_writer_postmortem_id_374a2aae ON postmortems_writer USING btree (postmortem_id);


CREATE INDEX process_approval_version_id_e920b511 ON process_approval USING btree (version_id);


CREATE INDEX procrastinate_events_job_id_fkey_v1 ON procrastinate_events USING btree (job_id);


CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::procrastinate_job_status, 'doing'::procrastinate_job_status]));


CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::procrastinate_job_status);


CREATE INDEX procrastinate_jobs_priority_idx_v1 ON procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::procrastinate_job_status);


CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON procrastinate_jobs USING btree (queue_name);


CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::procrastinate_job_status);


CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON procrastinate_periodic_defers USING btree (job_id);


CREATE INDEX question_asked_how ON desk_question USING btree (asker_id, happiness_asked_at);


CREATE INDEX question_by_time ON desk_question USING btree (asked_at);


CREATE INDEX question_happiness ON desk_question USING btree (happiness_at);


CREATE INDEX question_not_over ON desk_question USING btree (asked_at) WHERE (NOT ((state)::text = ANY (ARRAY[('solved'::character varying)::text, ('withdrawn'::character varying)::text])));


CREATE INDEX reaction_owed ON journal_reaction USING btree (due_at) WHERE (due_at IS NOT NULL);


CREATE INDEX repository_file_not_there ON postmortems_repositoryfile USING btree (at) WHERE ((state)::text = ANY (ARRAY[('owed'::character varying)::text, ('refused'::character varying)::text]));


CREATE INDEX repository_file_pull_open ON postmortems_repositoryfile USING btree (pull_at) WHERE ((pull)::text = 'open'::text);


CREATE INDEX rota_absence_engineer_id_b3a71052 ON rota_absence USING btree (engineer_id);


CREATE INDEX rota_absence_regular_id_d2bff12d ON rota_absence USING btree (regular_id);


CREATE INDEX rota_calendarfeed_engineer_id_d1780e81 ON rota_calendarfeed USING btree (engineer_id);


CREATE INDEX rota_calendarfeed_maker_id_0f0c5cca ON rota_calendarfeed USING btree (maker_id);


CREATE INDEX rota_calendarfeed_token_hash_47473d50_like ON rota_calendarfeed USING btree (token_hash varchar_pattern_ops);


CREATE INDEX rota_covernomination_engineer_id_3acf8994 ON rota_covernomination USING btree (engineer_id);


CREATE INDEX rota_import_that_stands ON rota_rotaimport USING btree (duty, source) WHERE (taken_back_at IS NULL);


CREATE INDEX rota_outlook_duty_eb8319c6_like ON rota_outlook USING btree (duty varchar_pattern_ops);


CREATE INDEX rota_override_add_id_b6089699 ON rota_override USING btree (add_id);


CREATE INDEX rota_override_plan_id_fbd1495b ON rota_override USING btree (plan_id);


CREATE INDEX rota_override_remove_id_a0ea3bae ON rota_override USING btree (remove_id);


CREATE INDEX rota_override_taken_in_id_b5860d1b ON rota_override USING btree (taken_in_id);


CREATE INDEX rota_regularabsence_engineer_id_d5b88dcd ON rota_regularabsence USING btree (engineer_id);


CREATE INDEX rota_shift_engineer_id_7ddf840b ON rota_shift USING btree (engineer_id);


CREATE INDEX rota_shiftcorrection_add_id_e9dd79cd ON rota_shiftcorrection USING btree (add_id);


CREATE INDEX rota_shiftcorrection_remove_id_663ed89a ON rota_shiftcorrection USING btree (remove_id);


CREATE INDEX rota_swap_asked_id_beb17b02 ON rota_swap USING btree (asked_id);


CREATE INDEX rota_swap_offered_by_id_a28fb016 ON rota_swap USING btree (offered_by_id);


CREATE INDEX rota_swap_override_id_53024b23 ON rota_swap USING btree (override_id);


CREATE INDEX rota_swap_taken_by_id_aac7ebc2 ON rota_swap USING btree (taken_by_id);


CREATE INDEX rota_turnnotice_engineer_id_166768da ON rota_turnnotice USING btree (engineer_id);


CREATE INDEX routines_checklistitem_checklist_id_d30e46f6 ON routines_checklistitem USING btree (checklist_id);


CREATE INDEX routines_triage_subject_861d2eb3_like ON routines_triage USING btree (subject varchar_pattern_ops);


CREATE INDEX service_any_case ON people_service USING btree (lower((name)::text));


CREATE INDEX shift_by_engineer ON rota_shift USING btree (engineer_id, "end");


CREATE INDEX shift_by_time ON rota_shift USING btree ("end", start) WHERE (cancelled_at IS NULL);


CREATE INDEX silence_by_end ON alarms_silence USING btree (ends_at DESC, id DESC);


CREATE INDEX silence_kept ON alarms_silence USING btree (ends_at) WHERE (lifted_at IS NULL);


CREATE INDEX status_channelsubscription_channelsubscription_id_8aaa264b ON status_channelsubscription_services USING btree (channelsubscription_id);


CREATE INDEX status_channelsubscription_services_service_id_b3d36c79 ON status_channelsubscription_services USING btree (service_id);


CREATE INDEX status_subscription_services_service_id_f07fb057 ON status_subscription_services USING btree (service_id);


CREATE INDEX status_subscription_services_subscription_id_f1521444 ON status_subscription_services USING btree (subscription_id);


CREATE INDEX ticket_behind ON desk_ticket USING btree (id) WHERE behind;


CREATE UNIQUE INDEX ticket_of_node ON desk_ticket USING btree (node) WHERE (NOT ((node)::text = ''::text));


CREATE INDEX ticket_on_board ON desk_ticket USING btree ("column", id DESC);


CREATE UNIQUE INDEX unique_primary_email ON account_emailaddress USING btree (user_id, "primary") WHERE "primary";


CREATE UNIQUE INDEX unique_verified_email ON account_emailaddress USING btree (email) WHERE verified;


CREATE CONSTRAINT TRIGGER chat_post_found AFTER INSERT OR UPDATE OF message, removed_at ON chat_post DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.only_for_id IS NULL) AND ((new.account_id IS NOT NULL) OR ((new.outside)::text <> ''::text) OR ((new.key)::text ~~ 'person:%'::text)))) EXECUTE FUNCTION desk_document_follow();


CREATE CONSTRAINT TRIGGER chat_post_lost AFTER DELETE ON chat_post DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((old.only_for_id IS NULL) AND ((old.account_id IS NOT NULL) OR ((old.outside)::text <> ''::text) OR ((old.key)::text ~~ 'person:%'::text)))) EXECUTE FUNCTION desk_document_follow();


CREATE CONSTRAINT TRIGGER desk_joined_found AFTER INSERT OR DELETE ON desk_furtherpost DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION desk_document_follow();


CREATE CONSTRAINT TRIGGER desk_question_found AFTER INSERT OR DELETE OR UPDATE OF state, post_id ON desk_question DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION desk_document_follow();


CREATE CONSTRAINT TRIGGER desk_ticket_found AFTER INSERT OR DELETE OR UPDATE OF title, body ON desk_ticket DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION desk_document_follow();


CREATE CONSTRAINT TRIGGER desk_ticketcomment_found AFTER INSERT OR DELETE OR UPDATE OF body, removed_at ON desk_ticketcomment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION desk_document_follow_record();


CREATE CONSTRAINT TRIGGER handovers_handover_found AFTER INSERT OR UPDATE OF state, note ON handovers_handover DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION handovers_document_follow();


CREATE CONSTRAINT TRIGGER handovers_handover_gone AFTER DELETE ON handovers_handover DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION handovers_document_follow();


CREATE CONSTRAINT TRIGGER handovers_line_found AFTER INSERT OR UPDATE OF text, note ON handovers_handoverline DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION handovers_document_follow();


CREATE CONSTRAINT TRIGGER incidents_incident_found AFTER INSERT OR DELETE OR UPDATE OF title, state, declared, detected ON incidents_incident DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION incidents_document_follow();


CREATE CONSTRAINT TRIGGER incidents_update_found AFTER INSERT OR UPDATE OF text ON incidents_update DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION incidents_document_follow();


CREATE TRIGGER journal_append_only BEFORE DELETE OR UPDATE ON journal_entry FOR EACH ROW EXECUTE FUNCTION dutydesk_journal_is_append_only();


CREATE TRIGGER measures_account AFTER UPDATE OF team_id ON people_account FOR EACH ROW WHEN ((old.team_id IS DISTINCT FROM new.team_id)) EXECUTE FUNCTION measures_follow();


CREATE TRIGGER measures_acknowledged AFTER INSERT ON journal_entry FOR EACH ROW WHEN (((new.kind)::text = 'page.acknowledged'::text)) EXECUTE FUNCTION measures_follow_calls();


CREATE TRIGGER measures_affected AFTER INSERT OR DELETE OR UPDATE ON incidents_incident_services FOR EACH ROW EXECUTE FUNCTION measures_follow_windows();


CREATE TRIGGER measures_alarm AFTER INSERT OR DELETE OR UPDATE OF group_key, title, first_at, resolved_at ON alarms_alarm FOR EACH ROW EXECUTE FUNCTION measures_follow_alarms();


CREATE TRIGGER measures_alert AFTER INSERT OR DELETE OR UPDATE OF alarm_id, labels ON alarms_alert FOR EACH ROW EXECUTE FUNCTION measures_follow_alarms();


CREATE TRIGGER measures_call AFTER INSERT OR DELETE OR UPDATE ON oncall_call FOR EACH ROW EXECUTE FUNCTION measures_follow_calls();


CREATE TRIGGER measures_commitment AFTER INSERT OR DELETE OR UPDATE OF kind, owner, due_at, state, settled_at ON commitments_commitment FOR EACH ROW EXECUTE FUNCTION measures_follow();


CREATE TRIGGER measures_entry AFTER INSERT ON journal_entry FOR EACH ROW WHEN (((new.kind)::text = ANY (ARRAY[('question.waiting'::character varying)::text, ('question.resumed'::character varying)::text, ('question.solved'::character varying)::text]))) EXECUTE FUNCTION measures_follow();


CREATE TRIGGER measures_exclusion AFTER INSERT OR DELETE OR UPDATE OF service_id, start, "end", withdrawn_at ON availability_exclusion FOR EACH ROW EXECUTE FUNCTION measures_follow_windows();


CREATE TRIGGER measures_impact AFTER INSERT OR DELETE OR UPDATE OF fault_occurs, detected, declared, repaired, resolved, state, exercise, estimated, user_impact, criteria, priority ON incidents_incident FOR EACH ROW EXECUTE FUNCTION measures_follow_windows();


CREATE TRIGGER measures_incident AFTER INSERT OR DELETE OR UPDATE OF fault_occurs, detected, declared, repaired, resolved, state, exercise, estimated ON incidents_incident FOR EACH ROW EXECUTE FUNCTION measures_follow();


CREATE TRIGGER measures_link AFTER INSERT OR DELETE OR UPDATE ON incidents_incidentlink FOR EACH ROW EXECUTE FUNCTION measures_follow_calls();


CREATE TRIGGER measures_maintenance AFTER INSERT OR DELETE OR UPDATE OF service_id, incident_id, on_at, off_at ON incidents_maintenance FOR EACH ROW EXECUTE FUNCTION measures_follow_windows();


CREATE TRIGGER measures_page AFTER INSERT OR DELETE OR UPDATE OF subject, raised_at, only_id, acknowledged_by_id, acknowledged_at, settled_at ON oncall_page FOR EACH ROW EXECUTE FUNCTION measures_follow_calls();


CREATE TRIGGER measures_question AFTER INSERT OR DELETE OR UPDATE OF asked_at, answered_at, solved_at, state, kind, asker_id, happiness, happiness_at, happiness_asked_at ON desk_question FOR EACH ROW EXECUTE FUNCTION measures_follow();


CREATE TRIGGER measures_run AFTER INSERT OR DELETE OR UPDATE OF term_id, start, "end", up ON availability_run FOR EACH ROW EXECUTE FUNCTION measures_follow_windows();


CREATE TRIGGER measures_shift AFTER INSERT OR DELETE OR UPDATE OF duty, engineer_id, start, "end", turn, cancelled_at ON rota_shift FOR EACH ROW EXECUTE FUNCTION measures_follow_calls();


CREATE TRIGGER measures_term AFTER INSERT OR DELETE OR UPDATE OF incident_id, engineer_id, role, began, ended ON incidents_roleterm FOR EACH ROW EXECUTE FUNCTION measures_follow_calls();


CREATE TRIGGER measures_ticket AFTER INSERT OR DELETE OR UPDATE OF question_id ON desk_ticket FOR EACH ROW EXECUTE FUNCTION measures_follow();


CREATE TRIGGER measures_ticket_post AFTER INSERT OR DELETE OR UPDATE OF post_id ON desk_ticket FOR EACH ROW EXECUTE FUNCTION measures_follow_calls();


CREATE TRIGGER measures_update AFTER INSERT OR DELETE OR UPDATE OF at, incident_id ON incidents_update FOR EACH ROW EXECUTE FUNCTION measures_follow();


CREATE TRIGGER measures_work AFTER INSERT OR DELETE OR UPDATE OF started_at, over_at ON announcements_announcement FOR EACH ROW EXECUTE FUNCTION measures_follow_windows();


CREATE TRIGGER measures_worked_on AFTER INSERT OR DELETE OR UPDATE ON announcements_announcement_services FOR EACH ROW EXECUTE FUNCTION measures_follow_windows();


CREATE CONSTRAINT TRIGGER postmortems_incident_found AFTER UPDATE OF title ON incidents_incident DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION postmortems_document_follow();


CREATE CONSTRAINT TRIGGER postmortems_passage_found AFTER INSERT OR UPDATE OF text ON postmortems_passage DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION postmortems_document_follow();


CREATE CONSTRAINT TRIGGER postmortems_postmortem_found AFTER INSERT OR DELETE ON postmortems_postmortem DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION postmortems_document_follow();


CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::procrastinate_job_status))) EXECUTE FUNCTION procrastinate_notify_queue_abort_job_v1();


CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status)) EXECUTE FUNCTION procrastinate_notify_queue_job_inserted_v1();


CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION procrastinate_trigger_abort_requested_events_procedure_v1();


CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION procrastinate_unlink_periodic_defers_v1();


CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::procrastinate_job_status))) EXECUTE FUNCTION procrastinate_trigger_function_scheduled_events_v1();


CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status)) EXECUTE FUNCTION procrastinate_trigger_function_status_events_insert_v1();


CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION procrastinate_trigger_function_status_events_update_v1();


ALTER TABLE ONLY account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_people_account_id FOREIGN KEY (user_id) REFERENCES people_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY alarms_alarm
    ADD CONSTRAINT alarms_alarm_service_id_f8734e5f_fk_people_service_id FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY alarms_alarm
    ADD CONSTRAINT alarms_alarm_silence_id_76b9565f_fk_alarms_silence_id FOREIGN KEY (silence_id) REFERENCES alarms_silence(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY alarms_alert
    ADD CONSTRAINT alarms_alert_alarm_id_863a4b47_fk_alarms_alarm_id FOREIGN KEY (alarm_id) REFERENCES alarms_alarm(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY alarms_alert
    ADD CONSTRAINT alarms_alert_service_id_f8af0d93_fk_people_service_id FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY alarms_heartbeat
    ADD CONSTRAINT alarms_heartbeat_service_id_e98a3018_fk_people_service_id FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY alarms_silence
    ADD CONSTRAINT alarms_silence_service_id_972b9e70_fk_people_service_id FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY announcements_announcementupdate
    ADD CONSTRAINT announcements_announ_announcement_id_73418e5e_fk_announcem FOREIGN KEY (announcement_id) REFERENCES announcements_announcement(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY announcements_announcement_services
    ADD CONSTRAINT announcements_announ_announcement_id_d5452bc6_fk_announcem FOREIGN KEY (announcement_id) REFERENCES announcements_announcement(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY announcements_announcementseries_services
    ADD CONSTRAINT announcements_announ_announcementseries_i_f7e8e95c_fk_announcem FOREIGN KEY (announcementseries_id) REFERENCES announcements_announcementseries(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY announcements_announcementseries
    ADD CONSTRAINT announcements_announ_follows_id_0a42e7f9_fk_announcem FOREIGN KEY (follows_id) REFERENCES announcements_announcementseries(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY announcements_announcement
    ADD CONSTRAINT announcements_announ_series_id_fc8ede56_fk_announcem FOREIGN KEY (series_id) REFERENCES announcements_announcementseries(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY announcements_announcementseries_services
    ADD CONSTRAINT announcements_announ_service_id_590b9309_fk_people_se FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY announcements_announcement_services
    ADD CONSTRAINT announcements_announ_service_id_e965c8f0_fk_people_se FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY announcements_promisedupdate
    ADD CONSTRAINT announcements_promis_announcement_id_32a5f983_fk_announcem FOREIGN KEY (announcement_id) REFERENCES announcements_announcement(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY announcements_workcalendar
    ADD CONSTRAINT announcements_workca_maker_id_f08896d0_fk_people_ac FOREIGN KEY (maker_id) REFERENCES people_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES auth_permission(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES auth_group(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES django_content_type(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY availability_exclusion
    ADD CONSTRAINT availability_exclusion_service_id_945e8ae8_fk_people_service_id FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY availability_run
    ADD CONSTRAINT availability_run_term_id_dafc0104_fk_availability_sourceterm_id FOREIGN KEY (term_id) REFERENCES availability_sourceterm(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY availability_sourceterm
    ADD CONSTRAINT availability_sourcet_service_id_0dd4f068_fk_people_se FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY chat_channelmapping
    ADD CONSTRAINT chat_channelmapping_channel_id_6f4540e1_fk_chat_channel_id FOREIGN KEY (channel_id) REFERENCES chat_channel(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY chat_earliertext
    ADD CONSTRAINT chat_earliertext_post_id_f4009339_fk_chat_post_id FOREIGN KEY (post_id) REFERENCES chat_post(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY chat_mark
    ADD CONSTRAINT chat_mark_account_id_2f0e0658_fk_people_account_id FOREIGN KEY (account_id) REFERENCES people_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY chat_mark
    ADD CONSTRAINT chat_mark_post_id_58534120_fk_chat_post_id FOREIGN KEY (post_id) REFERENCES chat_post(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY chat_outsidepicture
    ADD CONSTRAINT chat_outsidepicture_post_id_1b20e984_fk_chat_post_id FOREIGN KEY (post_id) REFERENCES chat_post(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY chat_post
    ADD CONSTRAINT chat_post_account_id_62b80ba7_fk_people_account_id FOREIGN KEY (account_id) REFERENCES people_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY chat_post
    ADD CONSTRAINT chat_post_channel_id_32b31f08_fk_chat_channel_id FOREIGN KEY (channel_id) REFERENCES chat_channel(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY chat_post
    ADD CONSTRAINT chat_post_only_for_id_bbc1e2f6_fk_people_account_id FOREIGN KEY (only_for_id) REFERENCES people_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY chat_post_pictures
    ADD CONSTRAINT chat_post_pictures_picture_id_6a671583_fk_pictures_picture_id FOREIGN KEY (picture_id) REFERENCES pictures_picture(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY chat_post_pictures
    ADD CONSTRAINT chat_post_pictures_post_id_b9f5757a_fk_chat_post_id FOREIGN KEY (post_id) REFERENCES chat_post(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY chat_post
    ADD CONSTRAINT chat_post_thread_id_d5d530f8_fk_chat_post_id FOREIGN KEY (thread_id) REFERENCES chat_post(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY chat_postmirror
    ADD CONSTRAINT chat_postmirror_channel_id_ec7af20c_fk_chat_channel_id FOREIGN KEY (channel_id) REFERENCES chat_channel(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY chat_postmirror
    ADD CONSTRAINT chat_postmirror_post_id_fec9d67d_fk_chat_post_id FOREIGN KEY (post_id) REFERENCES chat_post(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_duplicate
    ADD CONSTRAINT desk_duplicate_original_id_96e24bf8_fk_desk_question_id FOREIGN KEY (original_id) REFERENCES desk_question(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_duplicate
    ADD CONSTRAINT desk_duplicate_question_id_43f8dae2_fk_desk_question_id FOREIGN KEY (question_id) REFERENCES desk_question(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_furtherpost
    ADD CONSTRAINT desk_furtherpost_post_id_dc70d5ed_fk_chat_post_id FOREIGN KEY (post_id) REFERENCES chat_post(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_furtherpost
    ADD CONSTRAINT desk_furtherpost_question_id_4d4f4665_fk_desk_question_id FOREIGN KEY (question_id) REFERENCES desk_question(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_pastanswer
    ADD CONSTRAINT desk_pastanswer_past_id_9519810c_fk_desk_question_id FOREIGN KEY (past_id) REFERENCES desk_question(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_pastanswer
    ADD CONSTRAINT desk_pastanswer_question_id_8dfc8535_fk_desk_question_id FOREIGN KEY (question_id) REFERENCES desk_question(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_question
    ADD CONSTRAINT desk_question_asker_id_d3287a56_fk_people_account_id FOREIGN KEY (asker_id) REFERENCES people_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_question
    ADD CONSTRAINT desk_question_burst_id_ae39e4cd_fk_chat_post_id FOREIGN KEY (burst_id) REFERENCES chat_post(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_question
    ADD CONSTRAINT desk_question_engineer_id_eec1b38c_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_question
    ADD CONSTRAINT desk_question_parted_from_id_4fddc249_fk_desk_question_id FOREIGN KEY (parted_from_id) REFERENCES desk_question(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_question
    ADD CONSTRAINT desk_question_post_id_4a3a4361_fk_chat_post_id FOREIGN KEY (post_id) REFERENCES chat_post(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_ticket
    ADD CONSTRAINT desk_ticket_engineer_id_9a50623c_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_ticket
    ADD CONSTRAINT desk_ticket_post_id_1df0146c_fk_chat_post_id FOREIGN KEY (post_id) REFERENCES chat_post(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_ticket
    ADD CONSTRAINT desk_ticket_question_id_ab3e2504_fk_desk_question_id FOREIGN KEY (question_id) REFERENCES desk_question(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_ticketcomment
    ADD CONSTRAINT desk_ticketcomment_post_id_7e944786_fk_chat_post_id FOREIGN KEY (post_id) REFERENCES chat_post(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY desk_ticketcomment
    ADD CONSTRAINT desk_ticketcomment_ticket_id_ae25be7e_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY handbook_handbookpage
    ADD CONSTRAINT handbook_handbookpag_repository_id_f0070c58_fk_handbook_ FOREIGN KEY (repository_id) REFERENCES handbook_handbookrepository(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY handbook_handbookpicture
    ADD CONSTRAINT handbook_handbookpic_repository_id_9fb20ee6_fk_handbook_ FOREIGN KEY (repository_id) REFERENCES handbook_handbookrepository(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY handovers_handover
    ADD CONSTRAINT handovers_handover_accepted_by_id_221fd252_fk_people_en FOREIGN KEY (accepted_by_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY handovers_handover
    ADD CONSTRAINT handovers_handover_given_by_id_5dd89a3f_fk_people_engineer_id FOREIGN KEY (given_by_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY handovers_handoverline
    ADD CONSTRAINT handovers_handoverli_handover_id_2f01ee5b_fk_handovers FOREIGN KEY (handover_id) REFERENCES handovers_handover(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_deploy
    ADD CONSTRAINT incidents_deploy_service_id_1d1d9246_fk_people_service_id FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_gathering
    ADD CONSTRAINT incidents_gathering_incident_id_4f365640_fk_incidents FOREIGN KEY (incident_id) REFERENCES incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_helprequest
    ADD CONSTRAINT incidents_helpreques_engineer_id_4abc8837_fk_people_en FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_helprequest
    ADD CONSTRAINT incidents_helpreques_incident_id_a00042bd_fk_incidents FOREIGN KEY (incident_id) REFERENCES incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_incident
    ADD CONSTRAINT incidents_incident_lead_id_2d54270d_fk_people_engineer_id FOREIGN KEY (lead_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_incident
    ADD CONSTRAINT incidents_incident_merged_into_id_75509a6d_fk_incidents FOREIGN KEY (merged_into_id) REFERENCES incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_incident_services
    ADD CONSTRAINT incidents_incident_s_incident_id_06576227_fk_incidents FOREIGN KEY (incident_id) REFERENCES incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_incident_services
    ADD CONSTRAINT incidents_incident_s_service_id_8cef07e9_fk_people_se FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_incident
    ADD CONSTRAINT incidents_incident_worker_id_043d2d2c_fk_people_engineer_id FOREIGN KEY (worker_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_incidentimportrow
    ADD CONSTRAINT incidents_incidentim_batch_id_a06fb9d9_fk_incidents FOREIGN KEY (batch_id) REFERENCES incidents_incidentimport(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_incidentimportrow
    ADD CONSTRAINT incidents_incidentim_incident_id_ff003fca_fk_incidents FOREIGN KEY (incident_id) REFERENCES incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_incidentimportrow
    ADD CONSTRAINT incidents_incidentim_maintenance_id_6905679b_fk_incidents FOREIGN KEY (maintenance_id) REFERENCES incidents_maintenance(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_incidentlink
    ADD CONSTRAINT incidents_incidentli_incident_id_b08d6ece_fk_incidents FOREIGN KEY (incident_id) REFERENCES incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_maintenance
    ADD CONSTRAINT incidents_maintenanc_incident_id_de7a3e15_fk_incidents FOREIGN KEY (incident_id) REFERENCES incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_maintenance
    ADD CONSTRAINT incidents_maintenance_service_id_13dab019_fk_people_service_id FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_maintenance
    ADD CONSTRAINT incidents_maintenance_silence_id_b38f8216_fk_alarms_silence_id FOREIGN KEY (silence_id) REFERENCES alarms_silence(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_moretime
    ADD CONSTRAINT incidents_moretime_incident_id_f6488333_fk_incidents FOREIGN KEY (incident_id) REFERENCES incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_note
    ADD CONSTRAINT incidents_note_incident_id_55e12012_fk_incidents_incident_id FOREIGN KEY (incident_id) REFERENCES incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_note_pictures
    ADD CONSTRAINT incidents_note_pictu_picture_id_e93dd4c6_fk_pictures_ FOREIGN KEY (picture_id) REFERENCES pictures_picture(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_note_pictures
    ADD CONSTRAINT incidents_note_pictures_note_id_fc217143_fk_incidents_note_id FOREIGN KEY (note_id) REFERENCES incidents_note(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_note
    ADD CONSTRAINT incidents_note_post_id_ffc46e30_fk_chat_post_id FOREIGN KEY (post_id) REFERENCES chat_post(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_participant
    ADD CONSTRAINT incidents_participan_engineer_id_9dd12dba_fk_people_en FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_participant
    ADD CONSTRAINT incidents_participan_incident_id_2b63e6ba_fk_incidents FOREIGN KEY (incident_id) REFERENCES incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_roleterm
    ADD CONSTRAINT incidents_roleterm_engineer_id_c9382ae9_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_roleterm
    ADD CONSTRAINT incidents_roleterm_incident_id_6c25c1f7_fk_incidents FOREIGN KEY (incident_id) REFERENCES incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY incidents_update
    ADD CONSTRAINT incidents_update_incident_id_5ecafd02_fk_incidents_incident_id FOREIGN KEY (incident_id) REFERENCES incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY journal_reaction
    ADD CONSTRAINT journal_reaction_entry_id_8ed085ae_fk_journal_entry_id FOREIGN KEY (entry_id) REFERENCES journal_entry(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY oncall_call
    ADD CONSTRAINT oncall_call_engineer_id_84e2028a_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY oncall_call
    ADD CONSTRAINT oncall_call_page_id_23a6ba9f_fk_oncall_page_id FOREIGN KEY (page_id) REFERENCES oncall_page(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY oncall_contactmethod
    ADD CONSTRAINT oncall_contactmethod_engineer_id_58ca4e2a_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY oncall_page
    ADD CONSTRAINT oncall_page_acknowledged_by_id_6bc2f52d_fk_people_engineer_id FOREIGN KEY (acknowledged_by_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY oncall_page
    ADD CONSTRAINT oncall_page_aimed_at_id_3685d941_fk_people_engineer_id FOREIGN KEY (aimed_at_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY oncall_page
    ADD CONSTRAINT oncall_page_called_id_2dd25a6e_fk_people_engineer_id FOREIGN KEY (called_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY oncall_page
    ADD CONSTRAINT oncall_page_only_id_4d1aaf43_fk_people_engineer_id FOREIGN KEY (only_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY oncall_page
    ADD CONSTRAINT oncall_page_service_id_4755d310_fk_people_service_id FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY oncall_pageitem
    ADD CONSTRAINT oncall_pageitem_page_id_27690168_fk_oncall_page_id FOREIGN KEY (page_id) REFERENCES oncall_page(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY oncall_pageitem
    ADD CONSTRAINT oncall_pageitem_service_id_2b5a018d_fk_people_service_id FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY outbox_attempt
    ADD CONSTRAINT outbox_attempt_message_id_0c8082e0_fk_outbox_message_id FOREIGN KEY (message_id) REFERENCES outbox_message(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY people_account
    ADD CONSTRAINT people_account_team_id_47fdc67a_fk_people_team_id FOREIGN KEY (team_id) REFERENCES people_team(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY people_engineer
    ADD CONSTRAINT people_engineer_account_id_5d1cf0f5_fk_people_account_id FOREIGN KEY (account_id) REFERENCES people_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY people_identity
    ADD CONSTRAINT people_identity_account_id_9a07ee93_fk_people_account_id FOREIGN KEY (account_id) REFERENCES people_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY people_invitation
    ADD CONSTRAINT people_invitation_account_id_3739de53_fk_people_account_id FOREIGN KEY (account_id) REFERENCES people_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY people_invitation
    ADD CONSTRAINT people_invitation_engineer_id_377ac6d5_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY people_service
    ADD CONSTRAINT people_service_team_id_5310a4c1_fk_people_team_id FOREIGN KEY (team_id) REFERENCES people_team(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY people_session
    ADD CONSTRAINT people_session_account_id_8bd880b0_fk_people_account_id FOREIGN KEY (account_id) REFERENCES people_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY people_skill
    ADD CONSTRAINT people_skill_engineer_id_bc96e631_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY pictures_picturedata
    ADD CONSTRAINT pictures_picturedata_picture_id_e3fcedca_fk_pictures_picture_id FOREIGN KEY (picture_id) REFERENCES pictures_picture(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_improvement
    ADD CONSTRAINT postmortems_improvem_page_ticket_id_99b4de1b_fk_desk_tick FOREIGN KEY (page_ticket_id) REFERENCES desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_improvement
    ADD CONSTRAINT postmortems_improvem_postmortem_id_df8e11e9_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_improvement
    ADD CONSTRAINT postmortems_improvement_owner_id_2e124534_fk_people_engineer_id FOREIGN KEY (owner_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_improvement
    ADD CONSTRAINT postmortems_improvement_ticket_id_4dd4dc03_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_passage
    ADD CONSTRAINT postmortems_passage_postmortem_id_7b96caf2_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_passageversion
    ADD CONSTRAINT postmortems_passagev_passage_id_d5afbd9c_fk_postmorte FOREIGN KEY (passage_id) REFERENCES postmortems_passage(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_postmortem
    ADD CONSTRAINT postmortems_postmort_incident_id_4f022498_fk_incidents FOREIGN KEY (incident_id) REFERENCES incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_publication
    ADD CONSTRAINT postmortems_publicat_postmortem_id_fc11770a_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_publishedpicture
    ADD CONSTRAINT postmortems_publishe_picture_id_892ba232_fk_pictures_ FOREIGN KEY (picture_id) REFERENCES pictures_picture(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_publishedpicture
    ADD CONSTRAINT postmortems_publishe_postmortem_id_ee78a850_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_redaction
    ADD CONSTRAINT postmortems_redactio_postmortem_id_b0a900c3_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_repositoryfile
    ADD CONSTRAINT postmortems_reposito_postmortem_id_2ffcd318_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_reviewsession_attended
    ADD CONSTRAINT postmortems_reviewse_engineer_id_16e46d83_fk_people_en FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_reviewsession_invited
    ADD CONSTRAINT postmortems_reviewse_engineer_id_2c231054_fk_people_en FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_reviewsession
    ADD CONSTRAINT postmortems_reviewse_postmortem_id_a8676266_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_reviewsession_invited
    ADD CONSTRAINT postmortems_reviewse_reviewsession_id_0a0288a7_fk_postmorte FOREIGN KEY (reviewsession_id) REFERENCES postmortems_reviewsession(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_reviewsession_attended
    ADD CONSTRAINT postmortems_reviewse_reviewsession_id_275d7796_fk_postmorte FOREIGN KEY (reviewsession_id) REFERENCES postmortems_reviewsession(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_signoff
    ADD CONSTRAINT postmortems_signoff_postmortem_id_33699e4c_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY postmortems_writer
    ADD CONSTRAINT postmortems_writer_postmortem_id_374a2aae_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY process_approval
    ADD CONSTRAINT process_approval_version_id_e920b511_fk_process_p FOREIGN KEY (version_id) REFERENCES process_processversion(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES procrastinate_jobs(id) ON DELETE CASCADE;


ALTER TABLE ONLY procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES procrastinate_workers(id) ON DELETE SET NULL;


ALTER TABLE ONLY procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES procrastinate_jobs(id);


ALTER TABLE ONLY rota_absence
    ADD CONSTRAINT rota_absence_engineer_id_b3a71052_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_absence
    ADD CONSTRAINT rota_absence_regular_id_d2bff12d_fk_rota_regularabsence_id FOREIGN KEY (regular_id) REFERENCES rota_regularabsence(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_calendarfeed
    ADD CONSTRAINT rota_calendarfeed_engineer_id_d1780e81_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_calendarfeed
    ADD CONSTRAINT rota_calendarfeed_maker_id_0f0c5cca_fk_people_account_id FOREIGN KEY (maker_id) REFERENCES people_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_covernomination
    ADD CONSTRAINT rota_covernomination_engineer_id_3acf8994_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_experiencemark
    ADD CONSTRAINT rota_experiencemark_engineer_id_6dbda6f1_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_override
    ADD CONSTRAINT rota_override_add_id_b6089699_fk_people_engineer_id FOREIGN KEY (add_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_override
    ADD CONSTRAINT rota_override_plan_id_fbd1495b_fk_rota_oncallplan_id FOREIGN KEY (plan_id) REFERENCES rota_oncallplan(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_override
    ADD CONSTRAINT rota_override_remove_id_a0ea3bae_fk_people_engineer_id FOREIGN KEY (remove_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_override
    ADD CONSTRAINT rota_override_taken_in_id_b5860d1b_fk_rota_rotaimport_id FOREIGN KEY (taken_in_id) REFERENCES rota_rotaimport(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_regularabsence
    ADD CONSTRAINT rota_regularabsence_engineer_id_d5b88dcd_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_shift
    ADD CONSTRAINT rota_shift_engineer_id_7ddf840b_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_shiftcorrection
    ADD CONSTRAINT rota_shiftcorrection_add_id_e9dd79cd_fk_people_engineer_id FOREIGN KEY (add_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_shiftcorrection
    ADD CONSTRAINT rota_shiftcorrection_remove_id_663ed89a_fk_people_engineer_id FOREIGN KEY (remove_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_swap
    ADD CONSTRAINT rota_swap_asked_id_beb17b02_fk_people_engineer_id FOREIGN KEY (asked_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_swap
    ADD CONSTRAINT rota_swap_offered_by_id_a28fb016_fk_people_engineer_id FOREIGN KEY (offered_by_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_swap
    ADD CONSTRAINT rota_swap_override_id_53024b23_fk_rota_override_id FOREIGN KEY (override_id) REFERENCES rota_override(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_swap
    ADD CONSTRAINT rota_swap_taken_by_id_aac7ebc2_fk_people_engineer_id FOREIGN KEY (taken_by_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY rota_turnnotice
    ADD CONSTRAINT rota_turnnotice_engineer_id_166768da_fk_people_engineer_id FOREIGN KEY (engineer_id) REFERENCES people_engineer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY routines_checklistitem
    ADD CONSTRAINT routines_checklistit_checklist_id_d30e46f6_fk_routines_ FOREIGN KEY (checklist_id) REFERENCES routines_checklist(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY status_channelsubscription
    ADD CONSTRAINT status_channelsubscr_channel_id_902c61a5_fk_chat_chan FOREIGN KEY (channel_id) REFERENCES chat_channel(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY status_channelsubscription_services
    ADD CONSTRAINT status_channelsubscr_channelsubscription__8aaa264b_fk_status_ch FOREIGN KEY (channelsubscription_id) REFERENCES status_channelsubscription(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY status_channelsubscription_services
    ADD CONSTRAINT status_channelsubscr_service_id_b3d36c79_fk_people_se FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY status_subscription_services
    ADD CONSTRAINT status_subscription__service_id_f07fb057_fk_people_se FOREIGN KEY (service_id) REFERENCES people_service(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY status_subscription_services
    ADD CONSTRAINT status_subscription__subscription_id_f1521444_fk_status_su FOREIGN KEY (subscription_id) REFERENCES status_subscription(id) DEFERRABLE INITIALLY DEFERRED;



