from __future__ import annotations

import pytest

from fn_emulator.function import open_function
from fn_emulator.function.reach import may_ask, preloaded_modules, takes_client


@pytest.fixture
def opened(tmp_path):
    def open_(source):
        (tmp_path / "handler.py").write_text(source)
        return open_function(tmp_path)

    return open_


@pytest.mark.parametrize(
    ("source", "takes"),
    [
        ("def handle(client):\n    pass\n", True),
        ("def handle(data, **others):\n    pass\n", True),
        ("from functools import partial\nhandle = partial(print)\n", True),
        ("def handle(data):\n    pass\n", False),
        ("def handle():\n    pass\n", False),
    ],
)
def test_whether_the_handler_takes_the_client(opened, source, takes):
    assert takes_client(opened(source)) is takes


def test_what_is_imported_ahead(opened):
    function = opened("import json, requests.adapters\ndef handle():\n    import numpy\n")
    names = preloaded_modules(function, has_sdk=False)
    assert {"requests.adapters", "numpy"} <= set(names)
    assert preloaded_modules(function, has_sdk=True) == (*names, "cognite.client")


@pytest.mark.parametrize(
    ("modules", "may"),
    [(("numpy", "requests.adapters"), True), (("cognite.client",), True), (("numpy", "requestsx"), False), ((), False)],
)
def test_whether_cdf_may_be_asked(modules, may):
    assert may_ask(modules) is may
