"""Memory planning: live ranges of buffers, and where each buffer lies."""
