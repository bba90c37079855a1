"""The processes: web, worker, the ones of make run, and the embedded PostgreSQL."""
