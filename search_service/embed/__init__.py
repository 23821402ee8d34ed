"""The search inside pages of other sites: an element, a frame, and a page that writes the lines to copy."""
