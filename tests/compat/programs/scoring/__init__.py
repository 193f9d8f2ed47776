"""Requests to model servers, right and wrong."""
