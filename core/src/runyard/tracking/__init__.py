"""Tracking: the store contract, the client and the fluent functions."""
