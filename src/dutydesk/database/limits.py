"""The server's limits of time, lifted for what takes hours: backups, restores, upgrades, imports.

A server, a database or a role may end what takes long, or what waits within a transaction, which
is right while somebody waits for an answer. Source:
https://www.postgresql.org/docs/18/runtime-config-client.html
"""

_OF_TIME = """FROM pg_settings WHERE name IN ('statement_timeout', 'transaction_timeout',
    'idle_in_transaction_session_timeout', 'idle_session_timeout')"""
LIFT = f"SELECT set_config(name, '0', false) {_OF_TIME}"
"""Lets a session take as long as it takes: those limits that the server's version knows."""
PUT_BACK = f"SELECT set_config(name, reset_val, false) {_OF_TIME}"
"""Lets them be what they were when the session began."""
