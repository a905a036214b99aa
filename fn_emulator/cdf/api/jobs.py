"""Jobs of ``/context``: what is asked for is answered by a script, Queued at first and finished at the first poll."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fn_emulator.cdf.contract import Reply, Request, not_found
from fn_emulator.cdf.scripts import Answer, answer_of, how_to_script
from fn_emulator.cdf.world import Item

TABLE = "context/jobs"


def start(
    request: Request,
    name: str,
    given: Item,
    example: str,
    *,
    echoed: Item,
    queued: list[Any] | None = None,
    completed: Callable[[list[Any]], list[Any]] = list,
) -> Reply:
    """Start a job, which ends at once as it is scripted.

    Args:
        request: The request.
        name: What its script is called, such as ``diagram/detect``.
        given: What a scripted function is called with.
        example: How a script's answer looks, for the message of the job that has none.
        echoed: What of the request the job shows.
        queued: ``items`` while there is no result; None where there are none then.
        completed: Turns the scripted items into those of the result.

    Returns:
        The job as it is when it was just queued, with the token that reads its result.
    """
    job = request.world.new_id()
    items = {} if queued is None else {"items": queued}
    times = {"createdTime": request.now_ms, "startTime": request.now_ms, "statusTime": request.now_ms}
    waiting = {"jobId": job, "status": "Queued", **times, "errorMessage": None, **echoed, **items}
    answer = answer_of(request.world, [name], given)
    if answer is None:
        answer = Answer(error=f"The in-memory CDF does not compute {name}. {how_to_script(name, example)}")
    outcome = _outcome(name, answer)
    if "items" in outcome:
        outcome["items"] = completed(outcome["items"])
    request.world.put(TABLE, job, {**waiting, **outcome, "name": name})
    return Reply(waiting, headers={"X-Job-Token": f"fn-emulator-{job}"})


def _outcome(name: str, answer: Answer) -> Item:
    """``status``, ``errorMessage`` and ``items`` of what a script gave: the items, or an object that holds them."""
    value = {"items": answer.value} if isinstance(answer.value, list) else answer.value
    error = answer.error
    if error is None and isinstance(value, dict) and value.get("errorMessage"):
        error = str(value["errorMessage"])
    if error is None:
        error = problem_of(value, name)
    if error is not None:
        return {"status": "Failed", "errorMessage": error}
    return {"status": "Completed", **value}


def problem_of(value: Any, name: str) -> str | None:
    """What is wrong with the value of a script, in one sentence; None where nothing is."""
    is_items = isinstance(value, list) or (isinstance(value, dict) and isinstance(value.get("items"), list))
    if is_items or (isinstance(value, dict) and value.get("errorMessage")):
        return None
    return f"The script of {name!r} must give a list of items, or an object with items or errorMessage."


def finished(request: Request, name: str, job: Any) -> Item:
    """A job as it ended.

    Args:
        request: The request.
        name: Which kind of job it must be.
        job: Its id, as a number or as it stands in the path.

    Raises:
        CdfError: 400 with ``missing`` if there is none.
    """
    number = int(job) if isinstance(job, str) and job.isascii() and job.isdigit() else job
    item = None if isinstance(number, (dict, list)) else request.world.table(TABLE).items.get(number)
    if item is None or item["name"] != name:
        raise not_found("Job ids", [{"jobId": number}])
    return shown(item)


def shown(item: Item) -> Item:
    """A job without what is ours."""
    return {field: held for field, held in item.items() if field != "name"}
