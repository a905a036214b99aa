"""What replay should say of each handler under `held_out/handlers/`; `labels.py` says what a label means.

They are for one look when replay is finished. Whoever works on replay reads neither them nor this table before.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..labels import Culprit, Label

HELD_OUT: Mapping[str, Label] = MappingProxyType(
    {
        "borg_accumulator": Label(
            rows=([3.0], [9.0], [4.0]),
            expected=frozenset({"stateful"}),
            why="All instances share one state, in which a peak is held.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 8, "_state"),
            neighbour="struct_per_row",
        ),
        "struct_per_row": Label(
            rows=([3.0, 4.0], [9.0, 12.0]),
            expected=frozenset(),
            why="A named tuple for each row, with a derived property.",
        ),
        "label_encoder": Label(
            rows=(["red"], ["blue"], ["red"], ["green"]),
            expected=frozenset({"stateful"}),
            why="Gives each new label the next free code, and remembers it for the life of the process.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 6, "codes"),
            neighbour="label_table",
        ),
        "label_encoder_of_call": Label(
            rows=(["red"], ["blue"], ["red"], ["green"]),
            expected=frozenset({"depends-on-batch", "depends-on-row-order"}),
            why="Gives each new label of the call the next free code.",
            also_right=(frozenset({"depends-on-row-order"}),),
            neighbour="label_table",
        ),
        "label_table": Label(
            rows=(["red"], ["blue"], ["red"], ["pink"]),
            expected=frozenset(),
            why="The codes of the labels are an Enum.",
        ),
        "decimal_context_creeps": Label(
            rows=(["1"], ["2"]),
            expected=frozenset({"stateful"}),
            why="The precision of the process's decimal context is raised by one at each delivery.",
            culprit=Culprit("handler.py", 6, "prec"),
            neighbour="decimal_local_context",
        ),
        "decimal_local_context": Label(
            rows=(["1"], ["2"]),
            expected=frozenset(),
            why="The precision is raised in a local context.",
        ),
        "cached_by_equal_key": Label(
            rows=(["k1", 10], ["k1", 99], ["k2", 5]),
            expected=frozenset({"stateful"}),
            why="The record is equal by its id alone, so lru_cache gives the answer of the first with that id.",
            culprit=Culprit("handler.py", 17, "_surcharge"),
            neighbour="keyed_by_whole_record",
        ),
        "keyed_by_whole_record": Label(
            rows=(["k1", 10], ["k1", 99], ["k2", 5]),
            expected=frozenset({"latent-state"}),
            why="The record is equal by all its fields: the cache is right, and remains.",
            culprit=Culprit("handler.py", 17, "_surcharge"),
        ),
        "two_of_three_kept": Label(
            rows=(["a"], ["b"], ["c"], ["d"], ["e"], ["f"]),
            expected=frozenset({"stateful"}),
            why="A counter that wraps at three: six rows bring it back to where it began.",
            culprit=Culprit("handler.py", 7, "tick"),
            neighbour="kept_by_argument",
        ),
        "kept_by_argument": Label(
            rows=(["a"], ["b"], ["c"], ["d"], ["e"], ["f"]),
            expected=frozenset(),
            why="What is kept goes by the argument.",
        ),
        "percentile_of_history": Label(
            rows=([50], [20], [70]),
            expected=frozenset({"stateful"}),
            why="Each value is put into a sorted history, and its place there is the answer.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 8, "history"),
            neighbour="percentile_of_table",
        ),
        "percentile_of_table": Label(
            rows=([50], [20], [70]),
            expected=frozenset(),
            why="The place is looked up in a sorted table.",
        ),
        "cold_start_flag": Label(
            rows=(["a"], ["b"]),
            expected=frozenset({"stateful"}),
            why="The first delivery of a process says that it was the first.",
            culprit=Culprit("handler.py", 6, "_cold"),
            neighbour="version_flag",
        ),
        "version_flag": Label(
            rows=(["a"], ["b"]),
            expected=frozenset(),
            why="A constant of the module is in each value.",
        ),
        "thread_local_attempts": Label(
            rows=(["a"], ["b"], ["a"]),
            expected=frozenset({"stateful"}),
            why="A threading.local counts the attempts at each key.",
            also_right=(frozenset({"depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 9, "attempts"),
            neighbour="spread_of_own_values",
        ),
        "spread_of_own_values": Label(
            rows=([[3.0, 1.0, 2.0]], [[5.0, 5.0]], [[1e300, -1e300]]),
            expected=frozenset(),
            why="The median and the spread of the array of the row.",
        ),
        "median_of_batch": Label(
            rows=([1.0], [2.0], [30.0], [40.0]),
            expected=frozenset({"depends-on-batch"}),
            why="Says whether a value is above the median of the batch.",
            neighbour="spread_of_own_values",
        ),
        "top_two_of_batch": Label(
            rows=([5], [1], [9], [7]),
            expected=frozenset({"depends-on-batch"}),
            why="Marks the two largest of the batch.",
            neighbour="percentile_of_table",
        ),
        "next_row_gap": Label(
            rows=([1], [4], [9], [16]),
            expected=frozenset({"depends-on-batch", "depends-on-row-order"}),
            why="The gap to the row after.",
            also_right=(frozenset({"depends-on-row-order"}),),
            neighbour="gap_of_arguments",
        ),
        "gap_of_arguments": Label(
            rows=([1, 4], [9, 16]),
            expected=frozenset(),
            why="The gap of two arguments; pairs of neighbours are used inside a row.",
        ),
        "chained_hash": Label(
            rows=(["a"], ["b"], ["c"]),
            expected=frozenset({"depends-on-batch", "depends-on-row-order"}),
            why="A chain of hashes: each row's hash takes the one before in.",
            also_right=(frozenset({"depends-on-row-order"}),),
            neighbour="hash_of_arguments",
        ),
        "hash_of_whole_row": Label(
            rows=(["a", 1], ["b", 2]),
            expected=frozenset({"depends-on-row-number"}),
            why="The hash is taken of the whole row, and the row number is a part of it.",
            neighbour="hash_of_arguments",
        ),
        "hash_of_arguments": Label(
            rows=(["a", 1], ["b", 2]),
            expected=frozenset(),
            why="The hash is taken of the arguments.",
        ),
        "code_and_row_number": Label(
            rows=(["x"], ["y"], ["z"]),
            expected=frozenset({"depends-on-row-number", "stateful"}),
            why="Two causes: codes that the process remembers, and the row number beside them.",
            also_right=(frozenset({"depends-on-row-number", "depends-on-row-order", "stateful"}),),
            culprit=Culprit("handler.py", 6, "known"),
            neighbour="label_table",
        ),
        "kernel_uuid": Label(
            rows=(["a"], ["b"]),
            expected=frozenset({"nondeterministic"}),
            why="The random numbers come from a file of the kernel.",
            neighbour="hash_of_arguments",
        ),
        "system_random_pick": Label(
            rows=(["a"], ["b"], ["c"], ["d"]),
            expected=frozenset({"nondeterministic"}),
            why="Draws with random.SystemRandom.",
            neighbour="shuffled_by_argument",
        ),
        "shuffled_by_argument": Label(
            rows=(["abcdef"], ["xyz"]),
            expected=frozenset(),
            why="The shuffle of each row is seeded with the argument.",
        ),
        "stamped_nanoseconds": Label(
            rows=(["a"], ["b"]),
            expected=frozenset(),
            why="The time in nanoseconds is in the value: the clock is frozen in this replay.",
            also_right=(frozenset({"nondeterministic"}),),
            neighbour="version_flag",
        ),
        "nested_list_sorted": Label(
            rows=([[3, 1, 2]], [[9, 8, 7, 6]]),
            expected=frozenset({"mutates-input"}),
            why="Sorts the array of the row in place to find its middle; the answer is right.",
            neighbour="spread_of_own_values",
        ),
        "objects_enriched_in_place": Label(
            rows=([{"id": 1}], [{"id": 2}]),
            expected=frozenset({"mutates-input"}),
            why="Sets a key in the object that the row brought, which is the value as well.",
            neighbour="objects_merged",
        ),
        "objects_merged": Label(
            rows=([{"id": 1}], [{"id": 2}]),
            expected=frozenset(),
            why="Makes a new object of the one that the row brought.",
        ),
        "infinite_value": Label(
            rows=([1.0], [0.0]),
            expected=frozenset({"not-json"}),
            why="A logarithm of zero is given as minus infinity.",
            neighbour="spread_of_own_values",
        ),
        "date_value": Label(
            rows=(["2024-02-28"], ["2023-12-31"]),
            expected=frozenset({"not-json"}),
            why="A date object cannot be JSON.",
            neighbour="gap_of_arguments",
        ),
        "unique_rows_answered": Label(
            rows=(["a"], ["b"], ["a"]),
            expected=frozenset({"row-count"}),
            why="Equal arguments are answered once.",
            neighbour="label_table",
        ),
        "null_first": Label(
            rows=(["1"], ["x"], ["3"]),
            expected=frozenset({"row-order"}),
            why="The rows that could not be done are answered first.",
            neighbour="label_table",
        ),
        "rows_as_objects": Label(
            rows=(["a"], ["b"]),
            expected=frozenset({"row-shape"}),
            why="Each row of the answer is an object.",
            neighbour="label_table",
        ),
        "error_text": Label(
            rows=(["1"], ["x"]),
            expected=frozenset({"no-data"}),
            why="Answers with an error in place of the data when one row is bad.",
            also_right=(frozenset({"depends-on-batch", "no-data"}),),
            neighbour="label_table",
        ),
        "empty_text_to_null": Label(
            rows=(["a"], [""]),
            expected=frozenset({"null-not-allowed"}),
            why="An empty text is given as null, and the function is NOT NULL.",
            neighbour="empty_text_kept",
            not_null=True,
        ),
        "empty_text_kept": Label(
            rows=(["a"], [""]),
            expected=frozenset(),
            why="An empty text stays empty.",
            not_null=True,
        ),
        "patterns_when_needed": Label(
            rows=(["AB-1"], ["77"]),
            expected=frozenset({"latent-state"}),
            why="Patterns are compiled when they are first needed and kept.",
            culprit=Culprit("handler.py", 10, "PATTERNS"),
        ),
        "fibonacci_memo": Label(
            rows=([10], [90], [3]),
            expected=frozenset({"latent-state"}),
            why="A recursive function with a right memo.",
            culprit=Culprit("handler.py", 6, "MEMO"),
        ),
        "matched_shapes": Label(
            rows=([{"kind": "circle", "r": 2}], [[1, 2]], ["text"], [None], [True]),
            expected=frozenset(),
            why="A match statement over arguments of many types.",
        ),
    }
)
