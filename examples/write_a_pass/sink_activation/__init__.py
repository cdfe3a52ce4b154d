"""A pass for dqnnc, in a package of its own."""
