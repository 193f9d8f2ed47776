"""The model registry: contract, requests and client."""
