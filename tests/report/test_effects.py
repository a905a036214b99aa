from fn_emulator.observations import Effect
from fn_emulator.report.effects import effects_table


def effect(access, operation, target, items, line=1, **counts):
    return Effect("cdf", operation, target, items, file="handler.py", line=line, access=access, **counts)


def test_the_table_shows_what_was_read_and_written_and_where():
    rows = [
        effect("read", "list", "timeseries/data", 2, 12),
        effect("write", "insert", "raw/rows", 14, 31, created=12, unchanged=2),
        effect("write", "create", "events", 3, 33, created=3),
        effect("write", "delete", "assets", 1, 34, deleted=5),
        effect("write", "insert", "timeseries/data", 2, 35, created=2000, updated=5),
        effect("action", "call", "functions/calls", 1, 36, created=1),
        Effect("network", "POST", "https://x.io/track", file="telemetry.py", line=9, requests=3),
    ]
    assert effects_table(rows) == (
        "CDF  read     timeseries/data     2 series                               handler.py:12\n"
        "CDF  wrote    raw/rows            14 (12 new, 2 unchanged)               handler.py:31\n"
        "CDF  wrote    events              3 new                                  handler.py:33\n"
        "CDF  deleted  assets              1 (5 deleted)                          handler.py:34\n"
        "CDF  wrote    timeseries/data     2 series (2000 points new, 5 updated)  handler.py:35\n"
        "CDF  ran      functions/calls     1                                      handler.py:36\n"
        "net  POST     https://x.io/track  3 requests                             telemetry.py:9"
    )


def amount(**fields):
    given = effect("write", "insert", "raw/rows", 2)._replace(**fields)
    return effects_table([given]).removeprefix("CDF  wrote  raw/rows").removesuffix("handler.py:1").strip()


def test_refused_requests_are_counted_apart():
    problem = "400 Asset ids not found: externalId: x"
    assert amount(requests=1, failed=1, items=0, problem=problem) == "not found (400)"
    assert amount(requests=1, failed=1, items=0, problem="403 Forbidden") == "refused (403)"
    assert amount(requests=3, failed=1, created=2, problem=problem) == "2 new, 1 of 3 requests not found (400)"
    assert amount(requests=1, failed=1, items=0, problem="no answer") == "not answered"


def test_what_may_not_be_seen_was_refused():
    given = effect("read", "retrieve", "assets", 0, failed=1, problem="403 Resource not found.")
    assert "refused (403)" in effects_table([given])


def test_one_point_is_said_as_one():
    given = effect("write", "insert", "timeseries/data", 1, created=1, unchanged=2)
    assert "1 series (1 point new, 2 unchanged)" in effects_table([given])


def test_a_write_of_which_no_change_is_known_shows_its_items():
    assert amount() == "2"
    assert amount(created=0, updated=0, unchanged=0, deleted=0) == "2"


def test_what_was_deleted_as_asked_is_not_said_twice():
    assert effects_table([effect("write", "delete", "raw/rows", 2, deleted=2)]).split()[3] == "2"
    assert "2 (1 deleted)" in effects_table([effect("write", "delete", "raw/rows", 2, deleted=1)])


def test_an_effect_without_a_place_ends_after_its_amount():
    given = effect("read", "list", "assets", 2)._replace(file=None, line=None)
    assert effects_table([given]) == "CDF  read  assets  2"


def test_no_effects_are_no_table():
    assert effects_table([]) == ""


def test_of_many_effects_plain_reads_are_left_out_first():
    reads = [effect("read", "list", "assets", 1, line) for line in range(1, 30)]
    table = effects_table([*reads, effect("write", "create", "events", 1, 99, created=1)]).splitlines()
    assert len(table) == 21
    assert table[-2].endswith("handler.py:99")
    assert table[-1] == "and 10 more"
