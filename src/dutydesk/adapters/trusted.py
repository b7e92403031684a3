"""Whom the desk trusts where it asks over HTTPS: the authorities that certifi lists.

Source: https://www.python-httpx.org/advanced/ssl/
"""

import ssl
from functools import cache

import httpx


@cache
def authorities() -> ssl.SSLContext:
    """Give them, read once: that takes longer than many a question. No variable adds to them."""
    return httpx.create_ssl_context(trust_env=False)
