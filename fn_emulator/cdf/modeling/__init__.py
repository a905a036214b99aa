"""Data modeling without the HTTP around it: pure functions over the JSON that the API speaks.

``schema_rules`` judges spaces, containers, views and data models as they are sent; ``views`` resolves a view into what
it maps; ``instances`` merges one written item into what is stored and ``rendering`` shows it through a view again.
``filters``, ``ordering`` and ``paging`` select; ``query_plan``, ``aggregates`` and ``search`` are the three endpoints
of these names. Whatever is wrong with a request is a ``CdfError``.

An instance is one dict that is never changed in place: ``instanceType``, ``space``, ``externalId``, ``version``,
``createdTime``, ``lastUpdatedTime``, ``type`` where it has one, ``startNode`` and ``endNode`` of an edge, and
``properties``: ``{(container space, container external id): {property: value}}``, without nulls. Values are kept by
container, as the platform stores them, and read through views.
"""
