"""E-mail through Apprise."""
