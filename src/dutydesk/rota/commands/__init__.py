"""Rotas from a terminal."""
