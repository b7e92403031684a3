"""The status page as it is asked for: pages, feeds, badges, and documents for programs."""
