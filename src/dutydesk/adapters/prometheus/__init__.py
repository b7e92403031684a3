"""Prometheus, asked how services were."""
