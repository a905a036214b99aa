import itertools

import pytest

from fn_emulator.cdf.traffic.classify import classify

HOST = "https://greenfield.cognitedata.com"
PROJECT = f"{HOST}/api/v1/projects/p"

CLASSES = {
    "read": {
        "GET /assets": ("assets", "list"),
        "GET /assets/12": ("assets", "retrieve"),
        "POST /assets/list": ("assets", "list"),
        "POST /assets/byids": ("assets", "retrieve"),
        "POST /events/search": ("events", "search"),
        "POST /events/aggregate": ("events", "aggregate"),
        "POST /datasets/list": ("datasets", "list"),
        "POST /timeseries/data/list": ("timeseries/data", "list"),
        "POST /timeseries/data/latest": ("timeseries/data", "retrieve"),
        "POST /timeseries/synthetic/query": ("timeseries/synthetic", "query"),
        "POST /timeseries/subscriptions/members/list": ("timeseries/subscriptions/members", "list"),
        "GET /timeseries/subscriptions/data/list": ("timeseries/subscriptions/data/list", "list"),
        "POST /sequences/data/latest": ("sequences/data", "retrieve"),
        "POST /files/downloadlink": ("files", "download"),
        "POST /models/instances/query": ("models/instances", "query"),
        "POST /models/instances/sync": ("models/instances", "sync"),
        "POST /models/instances/inspect": ("models/instances", "inspect"),
        "GET /raw/dbs": ("raw/dbs", "list"),
        "GET /raw/dbs/delete/tables": ("raw/tables", "list"),
        "GET /raw/dbs/list/tables/update/rows": ("raw/rows", "list"),
        "GET /raw/dbs/d/tables/t/cursors": ("raw/rows", "list"),
        "GET /raw/dbs/d/tables/t/rows/delete": ("raw/rows", "retrieve"),
        "GET /extpipes/config": ("extpipes/config", "retrieve"),
        "GET /extpipes/config/revisions": ("extpipes/config/revisions", "list"),
        "POST /extpipes/runs/list": ("extpipes/runs", "list"),
        "POST /annotations/reverselookup": ("annotations", "search"),
        "POST /documents/semantic/search": ("documents/semantic", "search"),
        "POST /geospatial/featuretypes/a/features/search-streaming": ("geospatial/featuretypes/features", "search"),
        "POST /streams/s/records/filter": ("streams/records", "list"),
        "POST /3d/models/1/revisions/2/mappings/list": ("3d/models/revisions/mappings", "list"),
        "POST /transformations/query/run": ("transformations", "query"),
        "GET /context/diagram/detect/7": ("context/diagram", "retrieve"),
        "GET /functions/7/calls/8/response": ("functions/calls/response", "retrieve"),
        "GET /functions/status": ("functions/status", "retrieve"),
        "HEAD /assets": ("assets", "list"),
    },
    "write": {
        "POST /assets": ("assets", "create"),
        "POST /labels": ("labels", "create"),
        "POST /functions": ("functions", "create"),
        "POST /functions/schedules": ("functions/schedules", "create"),
        "POST /functions/status": ("functions/status", "create"),
        "POST /extpipes/runs": ("extpipes/runs", "create"),
        "POST /extpipes/config": ("extpipes/config", "create"),
        "POST /extpipes/config/revert": ("extpipes/config", "revert"),
        "POST /models/spaces": ("models/spaces", "upsert"),
        "POST /models/instances": ("models/instances", "upsert"),
        "POST /models/instances/delete": ("models/instances", "delete"),
        "POST /events/update": ("events", "update"),
        "POST /streams": ("streams", "create"),
        "POST /streams/sensors/records": ("streams/records", "insert"),
        "POST /streams/s/records/upsert": ("streams/records", "upsert"),
        "POST /timeseries/data": ("timeseries/data", "insert"),
        "POST /timeseries/data/delete": ("timeseries/data", "delete"),
        "POST /sequences/data": ("sequences/data", "insert"),
        "POST /raw/dbs": ("raw/dbs", "create"),
        "POST /raw/dbs/delete": ("raw/dbs", "delete"),
        "POST /raw/dbs/d/tables": ("raw/tables", "create"),
        "POST /raw/dbs/d/tables/delete": ("raw/tables", "delete"),
        "POST /raw/dbs/d/tables/list/rows": ("raw/rows", "insert"),
        "POST /raw/dbs/d/tables/t/rows/delete": ("raw/rows", "delete"),
        "POST /files/initmultipartupload": ("files", "upload"),
        "POST /files/completemultipartupload": ("files", "upload"),
        "PUT /files/content/12": ("files/content", "upload"),
        "DELETE /raw/dbs/d/tables/t/rows/k": ("raw/rows", "delete"),
        "POST /annotations/suggest": ("annotations", "create"),
        "POST /dml/graphql": ("dml", "mutate"),
        "POST /ai/agents": ("ai/agents", "create"),
        "POST /something/new": ("something/new", "create"),
    },
    "action": {
        "POST /functions/7/call": ("functions/calls", "call"),
        "POST /workflows/w/versions/1/run": ("workflows/versions", "run"),
        "POST /workflows/executions/0a-1b/cancel": ("workflows/executions", "cancel"),
        "POST /workflows/executions/0a-1b/retry": ("workflows/executions", "retry"),
        "POST /transformations/run": ("transformations", "run"),
        "POST /transformations/cancel": ("transformations", "cancel"),
        "POST /sessions": ("sessions", "create"),
        "POST /sessions/revoke": ("sessions", "revoke"),
        "POST /context/diagram/detect": ("context/diagram", "detect"),
        "POST /context/entitymatching/": ("context/entitymatching", "fit"),
        "POST /context/entitymatching/predict": ("context/entitymatching", "predict"),
        "POST /context/vision/extract": ("context/vision/extract", "run"),
        "POST /ai/agents/chat": ("ai/agents", "chat"),
        "POST /ai/tools/documents/ask": ("ai/tools/documents", "ask"),
        "POST /simulators/runs": ("simulators/runs", "run"),
        "POST /simulators/run": ("simulators", "run"),
    },
}


@pytest.mark.parametrize(("kind", "request_line"), [(kind, line) for kind, lines in CLASSES.items() for line in lines])
def test_a_request_below_the_project_is_classified(kind, request_line):
    method, path = request_line.split(" ")
    assert classify(method, PROJECT + path) == (kind, *CLASSES[kind][request_line])


@pytest.mark.parametrize(
    ("method", "url", "expected"),
    [
        ("GET", f"{HOST}/api/v1/token/inspect", ("read", "token", "inspect")),
        ("POST", "https://login.example.com/tenant/oauth2/v2.0/token", ("auth", "token", "create")),
        ("POST", "https://auth.example.com/token", ("auth", "token", "create")),
        ("POST", "https://user:pw@API.mixpanel.com:443/track?ip=1", ("external", "api.mixpanel.com:443", "POST")),
        ("GET", "http://127.0.0.1:8000/api/v1/projects/p/assets", ("read", "assets", "list")),
        ("GET", PROJECT, ("read", "projects", "retrieve")),
        ("POST", f"{PROJECT}/raw/dbs/oauth2/tables?ensureParent=true", ("write", "raw/tables", "create")),
    ],
)
def test_an_address_beside_the_projects_is_classified(method, url, expected):
    assert classify(method, url) == expected


@pytest.mark.parametrize(
    ("body", "kind"),
    [({"query": "{ listA { items { name } } }"}, "read"), ({"query": "mutation { a }"}, "write"), (None, "write")],
)
def test_a_graphql_request_reads_unless_it_holds_a_mutation(body, kind):
    url = f"{PROJECT}/userapis/spaces/s/datamodels/m/versions/1/graphql"
    assert classify("POST", url, body).kind == kind


def test_no_request_that_the_sdk_never_repeats_passes_for_a_read():
    url = pytest.importorskip("cognite.client.utils._url", reason="this cognite-sdk has no such list")
    first = [path.rstrip("$").replace("[^/]+", "7") for path in url.NON_RETRYABLE_CREATE_DELETE_RESOURCE_PATHS]
    others = ["ai/tools/documents/task", "annotations/suggest", "extpipes/config/revert", "transformations/cancel"]
    paths = [*itertools.chain(*((path, f"{path}/delete") for path in first)), *others]
    known = [path for path in paths if url.NON_IDEMPOTENT_POST_ENDPOINT_REGEX_PATTERN.match(f"/{path}")]
    assert len(known) > 60
    assert [path for path in known if classify("POST", f"{PROJECT}/{path}").kind not in ("write", "action")] == []
