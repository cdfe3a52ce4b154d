"""Reference semantics of the dqnn ops in numpy."""
