"""What is written about an entry goes by a name that stays, and no more by the entry's words.

So it is not lost where these change: a time is estimated or is not any more, a service is renamed.
"""

from django.db import migrations

_NAMED = "left(encode(sha256(convert_to({words}, 'UTF8')), 'hex'), 12)"
_MOMENT = """to_char(timestamp 'epoch' + (d.at - timestamptz 'epoch'), 'YYYY-MM-DD HH24:MI:SS')
  || CASE WHEN date_trunc('second', d.at) = d.at THEN '' ELSE to_char(d.at, '.US') END || '+00:00'"""
_DEPLOYED = f"""{_MOMENT} || ' ' || s.name || ' ' || d.version || ' was deployed'
  || CASE WHEN d.by = '' THEN '' ELSE ' by ' || d.by END"""
_TIME = """m.said || e.guess
  || CASE WHEN i.id = r.incident_id THEN '' ELSE ': ' || i.title END"""
# Where several would have a name, what was written about the entry as it is now has it.
_RENAME = """
WITH named AS ({named}), chosen AS (
  SELECT DISTINCT ON (p.postmortem_id, word, name) p.id, word || '.' || name AS key
  FROM postmortems_passage p JOIN named n USING (postmortem_id)
  CROSS JOIN (VALUES ('note'), ('factor')) AS words (word)
  WHERE p.key = word || '.' || old AND NOT EXISTS (
    SELECT FROM postmortems_passage q
    WHERE q.postmortem_id = p.postmortem_id AND q.key = word || '.' || name
  ) ORDER BY p.postmortem_id, word, name, present DESC, p.id
)
UPDATE postmortems_passage p SET key = chosen.key FROM chosen WHERE chosen.id = p.id
"""
TIMES = _RENAME.format(
    named=f"""
  SELECT DISTINCT ON (r.id, old) r.id AS postmortem_id, m.mark || '-' || i.id AS name,
    m.mark || '-' || {_NAMED.format(words=_TIME)} AS old, (e.guess <> '') = i.estimated AS present
  FROM postmortems_postmortem r
  JOIN incidents_incident i ON i.id = r.incident_id OR i.merged_into_id = r.incident_id
  CROSS JOIN (VALUES ('began', 'It began'), ('repaired', 'Users had it back')) AS m (mark, said)
  CROSS JOIN (VALUES (''), (', as estimated')) AS e (guess) ORDER BY r.id, old, i.id"""
)
DEPLOYS = _RENAME.format(
    named=f"""
  SELECT DISTINCT ON (r.id, old) r.id AS postmortem_id, 'deploy-' || d.id AS name,
    'deploy-' || {_NAMED.format(words=_DEPLOYED)} AS old, true AS present
  FROM postmortems_postmortem r CROSS JOIN incidents_deploy d
  JOIN people_service s ON s.id = d.service_id
  WHERE EXISTS (SELECT FROM postmortems_passage p WHERE p.postmortem_id = r.id
    AND (p.key LIKE 'note.deploy-%' OR p.key LIKE 'factor.deploy-%')) ORDER BY r.id, old, d.id"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("postmortems", "0011_pull_requests"),
        ("incidents", "0012_parts_of_mistakes"),
        ("people", "0005_services_in_any_letters"),
    ]

    operations = [migrations.RunSQL([TIMES, DEPLOYS], migrations.RunSQL.noop)]
