"""Measures finding among 100,000 threads. Run alone: `.venv/bin/python bench/finding.py`.

Makes its own database in a folder of its own, and prints what it finds.
"""

import atexit
import json
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
THREADS, ANSWERS, TIMES = 100_000, 3, 60
WORDS = 20_000
COMMON = [
    "namespace", "cluster", "pod", "deploy", "error", "help", "access", "github", "user", "add",
    "remove", "certificate", "ingress", "dns", "prometheus", "pipeline", "build", "quota", "secret",
    "terraform", "module", "environment", "live", "test",
]  # fmt: skip


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def text(chance: random.Random, vocabulary: list[str], share: list[float], count: int) -> str:
    return " ".join(chance.choices(vocabulary, cum_weights=share, k=count))


def fill(chance: random.Random) -> list[str]:
    """Make threads whose words are as uneven as people's (Zipf's law)."""
    from django.db import connection

    from dutydesk.kernel.messages import Message

    letters = "bcdfghklmnprstvz"
    names = {
        "".join(
            chance.choice(letters) + chance.choice("aeiou") for _ in range(chance.randint(2, 5))
        )
        for _ in range(WORDS)
    }
    vocabulary = COMMON + sorted(names)
    share, total = [], 0.0
    for rank in range(1, len(vocabulary) + 1):
        total += 1 / rank
        share.append(total)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO chat_channel (name) VALUES ('#ask') RETURNING id")
        (channel,) = cursor.fetchone()
        copy = "COPY chat_post (id, key, channel_id, thread_id, author, message, at, outside,"
        copy += " reply_count) FROM STDIN"
        for table in ("chat_post", "desk_question"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        number, roots = 0, []
        with cursor.copy(copy) as rows:
            for _ in range(THREADS):
                number += 1
                root = number
                roots.append(root)
                for post in range(ANSWERS + 1):
                    number += post > 0
                    said = text(chance, vocabulary, share, chance.randint(8, 40))
                    at = "2024-01-01T00:00:00Z"
                    rows.write_row(
                        (
                            number,
                            f"person:{number}",
                            channel,
                            root if post else None,
                            "A",
                            json.dumps(Message(said).as_json()),
                            at,
                            "slack:T:U",
                            0,
                        )
                    )
        cursor.execute(
            "INSERT INTO desk_question (post_id, asked_at, state, who, solved_by, kind, outcome,"
            " happiness_line, answered_at) SELECT id, '2024-01-01'::timestamptz + id * interval"
            " '1 minute', 'solved', '', '', '', '', '', now() FROM chat_post"
            " WHERE thread_id IS NULL"
        )
        for table in ("chat_post", "desk_question"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("ANALYZE")
        keep = "SELECT desk_document_question(id) FROM desk_question WHERE id <= %s AND id > %s"
        cursor.execute(keep, [2000, 0])
        cursor.execute("ANALYZE desk_searchdocument")  # Or the plans stay those of an empty table.
        began = time.perf_counter()
        cursor.execute(keep, [THREADS, 2000])
        each = (time.perf_counter() - began) / THREADS
        say(f"keeping a document: {each * 1000:.2f} ms each")
        cursor.execute("VACUUM ANALYZE")
    return vocabulary


def explain(words: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT kind, number, at, vector FROM desk_searchdocument"
            " WHERE vector @@ desk_query(%s) ORDER BY at DESC LIMIT 1000",
            [words],
        )
        say(f"  {words}:")
        for (line,) in cursor.fetchall():
            say("    " + line[:110])


def report(name: str, taken: list[float], found: int) -> None:
    ordered = sorted(taken)
    p50, p95 = (ordered[len(ordered) * part // 100] * 1000 for part in (50, 95))
    say(
        f"{name:42} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  most {ordered[-1] * 1000:6.1f} ms"
        f"  {found / len(taken):.0f} found"
    )


def main() -> None:
    os.environ["DUTYDESK_HOME"] = home = tempfile.mkdtemp(prefix="dutydesk-bench-")
    atexit.register(shutil.rmtree, home)
    from testing.postgresql import start

    os.environ["DATABASE_URL"], _ = start()
    os.environ["DJANGO_SETTINGS_MODULE"] = "dutydesk.site.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from dutydesk.desk.flows.search import Among, alike, find

    call_command("migrate", verbosity=0)
    chance = random.Random(1)
    vocabulary = fill(chance)
    rare = vocabulary[2000:]
    middle = vocabulary[100:2000]
    cases = {
        "one rare word": lambda: chance.choice(rare),
        "one word of the middle": lambda: chance.choice(middle),
        "one common word": lambda: chance.choice(COMMON),
        "two common words": lambda: " ".join(chance.sample(COMMON, 2)),
        "six common words": lambda: " ".join(chance.sample(COMMON, 6)),
        "a common and a rare word": lambda: f"{chance.choice(COMMON)} {chance.choice(rare)}",
        "a common word without another": lambda: "{} -{}".format(*chance.sample(COMMON, 2)),
        "a phrase of common words": lambda: '"{} {}"'.format(*chance.sample(COMMON, 2)),
        "a whole question (12 words)": lambda: " ".join(
            [*chance.sample(COMMON, 4), *chance.sample(middle, 5), *chance.sample(rare, 3)]
        ),
        "nothing": lambda: "qqqq xxxx",
    }
    every: list[float] = []
    for name, make in cases.items():
        taken, found = [], 0
        for _ in range(TIMES):
            words = make()
            began = time.perf_counter()
            found += len(find(words=words).found)
            taken.append(time.perf_counter() - began)
        report(name, taken, found)
        every += taken
    report("all of these", every, 0)
    taken, found = [], 0
    for _ in range(TIMES):
        words = cases["one common word"]()
        began = time.perf_counter()
        found += len(find(words=words, among=Among(kind="question", solved=True)).found)
        taken.append(time.perf_counter() - began)
    report("one common word, filtered", taken, found)
    taken, found = [], 0
    for _ in range(TIMES):
        words = cases["a whole question (12 words)"]()
        began = time.perf_counter()
        found += len(alike(words=words, among=Among(kind="question"))[1])
        taken.append(time.perf_counter() - began)
    report("past answers to a question", taken, found)
    for make in ("one rare word", "one common word", "a common and a rare word"):
        explain(cases[make]())


if __name__ == "__main__":
    main()
