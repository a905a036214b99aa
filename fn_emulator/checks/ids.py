"""The ids of all findings, for ``--ignore`` and comments: so that ``run`` need not import the rules.

A test keeps it equal to the catalogue.
"""

from __future__ import annotations

_IDS = """
no-handler no-handle unknown-argument positional-only-argument star-arguments async-handle syntax-error
notebook-outer-name wrong-zip-root
syntax-too-new not-plain-utf8
import-error relative-import-at-root import-from-handler-folder slow-import input-at-import
missing-requirement invalid-requirement unpinned-requirement extra-index-url
sdk-mismatch sdk-major-change api-key experimental-sdk
runtime-not-offered secret-name env-var-name name-too-long metadata-too-large invalid-cron
logging-imported logging-root relative-path junk-in-folder secret-file-in-folder secret-in-source
not-json not-round-trip response-too-large large-response data-not-object data-too-large secret-in-data
secret-leaked undeclared-env network-refused clock-not-covered left-behind
schedule-not-idempotent schedule-missed schedule-overlap depends-on-time
no-data row-shape row-count row-number row-order null-not-allowed
stateful latent-state depends-on-batch depends-on-row-order depends-on-row-number nondeterministic mutates-input
"""
IDS = frozenset(_IDS.split())
