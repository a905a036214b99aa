"""What is known of distributions without having them: names to import, what they bring along, standard modules."""

from __future__ import annotations

from collections.abc import Mapping

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
BRINGS: Mapping[str, str] = {
    SDK: _SDK_BRINGS,
    f"{SDK}[all]": "geopandas numpy pandas pip pyyaml shapely sympy",
    f"{SDK}[geo]": "geopandas shapely",
    f"{SDK}[numpy]": "numpy",
    f"{SDK}[pandas]": "numpy pandas",
    f"{SDK}[sympy]": "sympy",
    f"{SDK}[yaml]": "pyyaml",
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
FAMILIES: Mapping[str, str] = {"azure-": "azure-core", "google-cloud-": "google-api-core google-auth protobuf"}
"""What distributions require in their usual versions: by name, and by how the name starts."""
