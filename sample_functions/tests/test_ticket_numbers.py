from pathlib import Path

FOLDER = Path(__file__).parent.parent / "ticket_numbers"


def test_it_counts_from_delivery_to_delivery(load_function):
    verdict = load_function(FOLDER).replay(rows=[["repair"], ["invoice"]])
    assert [finding.id for finding in verdict.findings] == ["stateful"]
    assert verdict.findings[0].line == 8
