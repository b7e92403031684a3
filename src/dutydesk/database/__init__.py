"""PostgreSQL as every room uses it: rows in bulk, pipelines, locks, connections."""
