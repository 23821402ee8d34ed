"""Errors as answers: JSON of one shape for the interface, a Chinese page for people, never a traceback."""

from search_service.errors.handlers import ErrorAwareApi, register_error_handlers

__all__ = ["ErrorAwareApi", "register_error_handlers"]
