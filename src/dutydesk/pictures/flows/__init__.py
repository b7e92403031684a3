"""One verb each, in one transaction."""
