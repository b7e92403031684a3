"""Pages, and how people are reached, on the web."""
