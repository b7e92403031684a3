"""GitHub, by githubkit."""
