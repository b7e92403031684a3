"""Where monitoring systems post."""
