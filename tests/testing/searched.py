"""Looking through the whole database for words that nobody is to find there any more."""

from django.db import connection

_TABLES = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name
"""


def rows_with(words: str) -> list[str]:
    """Give every row of every table that has the words in any column, as one text each."""
    found: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT row_::text FROM "{table}" AS row_ WHERE row_::text ILIKE %s ORDER BY 1',
                [f"%{words}%"],
            )
            found += [f"{table}: {text}" for (text,) in cursor.fetchall()]
    return found
