"""Serving a model with MLServer, which has the V2 inference protocol over HTTP and gRPC."""
