"""Where a handler runs, seen from our side."""
