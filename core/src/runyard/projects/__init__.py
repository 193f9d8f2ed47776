"""Projects: code that can be run again, and the backends that run it."""
