"""Reading the published documents: one module per layout, all of them yielding the same rows."""
