"""Random sequences of what a function does with assets and events, beside a model of two dicts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fn_emulator.cdf.fake import FakeCdf

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions")

NAMES = st.sampled_from("abcdef")
METADATA = st.dictionaries(st.sampled_from("kx"), st.sampled_from("vw"), max_size=2)
REFUSED = (exceptions.CogniteAPIError, exceptions.CogniteNotFoundError, exceptions.CogniteDuplicatedError)
"""What the platform's 400 and 409 become; in SDK 7 the last two are no kinds of the first."""


class AssetsAndEvents(RuleBasedStateMachine):
    """``assets`` maps external ids to ``[parent, name, metadata]``, ``events`` to ``[set of assets, start]``."""

    @initialize()
    def open(self):
        self.fake = FakeCdf()
        self.client = self.fake.client
        self.assets, self.events, self.ids = {}, {}, {}

    def teardown(self):
        self.fake.close()

    @rule(wanted=st.lists(st.tuples(NAMES, st.none() | NAMES, METADATA), min_size=1, max_size=3))
    def create_assets(self, wanted):
        made = [
            data.AssetWrite(name=name, external_id=name, parent_external_id=parent, metadata=metadata or None)
            for name, parent, metadata in wanted
        ]
        new = {name: [parent, name, metadata] for name, parent, metadata in wanted}
        together = {**self.assets, **new}
        is_allowed = (
            len(new) == len(wanted)
            and not {*new} & {*self.assets}
            and all(parent is None or parent in together for parent, _, _ in new.values())
            and not any(self.is_in_circle(name, together) for name in new)
        )
        for asset in self.attempt(is_allowed, lambda: self.client.assets.create(made)):
            self.assets[asset.external_id] = new[asset.external_id]
            self.ids[asset.external_id] = asset.id

    @rule(name=NAMES, parent=NAMES)
    def move_asset(self, name, parent):
        moved = {**self.assets, name: [parent, None, None]}
        is_change = name in self.assets and self.assets[name][0] != parent
        is_allowed = name in self.assets and (
            not is_change
            or (
                parent in self.assets
                and not self.is_in_circle(name, moved)
                and self.root(name, self.assets) == self.root(parent, self.assets)
            )
        )
        update = data.AssetUpdate(external_id=name).parent_external_id.set(parent)
        if self.attempt(is_allowed, lambda: [self.client.assets.update(update)]):
            self.assets[name][0] = parent

    @rule(name=NAMES, new_name=st.sampled_from(["pump", "fan"]), metadata=METADATA)
    def change_asset(self, name, new_name, metadata):
        update = data.AssetUpdate(external_id=name).name.set(new_name).metadata.add(metadata)
        if self.attempt(name in self.assets, lambda: [self.client.assets.update(update)]):
            self.assets[name][1] = new_name
            self.assets[name][2] = {**self.assets[name][2], **metadata}

    @rule(names=st.sets(NAMES, min_size=1, max_size=2), is_recursive=st.booleans())
    def delete_assets(self, names, is_recursive):
        below = {n for n in self.assets if self.path(n, self.assets) & names}
        is_allowed = names <= {*self.assets} and (is_recursive or below == names)
        action = lambda: self.client.assets.delete(external_id=sorted(names), recursive=is_recursive)  # noqa: E731
        self.attempt(is_allowed, action)
        if is_allowed:
            self.assets = {name: held for name, held in self.assets.items() if name not in below}

    @rule(name=NAMES, assets=st.sets(NAMES, max_size=2), start=st.none() | st.integers(0, 9))
    def create_event(self, name, assets, start):
        is_allowed = name not in self.events and assets <= {*self.assets}
        known = [self.ids.get(asset, 1) for asset in sorted(assets)]
        event = data.EventWrite(external_id=name, asset_ids=known or None, start_time=start)
        if self.attempt(is_allowed, lambda: [self.client.events.create(event)]):
            self.events[name] = [{*known}, start]

    @rule(name=NAMES, start=st.none() | st.integers(0, 9))
    def change_event(self, name, start):
        update = data.EventUpdate(external_id=name).start_time.set(start)
        if self.attempt(name in self.events, lambda: [self.client.events.update(update)]):
            self.events[name][1] = start

    @rule(names=st.sets(NAMES, min_size=1, max_size=3))
    def delete_known_events(self, names):
        self.client.events.delete(external_id=sorted(names), ignore_unknown_ids=True)
        self.events = {name: held for name, held in self.events.items() if name not in names}

    @rule(name=NAMES, key=st.sampled_from("kx"), value=st.sampled_from("vw"))
    def find(self, name, key, value):
        found = self.client.assets.retrieve(external_id=name)
        assert (found and [found.parent_external_id, found.name, found.metadata or {}]) == self.assets.get(name)
        listed = self.client.assets.list(metadata={key: value}, limit=None)
        assert {a.external_id for a in listed} == {n for n, held in self.assets.items() if held[2].get(key) == value}

    @rule(name=NAMES, low=st.integers(0, 9))
    def find_events(self, name, low):
        later = self.client.events.list(start_time={"min": low}, sort=("start_time", "desc"))
        starts = sorted(
            (start for _, start in self.events.values() if start is not None and start >= low), reverse=True
        )
        assert [event.start_time for event in later] == starts
        if name in self.assets:
            below = {self.ids[n] for n in self.assets if name in self.path(n, self.assets)}
            listed = self.client.events.list(asset_subtree_external_ids=[name])
            assert {e.external_id for e in listed} == {n for n, (assets, _) in self.events.items() if assets & below}

    @invariant()
    def lists_are_those_of_the_model(self):
        if not hasattr(self, "client"):
            return
        listed = {a.external_id: a for a in self.client.assets.list(limit=None)}
        assert {*listed} == {*self.assets}
        for name, asset in listed.items():
            assert asset.root_id == self.ids[self.root(name, self.assets)]
        held = {e.external_id: [{*(e.asset_ids or ())}, e.start_time] for e in self.client.events.list(limit=None)}
        assert held == self.events

    def attempt(self, is_allowed, action):
        if is_allowed:
            return action()
        with pytest.raises(REFUSED):
            action()
        return []

    def path(self, name, assets):
        seen = set()
        while name is not None and name not in seen:
            seen.add(name)
            name = assets[name][0] if name in assets else None
        return seen

    def is_in_circle(self, name, assets):
        seen, above = {name}, assets[name][0]
        while above in assets and above not in seen:
            seen.add(above)
            above = assets[above][0]
        return above in seen

    def root(self, name, assets):
        while assets[name][0] is not None:
            name = assets[name][0]
        return name


TestAssetsAndEvents = AssetsAndEvents.TestCase
TestAssetsAndEvents.settings = settings(
    max_examples=settings.default.max_examples // 2,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
