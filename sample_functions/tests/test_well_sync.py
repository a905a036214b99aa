from pathlib import Path

FOLDER = Path(__file__).parent.parent / "well_sync"


def test_wells_come_into_the_model(load_function, fake_cdf):
    assert load_function(FOLDER).call().response == {"wells": 2, "changed": 2}
    nodes = fake_cdf.client.data_modeling.instances.list("node", limit=None)
    assert sorted(node.external_id for node in nodes) == ["A-01", "A-02"]


def test_what_has_not_changed_is_not_written(load_function):
    function = load_function(FOLDER)
    assert [function.call().response["changed"] for _ in range(2)] == [2, 0]


def test_a_failure_is_reported_to_the_pipeline(load_function, fake_cdf, runner):
    fake_cdf.fail("500 POST /models/instances")
    result = load_function(FOLDER, runner=runner).call()
    assert result.failure.type == "CogniteAPIError"
    (run,) = [write["item"] for write in fake_cdf.writes("extpipes/runs")]
    assert run["status"] == "failure"
