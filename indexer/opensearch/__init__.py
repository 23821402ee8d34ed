"""The index on an OpenSearch cluster: what a document looks like there, and how a generation is published."""
