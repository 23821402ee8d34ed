"""Documents in, a published index out. Knows nothing of HTTP."""
