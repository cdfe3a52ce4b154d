"""C kernels that generated networks link."""
