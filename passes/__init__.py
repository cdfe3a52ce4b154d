"""Rewrites from network operators to kernel calls, one pass a file."""
