"""The engine for many townships: the same search, on an OpenSearch cluster."""
