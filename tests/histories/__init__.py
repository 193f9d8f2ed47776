"""Random histories of calls, made to several stores that must give the same answers."""
