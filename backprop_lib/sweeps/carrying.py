"""Work carried out by any `concurrent.futures.Executor`: on this processor, on several, or on a cluster."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future, as_completed
from dataclasses import dataclass
from typing import Any, TypeVar

from ..graph.errors import GraphError, brief

Task = TypeVar("Task", bound=Hashable)


@dataclass(frozen=True)
class Answer:
    """What a function returned; or why it failed, or was not finished at all."""

    value: Any = None
    error: str = ""
    lost: bool = False


def reason(error: BaseException) -> str:
    """An error in a line."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def carried_out(
    attempt: Callable[..., Answer], calls: Mapping[Task, tuple[Any, ...]], executor: Executor | None
) -> Iterator[tuple[Task, Answer]]:
    """Each task and its answer, as they are finished.

    Parameters
    ----------
    attempt : callable
        What a worker does; it lets no error out.
    calls : mapping of task to tuple
        Its arguments.
    executor : concurrent.futures.Executor, optional
        When not said, all is done here, one after the other.
    """
    if executor is None:
        yield from ((task, attempt(*call)) for task, call in calls.items())
        return
    left, waiting = list(calls), dict[Future[Answer], Task]()
    try:
        for once_more in (True, False):
            waiting = {}
            for task in left:
                try:
                    waiting[executor.submit(attempt, *calls[task])] = task
                except RuntimeError as error:  # the executor is broken, or shut down
                    yield task, Answer(error=reason(error), lost=True)
            left = []
            for future in as_completed(waiting):
                if once_more and _slipped(future):
                    left.append(waiting[future])
                else:
                    yield waiting[future], _answer(future)
    finally:
        for future in waiting:
            future.cancel()


def _slipped(future: Future[Answer]) -> bool:
    """Whether an executor has lost an answer on the way, as Dask may when a worker ends between a run and its fetching.

    It then unpacks the answer as if that were an error, which is a TypeError of its own: `attempt` lets none out.
    """
    return not future.cancelled() and isinstance(future.exception(), TypeError)


def _answer(future: Future[Answer]) -> Answer:
    try:
        error = future.exception()
    except CancelledError as cancelled:
        error = cancelled
    if isinstance(error, KeyboardInterrupt):  # which a terminal sends to all processes
        raise error
    return Answer(error=reason(error), lost=True) if error else future.result()


def check_executor(executor: Any, function: Any) -> None:
    """Raise a GraphError for what is no executor, or one whose processes cannot find the function."""
    if not isinstance(executor, Executor | None):
        hint = "ProcessPoolExecutor(2); of Dask, Client(...).get_executor()."
        raise GraphError(f"The executor {brief(executor)}.", "a concurrent.futures.Executor", hint)
    start = getattr(executor, "_mp_context", None)  # None: no pool of processes
    if start is not None and not _travels(function, start.get_start_method()):
        told = f"{brief(function)} was to be run by other processes, which cannot find it."
        expected = "a function with a name of its own, in a module that can be imported"
        raise GraphError(told, expected, "write it into a file, and import it from there; or use a ThreadPoolExecutor.")


def _travels(function: Any, start_method: str) -> bool:
    """Whether processes that are started so find the function."""
    try:
        pickle.dumps(function)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    typed = function.__module__ == "__main__" and not hasattr(sys.modules["__main__"], "__file__")
    return start_method == "fork" or not typed
