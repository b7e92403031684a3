"""How we are doing, on the web."""
