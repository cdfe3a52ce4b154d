"""Helpers that tests share; importable as `support` (see `pythonpath` in pyproject's pytest options)."""
