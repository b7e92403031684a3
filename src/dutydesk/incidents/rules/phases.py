"""How far an incident is, in the words that status pages everywhere use."""

INVESTIGATING, IDENTIFIED, MONITORING = PHASES = ("investigating", "identified", "monitoring")
"""From its first word to its last but one; what comes then is that it is resolved."""
RESOLVED = "resolved"
OPTIONS = (
    ("", "As before"),
    (INVESTIGATING, "Investigating: what it is isn't known yet"),
    (IDENTIFIED, "Identified: the cause is known, and is worked on"),
    (MONITORING, "Monitoring: it is mended, and we watch whether it stays so"),
)
"""What whoever writes an update chooses from."""
