"""The commands of incidents."""
