"""The endpoints of the in-memory CDF, one module for each part of the API, and what they have in common.

To add one: write a function with ``@route("POST /things/list", "thingsAcl:READ")`` in the module of its part, and name
a new part in ``fn_emulator.cdf.routes.MODULES``. A part whose items are created, listed and deleted like those of the
others is a ``Resource`` and one call of ``serve`` (see ``events`` for a small one).
"""
