"""The tracking server of runyard."""
