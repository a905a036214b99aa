"""What is a remote service, and its neighbours that are not."""

from __future__ import annotations

import ast

import pytest

from fn_emulator.function import open_function
from fn_emulator.function.service import recognise_service

from .conftest import HANDLE

SERVICES = {
    "def lambda_handler(event, context): ...": "lambda_handler(event, context), an AWS Lambda handler",
    "def lambda_handler(event, _): ...": "lambda_handler(event, _), an AWS Lambda handler",
    "def geocode(event, context): ...": "geocode(event, context), an AWS Lambda handler",
    "def main(req): ...": "main(req), an Azure Function",
    "async def main(req): ...": "main(req), an Azure Function",
    "import azure.functions as func\ndef main(r: func.HttpRequest) -> func.HttpResponse: ...": (
        "main(r), an Azure Function"
    ),
    "import azure.functions\ndef answer(r: azure.functions.HttpRequest): ...": "answer(r), an Azure Function",
    "from azure.functions import HttpRequest\ndef main(r: 'HttpRequest'): ...": "main(r), an Azure Function",
    "import azure.functions as f\napp = f.FunctionApp()": "app = FunctionApp(...), an Azure Functions application",
    "import functions_framework\n@functions_framework.http\ndef hello(request): ...": (
        "hello(request), a Google Cloud Function"
    ),
    "from functions_framework import http\n@http\ndef hello(r): ...": "hello(r), a Google Cloud Function",
    "import functions_framework as ff\n@ff.typed(Row)\ndef hello(row): ...": "hello(row), a Google Cloud Function",
    "def main(request): ...": "main(request), a Google Cloud Function",
    "from flask import Flask\napp = Flask(__name__)": "app = Flask(...), a Flask application",
    "import flask\nweb: flask.Flask = flask.Flask(__name__)": "web = Flask(...), a Flask application",
    "from fastapi import FastAPI\napi = FastAPI()": "api = FastAPI(...), a FastAPI application",
    "from starlette.applications import Starlette as S\napp = S()": "app = Starlette(...), a Starlette application",
    "from mangum import Mangum\nhandler = Mangum(app)": "handler = Mangum(...), an AWS Lambda handler",
    "async def app(scope, receive, send): ...": "app(scope, receive, send), an ASGI application",
    "def app(environ, start_response): ...": "app(environ, start_response), a WSGI application",
    "class App:\n    async def __call__(self, scope, receive, send): ...": "class App, an ASGI application",
    "from web import create_app\napp = create_app()": "app = create_app(...), a web application",
}

NEIGHBOURS = [
    "def main(): ...",
    "def main(requirements): ...",
    "def hello(request): ...",
    "def on_change(event, kind): ...",
    "def run(event): ...",
    "from chemistry import Flask\nbottle = Flask(volume=3)",
    "from cognite_function_apps import FunctionApp\napp = FunctionApp()",
    "def http(f): return f\n@http\ndef hello(r): ...",
    "class HttpRequest: ...\ndef send(request: HttpRequest): ...",
    "from ui import create_app\nwindow = create_app()",
    "app = make()",
    "from flask import Flask\ndef build():\n    app = Flask(__name__)\n    return app",
    "class Table:\n    def __call__(self, row): ...",
]


@pytest.mark.parametrize(("source", "service"), SERVICES.items())
def test_service_is_recognised(source, service):
    assert recognise_service(ast.parse(source)) == service


@pytest.mark.parametrize("source", NEIGHBOURS)
def test_neighbour_is_left_alone(source):
    assert recognise_service(ast.parse(source)) is None


@pytest.mark.parametrize("source", SERVICES)
def test_file_with_a_handle_is_a_cognite_function(make_folder, source):
    function = open_function(make_folder({"handler.py": f"{source}\n{HANDLE}"}))
    assert (function.kind, function.service) == ("cognite", None)


def test_service_in_handler_py_is_a_remote_service(make_folder):
    function = open_function(make_folder({"handler.py": "def lambda_handler(event, context): ..."}))
    assert function.kind == "remote-service"
    assert function.service == "lambda_handler(event, context), an AWS Lambda handler"


@pytest.mark.parametrize("name", ["lambda_function.py", "function_app.py", "main.py", "app.py"])
def test_service_without_handler_py_is_found_where_its_platform_looks(make_folder, name):
    function = open_function(make_folder({name: "def main(req): ..."}))
    assert (function.kind, str(function.function_path)) == ("remote-service", name)
    assert function.handler is not None
    assert function.absence is None


def test_service_is_not_looked_for_when_a_handler_is_named(make_folder):
    root = make_folder({"app.py": "def main(req): ..."})
    assert open_function(root, function_path="handler.py").kind == "cognite"


def test_service_is_not_looked_for_when_the_kind_is_cognite(make_folder):
    root = make_folder({"app.py": "def main(req): ..."})
    assert open_function(root, kind="cognite").absence == "it is not there"


def test_handle_in_a_neighbouring_file_keeps_the_folder_cognite(make_folder):
    root = make_folder({"main.py": HANDLE, "app.py": "def main(req): ..."})
    function = open_function(root)
    assert (function.kind, function.handler) == ("cognite", None)


def test_kind_that_is_given_wins(make_folder):
    root = make_folder({"handler.py": HANDLE})
    assert open_function(root, kind="remote-service").kind == "remote-service"
