"""The compiler driver: analyze, generate, validate."""
