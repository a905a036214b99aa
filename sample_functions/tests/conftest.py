import pytest


@pytest.fixture(params=["inprocess", "worker"])
def runner(request):
    """Where the handler runs: beside the test, where it can be patched, or in a process of its own, which may die."""
    return request.param
