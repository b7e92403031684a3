"""Questions, their tickets, and how happy the askers were."""
