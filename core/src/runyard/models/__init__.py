"""Models: the format, signatures, environments and flavors."""
