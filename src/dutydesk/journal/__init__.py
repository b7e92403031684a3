"""What happened: append-only, and the timelines that are read from it."""
