"""What replay should say of each handler under `handlers/`: written before replay was, and proven without it.

A label is a whole answer: the set of finding ids, no more and no fewer. `prove_labels.py` proves each of them with
the brute force of `oracle.py`. `also_right` has whole answers which are as right.

What a finding means here:

- `stateful`: an earlier delivery, or earlier rows in the process, change an answer, or make it fail.
- `latent-state`: something in the function's modules remains after a delivery, and no answer changes for it.
- `depends-on-batch`: the answer for a row depends on which other rows are in its batch, in a fresh process too.
- `depends-on-row-order`: it depends on where the row stands in its batch, or on what stands before or after it.
- `depends-on-row-number`: it depends on the number in `row[0]`, everything else being equal.
- `nondeterministic`: equal deliveries to equal processes may get different answers, because of a random source, the
  time, the hash seed or anything else outside.
- `mutates-input`: the rows that came in are changed, and the answers are right for a delivery from the wire.
- `no-data`, `row-count`, `row-order`, `row-number`, `row-shape`, `not-json`, `response-too-large`,
  `null-not-allowed`: the answer breaks Snowflake's contract. A rule is said where it is broken first: an answer that
  lacks rows is `row-count` and not also `row-number`; `row-order` is the right numbers in another order, and
  `row-number` is numbers that were not sent. `not_null` says that the function is declared NOT NULL.

When two are right together:

- `depends-on-row-order` within a batch always comes with `depends-on-batch`: a row alone has one order only, so a row
  which feels its neighbours' order feels whether they are there. Saying both is the label, and saying only the order,
  which implies the other, is as right. A symmetric aggregate (mean, dense rank, count) is `depends-on-batch` alone.
- State has one finding: a counter moves under permutation and splitting, and is `stateful` alone. Where what earlier
  rows in the batch *contain* changes later answers (a memo by half a key, a running balance), saying
  `depends-on-row-order` beside it is as right, and the oracle proves that it is so. Never `latent-state` beside it.
- A random number for each row moves with the row's position under permutation and splitting: that is
  `nondeterministic` and nothing else. A fixed seed for each *call* and a draw for each row is no randomness: the value
  goes with the position, which is a dependency on order and batch.
- The time, one random number for the whole call, and the order of a set differ in no trial of the first replay, whose
  clock, seeds and hash seed are held: saying nothing is right, `nondeterministic` is as right, anything worse is wrong.
- A number that is only logged, a clock that is only measured, a cache of `re`, an import in a function: nothing.
- Two causes are two findings: a delivery counter beside the mean of the batch is `stateful` and `depends-on-batch`.

A culprit is the line that changes the state (for an iterator or a cache, the line that uses it) and the name of what
holds the state: the last part of whatever path to it a report gives. Either of the two in the report is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple


class Culprit(NamedTuple):
    """Where state is: the file in the handler's folder, the line in it, and the name."""

    file: str
    line: int
    name: str


@dataclass(frozen=True)
class Label:
    """The answer that is right for a handler."""

    rows: tuple[list[Any], ...]
    expected: frozenset[str]
    why: str
    also_right: tuple[frozenset[str], ...] = ()
    culprit: Culprit | None = None
    neighbour: str | None = None
    """The close one without an error: what makes the difference is all that may be found."""
    not_null: bool = False

    @property
    def right(self) -> tuple[frozenset[str], ...]:
        """All whole answers that are right."""
        return (self.expected, *self.also_right)


LABELS: Mapping[str, Label] = MappingProxyType(
    {
        "global_counter": Label(
            rows=(["acme", 10.0], ["birch", 20.0], ["cedar", 30.0], ["dune", 40.0]),
            expected=frozenset({"stateful"}),
            why="Numbers invoices with a global that every delivery moves on.",
            culprit=Culprit("handler.py", 8, "SEQUENCE"),
            neighbour="invoice_from_arguments",
        ),
        "invoice_from_arguments": Label(
            rows=(["acme", 10.0], ["birch", 20.0], ["cedar", 30.0], ["dune", 40.0]),
            expected=frozenset(),
            why="The invoice number is made from the arguments only.",
        ),
        "class_attribute_counter": Label(
            rows=(["P-100"], ["P-200"], ["P-300"]),
            expected=frozenset({"stateful"}),
            why="An attribute of the class, not of the instance, counts the rows of the process.",
            culprit=Culprit("handler.py", 5, "handled"),
            neighbour="class_without_state",
        ),
        "class_without_state": Label(
            rows=(["P-100"], ["P-200"], ["P-300"]),
            expected=frozenset(),
            why="The class has a constant and a method, nothing changes.",
        ),
        "closure_counter": Label(
            rows=(["a"], ["b"], ["c"], ["d"]),
            expected=frozenset({"stateful"}),
            why="A nonlocal counts in a closure made at import.",
            culprit=Culprit("handler.py", 6, "used"),
            neighbour="closure_over_rate",
        ),
        "closure_over_rate": Label(
            rows=([100], [12.5], [0], [-3]),
            expected=frozenset(),
            why="The closure holds a constant.",
        ),
        "default_argument_history": Label(
            rows=([10.0], [11.0], [15.0], [2.0]),
            expected=frozenset({"stateful"}),
            why="A mutable default keeps all readings, and the average is over all of them.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 2, "history"),
            neighbour="default_argument_table",
        ),
        "default_argument_table": Label(
            rows=(["NO"], ["SE"], ["XX"], [None]),
            expected=frozenset(),
            why="The mutable default is only read.",
        ),
        "function_attribute_counter": Label(
            rows=(["x"], ["y"], ["z"]),
            expected=frozenset({"stateful"}),
            why="A function counts its own calls in an attribute, and the count is in the value.",
            culprit=Culprit("handler.py", 2, "calls"),
            neighbour="function_attribute_constant",
        ),
        "function_attribute_constant": Label(
            rows=(["x y"], ["Y/Z"], ["Ærlig"]),
            expected=frozenset(),
            why="The attribute of the function is a table that nobody changes.",
        ),
        "environment_counter": Label(
            rows=(["wells"], ["pumps"]),
            expected=frozenset({"stateful"}),
            why="The run number is kept in an environment variable of the process.",
            culprit=Culprit("handler.py", 6, "EXPORT_RUN"),
            neighbour="environment_read",
        ),
        "environment_read": Label(
            rows=(["wells"], ["pumps"]),
            expected=frozenset(),
            why="Environment variables are only read.",
        ),
        "lru_cache_list_grows": Label(
            rows=(["pump", "red"], ["valve", "blue"], ["pump", "green"]),
            expected=frozenset({"stateful"}),
            why="The cached function gives its one list to everyone, and the caller appends to it.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 15, "tags_of"),
            neighbour="lru_cache_tuple",
        ),
        "lru_cache_tuple": Label(
            rows=(["pump", "red"], ["valve", "blue"], ["pump", "green"]),
            expected=frozenset({"latent-state"}),
            why="A right cache of a pure function: it remains, no answer changes.",
            culprit=Culprit("handler.py", 14, "tags_of"),
        ),
        "foreign_module_counter": Label(
            rows=(["north"], ["south"]),
            expected=frozenset({"stateful"}),
            why="The counter hangs on a module of the standard library.",
            culprit=Culprit("handler.py", 5, "batch_no"),
            neighbour="foreign_module_constant",
        ),
        "foreign_module_constant": Label(
            rows=([0], [25], [26], [701]),
            expected=frozenset(),
            why="Somebody else's module is only read.",
        ),
        "itertools_count_ids": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset({"stateful"}),
            why="An itertools.count of the module gives the ids.",
            culprit=Culprit("handler.py", 7, "_ids"),
            neighbour="accumulate_own_digits",
        ),
        "accumulate_own_digits": Label(
            rows=([1234], [9], [0], [12345678901234567890123456789012345678]),
            expected=frozenset(),
            why="The iterator lives for one row.",
        ),
        "round_robin_generator": Label(
            rows=(["c-1"], ["c-2"], ["c-3"], ["c-4"]),
            expected=frozenset({"stateful"}),
            why="A generator of the module deals agents out in turn.",
            culprit=Culprit("handler.py", 13, "TURN"),
            neighbour="spread_by_hash",
        ),
        "spread_by_hash": Label(
            rows=(["c-1"], ["c-2"], ["c-3"], ["c-4"]),
            expected=frozenset(),
            why="The agent is chosen by a hash of the argument.",
        ),
        "context_manager_leaks": Label(
            rows=(["boot"], ["halt"]),
            expected=frozenset({"stateful"}),
            why="A context manager goes a level deeper at each delivery and never comes back.",
            culprit=Culprit("handler.py", 14, "depth"),
            neighbour="context_manager_restores",
        ),
        "context_manager_restores": Label(
            rows=(["boot"], ["halt"]),
            expected=frozenset(),
            why="The context manager puts everything back as it was.",
        ),
        "memo_first_argument": Label(
            rows=(["oslo", "C"], ["oslo", "F"], ["rome", "C"], ["rome", "F"]),
            expected=frozenset({"stateful"}),
            why="The memo is keyed by the first of two arguments: whoever came first decides for the others.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 9, "_memo"),
            neighbour="memo_all_arguments",
        ),
        "memo_all_arguments": Label(
            rows=(["oslo", "C"], ["oslo", "F"], ["rome", "C"], ["rome", "F"]),
            expected=frozenset({"latent-state"}),
            why="The same memo, rightly keyed by both arguments.",
            culprit=Culprit("handler.py", 10, "_memo"),
        ),
        "module_generator_seeded": Label(
            rows=([10.0], [20.0], [30.0]),
            expected=frozenset({"stateful"}),
            why="A generator seeded at import goes on where the last delivery left it.",
            culprit=Culprit("handler.py", 7, "RNG"),
            neighbour="generator_seeded_per_row",
        ),
        "generator_seeded_per_row": Label(
            rows=([10.0], [20.0], [30.0]),
            expected=frozenset(),
            why="Each row seeds its own generator from its argument.",
        ),
        "every_third_flagged": Label(
            rows=(["a"], ["b"], ["c"], ["d"]),
            expected=frozenset({"stateful"}),
            why="A counter that wraps around: each third row of the process is sampled.",
            culprit=Culprit("handler.py", 7, "seen"),
            neighbour="third_by_hash",
        ),
        "third_by_hash": Label(
            rows=(["a"], ["b"], ["c"], ["d"]),
            expected=frozenset(),
            why="About each third is sampled, by a hash of the argument.",
        ),
        "after_hundred_rows": Label(
            rows=tuple([n] for n in range(60)),
            expected=frozenset({"stateful"}),
            why="After a hundred rows of the process the answers degrade; the second delivery of sixty crosses it.",
            culprit=Culprit("handler.py", 7, "_used"),
            neighbour="limit_on_argument",
        ),
        "limit_on_argument": Label(
            rows=tuple([n] for n in range(60)),
            expected=frozenset(),
            why="The limit is on the argument.",
        ),
        "first_wins_across_batches": Label(
            rows=(["a@x.no"], ["b@x.no"], ["a@x.no"], ["c@x.no"]),
            expected=frozenset({"stateful"}),
            why="Marks what any earlier delivery had as a duplicate, so a repeated batch is all duplicates.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 11, "SEEN"),
            neighbour="dedupe_own_list",
        ),
        "dedupe_own_list": Label(
            rows=([["a", "b", "a"]], [[]], [["c", "c"]]),
            expected=frozenset(),
            why="Removes duplicates inside the one argument, which is an array.",
        ),
        "balance_per_account": Label(
            rows=(["a", 10], ["b", 5], ["a", -3], ["b", 7]),
            expected=frozenset({"stateful"}),
            why="A running balance for each account is kept between the deliveries.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 9, "balances"),
            neighbour="balance_from_arguments",
        ),
        "balance_from_arguments": Label(
            rows=([100, 10], [0, 5], [7, -3]),
            expected=frozenset(),
            why="The balance comes with the row.",
        ),
        "exhausted_reader": Label(
            rows=(["NO"], ["DK"], ["XX"]),
            expected=frozenset({"stateful"}),
            why="The table is a csv reader of the module, which the first delivery reads to its end.",
            culprit=Culprit("handler.py", 15, "READER"),
            neighbour="table_read_once",
        ),
        "table_read_once": Label(
            rows=(["NO"], ["DK"], ["XX"]),
            expected=frozenset(),
            why="The table is read into a dictionary at import.",
        ),
        "voucher_popped": Label(
            rows=(["SPRING"], ["AUTUMN"], ["NONE"]),
            expected=frozenset({"stateful"}),
            why="The lookup takes the entry out, so it is there once.",
            culprit=Culprit("handler.py", 5, "VOUCHERS"),
            neighbour="voucher_looked_up",
        ),
        "voucher_looked_up": Label(
            rows=(["SPRING"], ["AUTUMN"], ["NONE"]),
            expected=frozenset(),
            why="The lookup leaves the table alone.",
        ),
        "constant_list_extended": Label(
            rows=(["id"], ["unit"]),
            expected=frozenset({"stateful"}),
            why="`fields += [...]` extends the constant of the module, not a copy.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 6, "BASE_FIELDS"),
            neighbour="constant_list_copied",
        ),
        "constant_list_copied": Label(
            rows=(["id"], ["unit"]),
            expected=frozenset(),
            why="The list is copied before it is extended.",
        ),
        "highest_so_far": Label(
            rows=([5.0], [20.0], [10.0]),
            expected=frozenset({"stateful"}),
            why="Scales by the highest value that the process has seen.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 6, "_highest"),
            neighbour="share_of_capacity",
        ),
        "share_of_capacity": Label(
            rows=([5.0], [20.0], [10.0]),
            expected=frozenset(),
            why="Scales by a constant.",
        ),
        "unit_of_first_row": Label(
            rows=([10.0, "bar"], [20.0, "psi"], [30.0, "bar"]),
            expected=frozenset({"stateful"}),
            why="The first row that the process ever sees sets the unit for all others.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 9, "_unit"),
            neighbour="lazy_singleton",
        ),
        "lazy_singleton": Label(
            rows=([10.0, "bar"], [20.0, "psi"], [30.0, "bar"]),
            expected=frozenset({"latent-state"}),
            why="A table is built at the first delivery and kept: it never depends on a row.",
            culprit=Culprit("handler.py", 7, "_table"),
        ),
        "helper_module_counts": Label(
            rows=(["a"], ["b"]),
            expected=frozenset({"stateful"}),
            why="The state is in a module beside the handler.",
            culprit=Culprit("ledger.py", 5, "issued"),
            neighbour="helper_module_pure",
        ),
        "helper_module_pure": Label(
            rows=(["a"], ["b"]),
            expected=frozenset(),
            why="The module beside the handler has functions only.",
        ),
        "smoothing_dataclass": Label(
            rows=(["t1", 10.0], ["t1", 20.0], ["t2", 5.0], ["t2", 9.0]),
            expected=frozenset({"stateful"}),
            why="Exponential smoothing for each sensor, in dataclass objects kept by the module.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 10, "level"),
            neighbour="smoothing_own_list",
        ),
        "smoothing_own_list": Label(
            rows=([[10.0, 20.0]], [[5.0, 9.0, 1.0]], [[]]),
            expected=frozenset(),
            why="The same smoothing over the array that the row brings.",
        ),
        "template_shared": Label(
            rows=(["alarm", "hot"], ["info", "ok"], ["alarm", "wet"]),
            expected=frozenset({"stateful"}),
            why="The nested list of a template is shared by all that are made from it.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 11, "TEMPLATES"),
            neighbour="template_deep_copied",
        ),
        "template_deep_copied": Label(
            rows=(["alarm", "hot"], ["info", "ok"], ["alarm", "wet"]),
            expected=frozenset(),
            why="The template is copied all the way down.",
        ),
        "refuses_second_time": Label(
            rows=(["o-1"], ["o-2"], ["o-3"]),
            expected=frozenset({"stateful"}),
            why="Raises when the same order comes a second time, which a retry is.",
            culprit=Culprit("handler.py", 11, "DONE"),
            neighbour="refuses_by_value",
        ),
        "refuses_by_value": Label(
            rows=(["o-1"], ["x-2"], ["o-3"]),
            expected=frozenset(),
            why="An order that does not fit is refused for what it is.",
        ),
        "sliding_window": Label(
            rows=([1.0], [2.0], [6.0], [30.0]),
            expected=frozenset({"stateful"}),
            why="The moving average is over the last three rows of the process.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 8, "WINDOW"),
            neighbour="window_own_list",
        ),
        "window_own_list": Label(
            rows=([[1.0, 2.0, 6.0, 30.0]], [[4.0]]),
            expected=frozenset(),
            why="The moving average is over the array of the row.",
        ),
        "counter_and_mean": Label(
            rows=([1.0], [2.0], [6.0]),
            expected=frozenset({"depends-on-batch", "stateful"}),
            why="Two causes: a delivery number in the value, and the mean of the batch.",
            culprit=Culprit("handler.py", 6, "deliveries"),
            neighbour="mean_of_plant",
        ),
        "mean_centred": Label(
            rows=([1.0], [2.0], [6.0]),
            expected=frozenset({"depends-on-batch"}),
            why="Takes the mean of the batch from each value.",
            neighbour="mean_of_plant",
        ),
        "mean_of_plant": Label(
            rows=([1.0], [2.0], [6.0]),
            expected=frozenset(),
            why="Takes a known mean from each value.",
        ),
        "rank_in_batch": Label(
            rows=([70], [55], [90], [55]),
            expected=frozenset({"depends-on-batch"}),
            why="A dense rank among the rows of the batch.",
            neighbour="rank_in_grades",
        ),
        "rank_in_grades": Label(
            rows=([70], [55], [90], [55]),
            expected=frozenset(),
            why="The rank is on a fixed ladder.",
        ),
        "budget_over_batch": Label(
            rows=(["a"], ["b"], ["c"], ["d"]),
            expected=frozenset({"depends-on-batch"}),
            why="Shares an amount by the number of rows in the batch.",
            neighbour="budget_over_argument",
        ),
        "budget_over_argument": Label(
            rows=(["a", 3], ["b", 4], ["c", 0]),
            expected=frozenset(),
            why="Shares an amount by a head count that the row brings; the length of the batch is only logged.",
        ),
        "bad_row_blanks_batch": Label(
            rows=(["1"], ["2"], ["three"], ["4"]),
            expected=frozenset({"depends-on-batch"}),
            why="One value that is no number makes every answer of the batch null.",
            neighbour="bad_row_alone",
        ),
        "bad_row_alone": Label(
            rows=(["1"], ["2"], ["three"], [None]),
            expected=frozenset(),
            why="A bad value makes its own answer null.",
        ),
        "orders_in_batch": Label(
            rows=(["acme"], ["birch"], ["acme"]),
            expected=frozenset({"depends-on-batch"}),
            why="Counts how often the customer is in the batch.",
            neighbour="words_in_argument",
        ),
        "words_in_argument": Label(
            rows=(["a rose is a rose"], [""], ["one"]),
            expected=frozenset(),
            why="Counts inside the argument.",
        ),
        "scaled_by_batch_maximum": Label(
            rows=([2.0, 4.0], [8.0, 16.0], [5.0, 10.0]),
            expected=frozenset({"depends-on-batch"}),
            why="Scales to the largest of the batch.",
            neighbour="scaled_by_own_maximum",
        ),
        "scaled_by_own_maximum": Label(
            rows=([2.0, 4.0], [8.0, 16.0], [5.0, 10.0]),
            expected=frozenset(),
            why="Scales to the maximum that the row brings.",
        ),
        "last_row_for_all": Label(
            rows=([2, 10], [3, 100], [4, 1000]),
            expected=frozenset({"depends-on-batch", "depends-on-row-order"}),
            why="The late binding of lambdas in a loop: all rows are answered with the last row's factor.",
            also_right=(frozenset({"depends-on-row-order"}),),
            neighbour="bound_per_row",
        ),
        "bound_per_row": Label(
            rows=([2, 10], [3, 100], [4, 1000]),
            expected=frozenset(),
            why="The lambdas bind their factor when they are made.",
        ),
        "previous_row_delta": Label(
            rows=([10.0], [12.0], [9.0], [20.0]),
            expected=frozenset({"depends-on-batch", "depends-on-row-order"}),
            why="The difference to the row before.",
            also_right=(frozenset({"depends-on-row-order"}),),
            neighbour="delta_of_arguments",
        ),
        "delta_of_arguments": Label(
            rows=([10.0, None], [12.0, 10.0], [9.0, 12.0]),
            expected=frozenset(),
            why="The difference of two arguments.",
        ),
        "running_total": Label(
            rows=([1], [2], [3], [4]),
            expected=frozenset({"depends-on-batch", "depends-on-row-order"}),
            why="A running total over the rows of the batch.",
            also_right=(frozenset({"depends-on-row-order"}),),
            neighbour="total_of_own_list",
        ),
        "total_of_own_list": Label(
            rows=([[1, 2, 3]], [[]], [[10, -10]]),
            expected=frozenset(),
            why="A running total over the array of the row.",
        ),
        "first_in_batch": Label(
            rows=(["ann"], ["bob"], ["ann"], ["cat"]),
            expected=frozenset({"depends-on-batch", "depends-on-row-order"}),
            why="Within the batch, the first with a name is new and the others are duplicates.",
            also_right=(frozenset({"depends-on-row-order"}),),
            neighbour="dedupe_own_list",
        ),
        "position_in_batch": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset({"depends-on-batch", "depends-on-row-order"}),
            why="The position in the batch, counted by the handler, is in the value.",
            also_right=(frozenset({"depends-on-row-order"}),),
            neighbour="sheet_row_argument",
        ),
        "sheet_row_argument": Label(
            rows=(["a", 7], ["b", 8], ["c", 9]),
            expected=frozenset(),
            why="The position is an argument, and enumerate is used only to reach a limit of the log.",
        ),
        "generator_seeded_per_call": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset({"depends-on-batch", "depends-on-row-order"}),
            why="Seeded anew in each call, but each row takes the next draw: the value goes with the position.",
            also_right=(frozenset({"depends-on-row-order"}),),
            neighbour="draw_seeded_per_call",
        ),
        "draw_seeded_per_call": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset(),
            why="Seeded anew in each call, and one draw is used for all rows.",
        ),
        "filled_forward": Label(
            rows=([1.5], [None], [2.5], [None]),
            expected=frozenset({"depends-on-batch", "depends-on-row-order"}),
            why="A null takes the value of the row before.",
            also_right=(frozenset({"depends-on-row-order"}),),
            neighbour="filled_with_default",
        ),
        "filled_with_default": Label(
            rows=([1.5], [None], [2.5], [None]),
            expected=frozenset(),
            why="A null takes a constant.",
        ),
        "call_memo_first_argument": Label(
            rows=(["rod", 2], ["rod", 5], ["pipe", 1]),
            expected=frozenset({"depends-on-batch", "depends-on-row-order"}),
            why="The memo lives for one call, but is keyed by one of two arguments.",
            also_right=(frozenset({"depends-on-row-order"}),),
            neighbour="call_memo_all_arguments",
        ),
        "call_memo_all_arguments": Label(
            rows=(["rod", 2], ["rod", 5], ["pipe", 1]),
            expected=frozenset(),
            why="The memo lives for one call and is keyed by both arguments.",
        ),
        "first_row_is_header": Label(
            rows=(["name"], ["oslo"], ["rome"]),
            expected=frozenset({"depends-on-batch", "depends-on-row-order"}),
            why="The first row of the batch is taken for a header, whatever its number.",
            also_right=(frozenset({"depends-on-row-order"}),),
            neighbour="header_by_value",
        ),
        "header_by_value": Label(
            rows=(["name"], ["oslo"], ["rome"]),
            expected=frozenset(),
            why="A header is known by what it says.",
        ),
        "row_number_as_id": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset({"depends-on-row-number"}),
            why="The number of the row in the batch is used as an id.",
            neighbour="uuid5_of_arguments",
        ),
        "uuid5_of_arguments": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset(),
            why="The id is a uuid5 of the argument.",
        ),
        "row_number_as_seed": Label(
            rows=([10.0], [20.0], [30.0]),
            expected=frozenset({"depends-on-row-number"}),
            why="The generator of each row is seeded with its number.",
            neighbour="generator_seeded_per_row",
        ),
        "row_number_as_index": Label(
            rows=(["a"], ["b"], ["c"], ["d"]),
            expected=frozenset({"depends-on-row-number"}),
            why="The row number chooses from a list of the module.",
            neighbour="argument_as_index",
        ),
        "argument_as_index": Label(
            rows=(["a", 0], ["b", 5], ["c", 2]),
            expected=frozenset(),
            why="An argument chooses from the list.",
        ),
        "row_zero_is_header": Label(
            rows=(["name"], ["oslo"], ["rome"]),
            expected=frozenset({"depends-on-row-number"}),
            why="Row number 0 is taken for a header.",
            neighbour="header_by_value",
        ),
        "odd_rows_striped": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset({"depends-on-row-number"}),
            why="Even and odd row numbers get different values.",
            neighbour="answers_by_number",
        ),
        "answers_by_number": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset(),
            why="The row number is the key of a dictionary of the call, and nothing else.",
        ),
        "random_per_row": Label(
            rows=([10.0], [20.0], [30.0]),
            expected=frozenset({"nondeterministic"}),
            why="A random number for each row: where a row stands only decides which number it happens to get.",
            neighbour="generator_seeded_per_row",
        ),
        "uuid4_per_row": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset({"nondeterministic"}),
            why="A uuid4 for each row.",
            neighbour="uuid5_of_arguments",
        ),
        "secret_token_per_row": Label(
            rows=(["ann"], ["bob"]),
            expected=frozenset({"nondeterministic"}),
            why="A token of the secrets module for each row.",
            neighbour="token_of_arguments",
        ),
        "token_of_arguments": Label(
            rows=(["ann"], ["bob"]),
            expected=frozenset(),
            why="The token is an HMAC of the argument; with a key among the secrets, if there is one.",
        ),
        "salted_password": Label(
            rows=(["pa55"], ["word"]),
            expected=frozenset({"nondeterministic"}),
            why="Each password is hashed with a fresh salt of os.urandom.",
            neighbour="token_of_arguments",
        ),
        "shuffled_choice": Label(
            rows=(
                ["c-1"],
                ["c-2"],
                ["c-3"],
                ["c-4"],
                ["c-5"],
                ["c-6"],
                ["c-7"],
                ["c-8"],
                ["c-9"],
                ["c-10"],
                ["c-11"],
                ["c-12"],
            ),
            expected=frozenset({"nondeterministic"}),
            why="Draws an agent for each row with random.choice.",
            neighbour="spread_by_hash",
        ),
        "random_run_id": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset(),
            why="One uuid4 for the whole call: with equal seeds nothing differs.",
            also_right=(frozenset({"nondeterministic"}),),
            neighbour="uuid5_of_arguments",
        ),
        "time_in_value": Label(
            rows=(["a"], ["b"]),
            expected=frozenset(),
            why="The time is in the value: the clock is frozen in this replay.",
            also_right=(frozenset({"nondeterministic"}),),
            neighbour="time_only_logged",
        ),
        "age_in_days": Label(
            rows=(["2020-02-29"], ["1999-12-31"]),
            expected=frozenset(),
            why="The age of a date depends on today: the clock is frozen in this replay.",
            also_right=(frozenset({"nondeterministic"}),),
            neighbour="time_only_logged",
        ),
        "time_only_logged": Label(
            rows=(["a"], ["b"]),
            expected=frozenset(),
            why="The time is measured and logged, and is in no value.",
        ),
        "random_only_logged": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset(),
            why="A random number decides only which rows are logged.",
        ),
        "tags_in_set_order": Label(
            rows=(["red,blue,green,black"], ["one,two,three,four,five"]),
            expected=frozenset(),
            why="The order of a set of text goes with the hash seed, which is one in a process.",
            also_right=(frozenset({"nondeterministic"}),),
            neighbour="tags_sorted",
        ),
        "tags_sorted": Label(
            rows=(["red,blue,green,black"], ["one,two,three,four,five"]),
            expected=frozenset(),
            why="The set is sorted before it is joined.",
        ),
        "rows_popped": Label(
            rows=(["a", 1], ["b", 2]),
            expected=frozenset({"mutates-input"}),
            why="Pops the row number out of each row that came in; the answers are right.",
            neighbour="rows_sliced",
        ),
        "rows_sliced": Label(
            rows=(["a", 1], ["b", 2]),
            expected=frozenset(),
            why="Takes slices and leaves the rows as they came.",
        ),
        "rows_sorted_in_place": Label(
            rows=(["pump"], ["axle"], ["pump"], ["belt"]),
            expected=frozenset({"mutates-input"}),
            why="Sorts the incoming rows in place to group them, and answers in the order of the row numbers.",
            neighbour="rows_sorted_copy",
        ),
        "rows_sorted_copy": Label(
            rows=(["pump"], ["axle"], ["pump"], ["belt"]),
            expected=frozenset(),
            why="Sorts a copy to group the rows, and answers in the order of the row numbers.",
        ),
        "vat_added_in_place": Label(
            rows=(["a", 100.0], ["b", 8.0]),
            expected=frozenset({"mutates-input"}),
            why="Multiplies in the incoming rows: the same object given again would differ, the wire's does not.",
            neighbour="vat_added",
        ),
        "vat_added": Label(
            rows=(["a", 100.0], ["b", 8.0]),
            expected=frozenset(),
            why="Makes new rows.",
        ),
        "answer_is_input": Label(
            rows=(["a"], ["b"]),
            expected=frozenset({"mutates-input"}),
            why="Writes the answer over the input and gives it back.",
            neighbour="rows_sliced",
        ),
        "drops_nulls": Label(
            rows=(["a"], [None], ["c"]),
            expected=frozenset({"row-count"}),
            why="Rows with a null are left out of the answer.",
            neighbour="keeps_nulls",
        ),
        "keeps_nulls": Label(
            rows=(["a"], [None], ["c"]),
            expected=frozenset(),
            why="Rows with a null are answered with null.",
        ),
        "explodes_rows": Label(
            rows=(["a,b"], ["c,d"]),
            expected=frozenset({"row-count"}),
            why="One answer for each part of the argument.",
            neighbour="list_in_value",
        ),
        "list_in_value": Label(
            rows=(["a,b"], ["c,d"]),
            expected=frozenset(),
            why="The parts are an array in the one value.",
        ),
        "only_first_answered": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset({"row-count"}),
            why="Returns inside the loop.",
            neighbour="keeps_nulls",
        ),
        "numbers_from_one": Label(
            rows=(["a"], ["b"]),
            expected=frozenset({"row-number"}),
            why="Numbers the answers from one.",
            neighbour="numbers_echoed",
        ),
        "numbers_echoed": Label(
            rows=(["a"], ["b"]),
            expected=frozenset(),
            why="Gives the row numbers back as they came.",
        ),
        "numbers_as_text": Label(
            rows=(["a"], ["b"]),
            expected=frozenset({"row-number"}),
            why="The row numbers come back as text, because they were the keys of a JSON object.",
            neighbour="numbers_echoed",
        ),
        "bare_values": Label(
            rows=(["a"], ["b"]),
            expected=frozenset({"row-shape"}),
            why="The answers are values without row numbers.",
            neighbour="numbers_echoed",
        ),
        "single_element_rows": Label(
            rows=(["a"], ["b"]),
            expected=frozenset({"row-shape"}),
            why="Each row of the answer has the value only.",
            neighbour="numbers_echoed",
        ),
        "extra_element": Label(
            rows=(["a"], ["bc"]),
            expected=frozenset({"row-shape"}),
            why="Each row of the answer has two values.",
            neighbour="two_values_in_object",
        ),
        "two_values_in_object": Label(
            rows=(["a"], ["bc"]),
            expected=frozenset(),
            why="Two values are one object.",
        ),
        "nan_value": Label(
            rows=([1.0, 2.0], [0.0, 0.0]),
            expected=frozenset({"not-json"}),
            why="Nothing divided by nothing is NaN, which JSON does not have.",
            neighbour="nan_as_null",
        ),
        "nan_as_null": Label(
            rows=([1.0, 2.0], [0.0, 0.0]),
            expected=frozenset(),
            why="Nothing divided by nothing is null.",
        ),
        "set_value": Label(
            rows=(["red,blue"], ["one"]),
            expected=frozenset({"not-json"}),
            why="A set cannot be JSON.",
            neighbour="tags_sorted",
        ),
        "bytes_value": Label(
            rows=(["a"], ["b"]),
            expected=frozenset({"not-json"}),
            why="Bytes cannot be JSON.",
            neighbour="hex_value",
        ),
        "hex_value": Label(
            rows=(["a"], ["b"]),
            expected=frozenset(),
            why="The digest is text.",
        ),
        "decimal_value": Label(
            rows=(["1.10"], ["2.25"]),
            expected=frozenset({"not-json"}),
            why="A Decimal cannot be JSON as the json module makes it.",
            neighbour="decimal_as_text",
        ),
        "decimal_as_text": Label(
            rows=(["1.10"], ["2.25"]),
            expected=frozenset(),
            why="The Decimal is given as text.",
        ),
        "null_from_not_null": Label(
            rows=(["NO"], ["XX"]),
            expected=frozenset({"null-not-allowed"}),
            why="A lookup that misses gives null, and the function is NOT NULL.",
            neighbour="default_from_not_null",
            not_null=True,
        ),
        "default_from_not_null": Label(
            rows=(["NO"], ["XX"]),
            expected=frozenset(),
            why="A lookup that misses gives 0, and the function is NOT NULL.",
            not_null=True,
        ),
        "top_level_list": Label(
            rows=(["a"], ["b"]),
            expected=frozenset({"no-data"}),
            why="The answer is the list of rows itself.",
            neighbour="numbers_echoed",
        ),
        "results_key": Label(
            rows=(["a"], ["b"]),
            expected=frozenset({"no-data"}),
            why="The rows are under another key.",
            neighbour="numbers_echoed",
        ),
        "nothing_returned": Label(
            rows=(["a"], ["b"]),
            expected=frozenset({"no-data"}),
            why="The return is forgotten.",
            neighbour="numbers_echoed",
        ),
        "eleven_megabytes": Label(
            rows=tuple([n] for n in range(11)),
            expected=frozenset({"response-too-large"}),
            why="Eleven rows are made a megabyte each.",
            neighbour="one_megabyte",
        ),
        "one_megabyte": Label(
            rows=tuple([n] for n in range(11)),
            expected=frozenset(),
            why="Eleven rows are made a hundred kilobytes each.",
        ),
        "sorted_by_value": Label(
            rows=(["c"], ["a"], ["b"]),
            expected=frozenset({"row-order"}),
            why="The answers come back sorted by their values.",
            neighbour="rows_sorted_copy",
        ),
        "reversed_by_stack": Label(
            rows=(["c"], ["a"], ["b"]),
            expected=frozenset({"row-order"}),
            why="A copy of the rows is worked off as a stack, from its end.",
            neighbour="numbers_echoed",
        ),
        "metrics_counter": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset({"latent-state"}),
            why="A counter that goes to the log only: state remains, no answer changes.",
            culprit=Culprit("handler.py", 8, "METRICS"),
        ),
        "cached_property_kept": Label(
            rows=([1.0, "km"], [2.0, "mi"]),
            expected=frozenset({"latent-state"}),
            why="A cached property of an object of the module: it remains, no answer changes.",
            culprit=Culprit("handler.py", 14, "factors"),
        ),
        "scratch_buffer": Label(
            rows=(["a b"], ["c"], ["d e f"]),
            expected=frozenset({"latent-state"}),
            why="A buffer of the module is emptied before each use: its content remains, no answer changes.",
            culprit=Culprit("handler.py", 7, "BUFFER"),
            neighbour="buffer_of_call",
        ),
        "buffer_of_call": Label(
            rows=(["a b"], ["c"], ["d e f"]),
            expected=frozenset(),
            why="The buffer is made in the call.",
        ),
        "lazy_import": Label(
            rows=(["0.1"], ["1.25"]),
            expected=frozenset(),
            why="A module of the standard library is imported at the first delivery.",
        ),
        "compiled_regex": Label(
            rows=(["P-101 A"], ["x"], [""]),
            expected=frozenset(),
            why="Compiled patterns of the module, and one that re keeps in its own cache.",
        ),
        "big_numbers_and_unicode": Label(
            rows=([12345678901234567890123456789012345678, "Ærø 🛢️"], [-1, ""], [None, None]),
            expected=frozenset(),
            why="Whole numbers of 38 digits and text beyond the basic plane go through unchanged.",
        ),
        "client_and_secrets": Label(
            rows=([1.0, 5.0], [2.0, 0.5]),
            expected=frozenset(),
            why="Takes the client and the secrets of a Cognite function, and needs neither.",
        ),
        "equal_rows_batched_once": Label(
            rows=(["a"], ["b"], ["a"]),
            expected=frozenset(),
            why="Asks for each distinct argument once and gives the answer to all rows that had it.",
        ),
    }
)
