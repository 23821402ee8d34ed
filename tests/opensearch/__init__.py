"""Tests against a real OpenSearch cluster; `make test-opensearch` runs them."""
