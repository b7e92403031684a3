"""The verbs of routines, each in one transaction."""
