"""Cores that networks are compiled for, the C printer, and the C runtime."""
