"""Artifacts through the server: what is stored and fetched, byte by byte or in parts."""

from __future__ import annotations
