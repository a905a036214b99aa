"""Import name -> distribution: by what is installed beside us, then by a small table, then by guessing.

The name to import and the name to install differ often enough (``yaml`` is PyYAML), and nothing but the installed
metadata knows for sure.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence

from fn_emulator.checks.subject import Installed

DISTRIBUTIONS: Mapping[str, str] = {
    "Crypto": "pycryptodome pycrypto",
    "Cryptodome": "pycryptodomex",
    "Levenshtein": "levenshtein",
    "MySQLdb": "mysqlclient",
    "OpenSSL": "pyOpenSSL",
    "PIL": "Pillow",
    "attr": "attrs",
    "azure.core": "azure-core",
    "azure.cosmos": "azure-cosmos",
    "azure.data.tables": "azure-data-tables",
    "azure.eventhub": "azure-eventhub",
    "azure.functions": "azure-functions",
    "azure.identity": "azure-identity",
    "azure.keyvault.secrets": "azure-keyvault-secrets",
    "azure.servicebus": "azure-servicebus",
    "azure.storage.blob": "azure-storage-blob",
    "azure.storage.filedatalake": "azure-storage-file-datalake",
    "azure.storage.queue": "azure-storage-queue",
    "bs4": "beautifulsoup4",
    "cognite": "cognite-sdk",
    "cognite.client": "cognite-sdk",
    "cognite.experimental": "cognite-sdk-experimental",
    "cognite.extractorutils": "cognite-extractor-utils",
    "cognite.logger": "cognite-logger",
    "cognite.neat": "cognite-neat",
    "cognite.pygen": "cognite-pygen",
    "cognite.seismic": "cognite-seismic-sdk",
    "cognite_function_apps": "cognite-function-apps",
    "cv2": "opencv-python-headless opencv-python opencv-contrib-python",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "PyMuPDF",
    "git": "GitPython",
    "google.api_core": "google-api-core",
    "google.auth": "google-auth",
    "google.cloud.bigquery": "google-cloud-bigquery",
    "google.cloud.pubsub": "google-cloud-pubsub",
    "google.cloud.secretmanager": "google-cloud-secret-manager",
    "google.cloud.storage": "google-cloud-storage",
    "google.oauth2": "google-auth",
    "google.protobuf": "protobuf",
    "grpc": "grpcio",
    "jose": "python-jose",
    "jwt": "PyJWT",
    "kafka": "kafka-python kafka-python-ng",
    "ldap": "python-ldap",
    "magic": "python-magic python-magic-bin",
    "markdown": "Markdown",
    "mpl_toolkits": "matplotlib",
    "paho": "paho-mqtt",
    "pkg_resources": "setuptools",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary psycopg2",
    "pythoncom": "pywin32",
    "pywintypes": "pywin32",
    "rest_framework": "djangorestframework",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "snowflake.connector": "snowflake-connector-python",
    "snowflake.snowpark": "snowflake-snowpark-python",
    "telegram": "python-telegram-bot",
    "umap": "umap-learn",
    "usb": "pyusb",
    "websocket": "websocket-client",
    "win32api": "pywin32",
    "win32com": "pywin32",
    "xdist": "pytest-xdist",
    "yaml": "PyYAML",
    "zmq": "pyzmq",
}
"""Names to import (the longest prefix counts) and what installs them, the usual one first."""

_SAME_NAME = """
aiohttp anyio arrow asyncpg asyncua attrs boto3 botocore cachetools catboost certifi click cloudpickle cryptography
cvxpy cython dask django duckdb fastapi filelock flask fsspec geopandas h5py httpx indsl isodate jinja2 joblib
jsonschema keras lightgbm loguru lxml marshmallow matplotlib msal msgpack networkx nltk numba numpy oauthlib opcua
openai openpyxl orjson packaging pandas pandera paramiko passlib pendulum pint plotly polars prophet psutil psycopg
pulp pyarrow pydantic pymodbus pymongo pyodbc pyomo pyproj pytest pytz rasterio redis regex requests rich ruptures
s3fs scipy seaborn segyio setuptools shap shapely simplejson sortedcontainers sqlalchemy starlette statsmodels
structlog sympy tabulate tenacity tensorflow tiktoken toml tomli torch torchvision tqdm transformers typer
typing-extensions tzdata tzlocal ujson urllib3 uvicorn websockets werkzeug xarray xgboost xlrd xlsxwriter xmltodict
zeep
"""
SAME_NAME = frozenset(_SAME_NAME.split())
"""Distributions that are imported under their own name."""

_GONE_WITH_3_13 = """
aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap msilib nis nntplib ossaudiodev pipes sndhdr spwd sunau
telnetlib uu xdrlib
"""
STDLIB_SINCE: Mapping[str, int] = {"tomllib": 11, "compression": 14, "annotationlib": 14}
STDLIB_UNTIL: Mapping[str, int] = {
    **dict.fromkeys(("asynchat", "asyncore", "distutils", "imp", "smtpd"), 11),
    **dict.fromkeys(_GONE_WITH_3_13.split(), 12),
}
"""The first and the last minor version of Python 3 that has a module, where that lies among the runtimes."""

SDK = "cognite-sdk"
_SDK_BRINGS = """
anyio certifi charset-normalizer cryptography h11 httpcore httpx idna msal oauthlib packaging protobuf pyjwt requests
requests-oauthlib sortedcontainers typing-extensions tzdata urllib3
"""
_BRINGS: Mapping[str, str] = {
    SDK: _SDK_BRINGS,
    "boto3": "botocore python-dateutil urllib3",
    "cognite-extractor-utils": "cognite-sdk python-dotenv pyyaml",
    "fastapi": "pydantic starlette typing-extensions",
    "flask": "click jinja2 werkzeug",
    "geopandas": "numpy packaging pandas pyproj shapely",
    "indsl": "numpy pandas scipy",
    "matplotlib": "numpy packaging pillow python-dateutil",
    "pandas": "numpy python-dateutil pytz tzdata",
    "requests": "certifi charset-normalizer idna urllib3",
    "scikit-learn": "joblib numpy scipy",
    "scipy": "numpy",
    "seaborn": "matplotlib numpy pandas",
    "statsmodels": "numpy packaging pandas scipy",
    "xarray": "numpy packaging pandas",
}
_FAMILIES: Mapping[str, str] = {"azure-": "azure-core", "google-cloud-": "google-api-core google-auth protobuf"}


def usually_brings(distribution: str) -> frozenset[str]:
    """What a distribution is known to require in its usual versions; for when it is not installed here to be asked."""
    families = (brought for start, brought in _FAMILIES.items() if distribution.startswith(start))
    return frozenset(_BRINGS.get(distribution, next(families, "")).split())


EVERYBODYS_WORDS = frozenset({"python", "py", "lib", "client", "sdk", "api", "core", "common", "utils", "tools"})
"""Words in names of distributions that say nothing about what they provide."""


def canonical(name: str) -> str:
    """A distribution's name as indexes compare it: ``PyYAML`` is ``pyyaml``, ``a_b.c`` is ``a-b-c``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_standard(top: str, minor: int | None) -> bool:
    """Whether a module is in the standard library of Python 3.``minor``; of ours and its neighbours when None."""
    if top not in sys.stdlib_module_names and top not in STDLIB_SINCE and top not in STDLIB_UNTIL:
        return False
    return minor is None or STDLIB_SINCE.get(top, 0) <= minor <= STDLIB_UNTIL.get(top, minor)


def known_distributions(name: str, installed: Installed) -> tuple[str, ...]:
    """Distributions that are known to provide the module ``name``; none when that could only be guessed.

    Args:
        name: The dotted name that is imported.
        installed: What can be asked.
    """
    parts = name.split(".")
    prefixes = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
    in_table = next((DISTRIBUTIONS[prefix] for prefix in prefixes if prefix in DISTRIBUTIONS), None)
    if in_table is not None:
        return tuple(in_table.split())
    if canonical(parts[0]) in SAME_NAME:
        return (parts[0],)
    return installed.owners(name)


def stands_for(required: str, distribution: str) -> bool:
    """Whether a requirement is a known distribution, or a variant of it that brings the same modules.

    ``opencv-contrib-python-headless`` is one of ``opencv-python``, ``tensorflow-cpu`` of ``tensorflow``.
    """
    if required.startswith("types-") or required.endswith("-stubs"):
        return False
    return set(distribution.split("-")) <= set(required.split("-"))


def may_provide(top: str, distributions: Iterable[str]) -> bool:
    """Whether one of the canonical ``distributions`` may well provide a module of which nothing is known.

    The words of one name must be among those of the other: ``acme-common``, ``python-acme`` and ``pyacme`` may all
    provide ``acme`` and ``acme_rules``.
    """
    wanted = _words(top)
    return any(wanted <= words or words <= wanted for words in map(_words, distributions))


def _words(name: str) -> set[str]:
    """The words of a name that tell it from others; all of them when none does."""
    words = set(canonical(name).split("-"))
    return {word.removeprefix("py") or word for word in words - EVERYBODYS_WORDS} or words


class InstalledHere:
    """The distributions of the Python that runs us, read from their metadata when they are asked for."""

    def owners(self, name: str) -> tuple[str, ...]:
        """Distributions that provide the module ``name``; of a namespace package only those that have its part."""
        from importlib.metadata import packages_distributions

        found = dict.fromkeys(packages_distributions().get(name.partition(".")[0], ()))
        if len(found) < 2:
            return tuple(found)
        return tuple(distribution for distribution in found if _holds(distribution, name))

    def version(self, distribution: str) -> str | None:
        """Its version, or None when it is not installed."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version(distribution)
        except PackageNotFoundError:
            return None

    def brings(self, distribution: str, extras: Sequence[str] = ()) -> frozenset[str]:
        """Distributions that it requires with these extras, and those that they require without any."""
        from importlib.metadata import PackageNotFoundError, requires

        from packaging.requirements import Requirement

        found: set[str] = set()
        waiting: list[tuple[str, Sequence[str]]] = [(distribution, ("", *extras))]
        while waiting:
            name, wanted = waiting.pop()
            try:
                requirements = [Requirement(text) for text in requires(name) or []]
            except PackageNotFoundError:
                continue
            for requirement in requirements:
                marker, below = requirement.marker, canonical(requirement.name)
                if below not in found and (
                    marker is None or any(marker.evaluate({"extra": extra}) for extra in wanted)
                ):
                    found.add(below)
                    waiting.append((below, ("", *requirement.extras)))
        return frozenset(found)


def _holds(distribution: str, name: str) -> bool:
    from importlib.metadata import files

    parts = tuple(name.split("."))[:2]
    return any(
        file.parts[: len(parts)] == parts or file.parts[:2] == (parts[0], f"{parts[-1]}.py")
        for file in files(distribution) or ()
    )
