"""The page that a server shows."""
