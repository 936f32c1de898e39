"""The job queue and the supervision of worker processes."""
