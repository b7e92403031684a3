"""The status page for programs, and in short."""
