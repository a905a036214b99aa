"""What each cloud that CDF runs on grants a call, as far as it is documented.

Sources: the limits table of the platform's page on functions (``cdf/functions/technical``) and what ``GET
/functions/limits`` answers. Every limit can be overridden in settings.
"""

from collections.abc import Mapping
from typing import NamedTuple

KB, MB = 1_000, 1_000_000
"""How ``kB`` and ``MB`` are read here: decimal, as SI defines them and as the page's lower-case k suggests.

Which reading the platform enforces is not documented. The smaller one is the safe one: data that passes here passes
there under either reading.
"""

RESPONSE_BYTES = 1_048_576
"""``responseSizeMb: 1``, in bytes of default ``json.dumps``; from 1,000,000 on the other reading of MB is exceeded."""

RUNTIMES = ("py310", "py311", "py312", "py313")
"""What the documentation's sample of ``/functions/limits`` lists. The type in cognite-sdk 8.22 knows py314 as well."""


class Limits(NamedTuple):
    """What one cloud grants.

    A named tuple, because a dataclass takes three times as long to define, in every run of the command.

    Attributes:
        timeout_s: Seconds until a call is stopped.
        memory_mb: Memory that a function gets when it asks for none, in MB.
        cpu: Cores that a function gets when it asks for none.
        max_memory_mb: Most memory that a function can ask for; where it equals ``memory_mb``, that is fixed.
        max_cpu: Most cores that a function can ask for.
        data_bytes: Largest ``data`` of a call.
        response_bytes: Largest response.
        response_limit_documented: Whether the platform states the response limit for this cloud.
        runtimes: Runtimes that a function can be deployed with.
    """

    timeout_s: float
    memory_mb: float
    cpu: float
    max_memory_mb: float
    max_cpu: float
    data_bytes: int
    response_bytes: int = RESPONSE_BYTES
    response_limit_documented: bool = False
    runtimes: tuple[str, ...] = RUNTIMES


CLOUDS: Mapping[str, Limits] = {
    # 9 minutes since 2024-02-01; an older page still says 15.
    "gcp": Limits(540.0, 1500.0, 1.0, 5000.0, 3.0, 9 * MB, response_limit_documented=True),
    "azure": Limits(600.0, 1500.0, 1.0, 1500.0, 1.0, 36 * KB),
    "aws": Limits(600.0, 1500.0, 1.0, 1500.0, 1.0, 240 * KB),
}
