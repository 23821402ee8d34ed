"""The service for assistants: the search core as tools of the Model Context Protocol (MCP)."""
