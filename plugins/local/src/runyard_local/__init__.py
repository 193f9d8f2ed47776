"""Projects run on this machine."""
