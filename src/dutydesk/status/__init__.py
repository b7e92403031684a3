"""The status page: what users see of the services, and nothing internal."""
