"""Prints kernel calls as C."""
