"""Webhooks about maintenance, signed as Standard Webhooks asks."""
