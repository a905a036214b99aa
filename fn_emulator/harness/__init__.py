"""Everything that runs beside the handler: load it, call it, watch it, and say in plain dicts what happened.

Standard library only, Python 3.9 and newer, relative imports only: the same files run in our process, in a worker
and in a container, also under another package name. ``session`` is the entrance; the rest are its parts.
"""

SCHEMA = 1
"""Version of the specification, the request and the reply (see ``session``)."""
