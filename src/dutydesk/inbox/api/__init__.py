"""Keeping what comes in while a sender waits for its answer."""
