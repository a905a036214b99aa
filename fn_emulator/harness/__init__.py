"""Everything that runs beside the handler. Standard library only, Python 3.9+, relative imports only."""
