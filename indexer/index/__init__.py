"""The index on disk: its schema, its ranking snapshot, its stamp, and how a generation is published."""
