"""Channels, threads and posts: the built-in chat, and what any other is mirrored into."""
