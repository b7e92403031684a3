"""Reading the record for the status page."""
