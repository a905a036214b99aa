from pathlib import Path

FOLDER = Path(__file__).parent.parent / "freight_price"
SIGNATURE = "freight_price(weight_kg number(8, 2), zone varchar) returns number(10, 2)"


def test_a_price_follows_from_its_row_alone(fake_snowflake):
    rows = [[12.5, "nordic"], [3, "domestic"], [None, "europe"]]
    verdict = fake_snowflake.replay(FOLDER, rows=rows, signature=SIGNATURE)
    verdict.raise_for_findings()
    assert verdict.stateless
    assert verdict.row_independent
