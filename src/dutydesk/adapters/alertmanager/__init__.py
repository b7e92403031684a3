"""Silences in Prometheus Alertmanager."""
