"""Arm Cortex-M: its dialect, its kernel table and its lowering."""
