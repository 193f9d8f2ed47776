"""What the servers of runyard have in common: processes, connections, limits, logs and metrics."""
