"""The production server: gunicorn's processes and threads, with limits on what one client can hold."""

from search_service.server.process import Server, check_address

__all__ = ["Server", "check_address"]
