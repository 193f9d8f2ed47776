"""Automatic logging: the contract and the engine."""
