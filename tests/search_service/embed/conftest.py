"""Fixtures of the tests of what other sites take in: the pages' index of townships that share their names."""

from tests.search_service.pages.conftest import shared_names, shared_names_app

__all__ = ["shared_names", "shared_names_app"]
