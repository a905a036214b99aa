"""Rules about one call: its data, its answer, what happened around the handler. They read a ``CallSubject``."""
