"""What attackers send: texts, files and requests made to break, slow down or mislead whoever reads them."""
