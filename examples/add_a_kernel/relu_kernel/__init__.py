"""A kernel for dqnnc, in a package of its own."""
