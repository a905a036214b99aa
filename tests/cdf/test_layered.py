"""Mappings in layers and series in columns are what plain ones are, whatever is done to which copy."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.cdf import layered
from fn_emulator.cdf.datapoints import columns
from fn_emulator.cdf.datapoints.points import Points, Quality
from fn_emulator.cdf.datapoints.series import Series
from fn_emulator.cdf.layered import Layered, own_copy
from fn_emulator.cdf.world import World

KEYS = st.integers(0, 12)
CHANGES = st.lists(st.tuples(st.sampled_from(["put", "put", "remove", "fork", "writable"]), KEYS), max_size=60)


class Thing:
    """Something that is changed in place."""

    def __init__(self, held=()):
        self.held = [*held]

    def copy(self):
        return Thing(self.held)


def plain_form(world):
    """All that can be read of a table, as a plain model has it."""
    table = world.table("t")
    rows = [(key, held.held if isinstance(held, Thing) else held) for key, held in table.items.items()]
    assert [key for key, _ in rows] == [*table.items] == [*table.sequence] == [*table.items.keys()]
    assert [*reversed(table.items)] == [*table.items][::-1]
    assert [*table.items.values()] == [table.items[key] for key in table.items]
    assert len(table) == len(rows)
    assert [*table.sequence.values()] == sorted(table.sequence.values())
    return rows, {name: table.find("externalId", name) for name in "ab"}


def put(world, model, key, value):
    name = "ab"[key % 2] if value % 2 else None
    item = {"n": value, **({"externalId": name} if name else {})}
    world.put("t", key, item)
    model[key] = item


def change_in_place(world, model, key, value):
    world.writable("u", key, Thing).held.append(value)
    model[key] = [*model.get(key, []), value]


@given(CHANGES, st.sampled_from([0, 3, 1024]), st.sampled_from([1, 4, 32]))
def test_worlds_are_as_plain_dicts(changes, small, share):
    before = layered.SMALL, layered.SHARE
    layered.SMALL, layered.SHARE = small, share
    try:
        pairs = [(World(), {}, {})]
        for value, (change, key) in enumerate(changes):
            world, model, things = pairs[key % len(pairs)]
            if change == "fork":
                pairs.append((world.fork(), dict(model), dict(things)))
            elif change == "writable":
                change_in_place(world, things, key, value)
            elif change == "remove" and key in model:
                world.remove("t", key)
                del model[key]
            elif change == "put":
                put(world, model, key, value)
            for each, items, held in pairs:
                assert plain_form(each)[0] == [*items.items()]
                assert [(name, one.held) for name, one in each.table("u").items.items()] == [*held.items()]
    finally:
        layered.SMALL, layered.SHARE = before


@given(st.lists(st.tuples(st.booleans(), KEYS), max_size=30))
def test_layers_answer_as_a_dict(changes):
    held, model = Layered(dict.fromkeys(range(8), "base")), dict.fromkeys(range(8), "base")
    for is_put, key in changes:
        if is_put:
            held[key] = model[key] = key
        else:
            assert held.pop(key, None) == model.pop(key, None)
        assert (dict(held), [*held.items()], len(held)) == (model, [*model.items()], len(model))
        assert [held.get(one, "none") for one in range(13)] == [model.get(one, "none") for one in range(13)]
        assert [one in held for one in range(13)] == [one in model for one in range(13)]
        assert held.keys() - {1} == model.keys() - {1}


def test_a_copy_of_many_items_takes_none_of_them_along():
    many = dict.fromkeys(range(100_000))
    first = own_copy(many)
    first[5] = "changed"
    second = own_copy(first)
    assert isinstance(second, Layered)
    assert (second[5], second[6], len(second)) == ("changed", None, 100_000)


def test_a_copy_with_many_changes_is_plain_again():
    copied = own_copy(dict.fromkeys(range(2000)))
    copied.update(dict.fromkeys(range(1000), "changed"))
    assert type(own_copy(copied)) is dict


SERIES = st.lists(
    st.tuples(st.sampled_from(["append", "append", "insert", "delete", "copy", "track"]), st.integers(0, 40)),
    max_size=40,
)


def change_series(series, model, change, at):
    if change == "delete":
        series.delete(at, at + 3)
        return {time: value for time, value in model.items() if not at <= time < at + 3}
    if change == "track":
        track = series.track()
        assert dict(zip(track.times, track.values, strict=True)) == model
        return model
    time = max(model, default=0) + 1 + at % 3 if change == "append" else at
    series.insert(Points([time], [float(at)], {}))
    return {**model, time: float(at)}


@given(SERIES, st.sampled_from([0, 2]), st.sampled_from([1, 4, 32]))
def test_copies_of_a_series_are_on_their_own(changes, short, share):
    before = columns.SHORT, columns.SHARE
    columns.SHORT, columns.SHARE = short, share
    try:
        pairs = [(Series(), {})]
        for change, at in changes:
            series, model = pairs[at % len(pairs)]
            if change == "copy":
                pairs.append((series.copy(), dict(model)))
            else:
                pairs[at % len(pairs)] = series, change_series(series, model, change, at)
            for each, expected in pairs:
                found = each.read(0, 500, quality=Quality(ignore_bad=False))
                assert [*zip(found.times, found.values, strict=True)] == sorted(expected.items())
                assert each.read(10, 20).times == sorted(time for time in expected if 10 <= time < 20)
                assert each.latest(30).times == sorted(time for time in expected if time < 30)[-1:]
    finally:
        columns.SHORT, columns.SHARE = before
