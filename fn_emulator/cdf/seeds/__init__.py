"""Seeds: what the in-memory CDF starts with, written as people write it; and dumps of a state in the same form.

A seed is a YAML or JSON file, a CSV file, or a folder of them (all files below it, in the order of their paths).
It is loaded through the endpoints of ``fn_emulator.cdf.api``, so that the platform's rules hold for it too.

YAML and JSON hold an object with one key a resource; each is a list of items as the API's create endpoint takes them
(``KINDS`` of ``fn_emulator.cdf.seeds.kinds`` has all of them)::

    datasets:   [{externalId: plant, name: Plant}]
    timeseries: [{externalId: temperature, name: Temperature, dataSetExternalId: plant}]
    datapoints:
      - {externalId: temperature, start: 2d-ago, step: 1h, values: [20.5, 21, null, 22]}
      - {externalId: pressure, datapoints: [{timestamp: 2024-05-01T12:00:00Z, value: 3}, [2024-05-01T13:00:00Z, 4]]}
    raw:
      database: {table: [{key: a, columns: {n: 1}}], other: {b: {n: 2}}}
    files:      [{externalId: report, name: report.txt, content: "text"}, {name: plan.pdf, path: contents/plan.pdf}]
    extpipes:   [{externalId: pipe, name: Pipe, dataSetExternalId: plant, config: {a: 1}, runs: [{status: success}]}]

``instances`` holds nodes and edges as ``POST /models/instances`` takes them, ``sequenceRows`` what
``POST /sequences/data`` takes. Within an item stand ``configs`` (several revisions) and ``runs`` of an extraction
pipeline, ``schedules`` and ``calls`` of a function, ``revisions`` of a 3D model with ``nodes`` and ``mappings``, and
the content of a file, as ``content``, ``contentBase64`` or ``path`` (from the folder of the seed file).

A time series is not made from its points alone: ``datapoints`` of one that is not in ``timeseries`` are refused. In a
list of points ``[timestamp, value]`` and ``{timestamp, value, status}`` may be mixed; null in ``values`` is no point.

What a seed may have beyond the API:

- ``id``, ``createdTime`` and ``lastUpdatedTime``, which are kept;
- ``dataSetExternalId``, ``assetExternalId``, ``assetExternalIds``, ``fileExternalId``, ``functionExternalId`` and
  ``annotatedResourceExternalId`` where the API takes ids only;
- ``datasetScope: {externalIds: [...]}`` in the capabilities of ``groups``;
- instants as epoch milliseconds, ISO 8601 (UTC without a zone), ``now``, ``2h-ago`` or ``2h-ahead``, also in the
  parts of an item (``calls``, ``schedules``, ``runs``, ``configs``, ``revisions``);
- in a folder, a list in a file that is named after its resource: ``assets.yaml``, ``assets.pumps.yaml``.

CSV (UTF-8, a header line, commas):

- ``datapoints/<externalId>.csv`` with the columns ``timestamp`` and ``value``: the points of one time series;
- ``datapoints.csv``, or any other header in ``datapoints/``: the first column is ``timestamp``, each other column is
  named after the external id of a time series; an empty cell is no point;
- ``raw/<database>/<table>.csv``: the first column is ``key``, the others are columns; a cell that is a JSON number,
  ``true``, ``false``, an object or a list is that, any other is text, and an empty one is no column.

In names of CSV files ``%2F`` stands for ``/`` (percent-encoding). Folders named ``contents`` hold what ``path`` of
files refers to, and are not read otherwise; the same holds for hidden files and for all other kinds of files. A
``path`` starts from the folder of its file and does not lead out of the folder that was named, or is that of the file.
"""

from __future__ import annotations

from fn_emulator.cdf.seed_place import find_seed
from fn_emulator.cdf.seeds.dumping import dump
from fn_emulator.cdf.seeds.load import load_seed, load_seeds
from fn_emulator.cdf.seeds.model import Seed
from fn_emulator.cdf.seeds.read import read_seed, seed_from
from fn_emulator.cdf.seeds.saving import as_yaml, dump_files

__all__ = [
    "Seed",
    "as_yaml",
    "dump",
    "dump_files",
    "find_seed",
    "load_seed",
    "load_seeds",
    "read_seed",
    "seed_from",
]
