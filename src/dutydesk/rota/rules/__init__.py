"""Rotas with pen and paper: turns, windows, composition, cover, pairing, shares, plans."""
