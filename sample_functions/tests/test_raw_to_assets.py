from pathlib import Path

FOLDER = Path(__file__).parent.parent / "raw_to_assets"


def test_equipment_stands_below_its_site(load_function, fake_cdf):
    load_function(FOLDER).call().raise_for_failure()
    below = fake_cdf.client.assets.retrieve_subtree(external_id="21-PA-001")
    assert sorted(asset.external_id for asset in below) == ["21-PA-001", "21-PT-101"]


def test_an_order_without_equipment_is_told(load_function):
    assert load_function(FOLDER).call().response["orders_without_equipment"] == ["4003"]


def test_a_second_run_changes_nothing(load_function, fake_cdf):
    function = load_function(FOLDER)
    function.call().raise_for_failure()
    before = fake_cdf.dump()
    assert function.call().response == {"assets": 4, "events": 0, "orders_without_equipment": ["4003"]}
    assert fake_cdf.dump() == before
