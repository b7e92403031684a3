"""A backup: one file with all that a desk knows, from which the same desk is made again.

It is a ZIP file of the database, as pg_dump writes it, of the process file and the desk's secrets,
and of a manifest that says what is in it. So anybody can look into it without the desk.
Source: https://www.postgresql.org/docs/18/app-pgdump.html.
"""
