"""What takes too long is ended, where the system has an alarm for that."""

import signal
import threading
from contextlib import contextmanager


def has_alarm():
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


@contextmanager
def in_time(seconds, counted="ITIMER_REAL", rings="SIGALRM"):
    """A TimeoutError if what is done inside takes longer; `ITIMER_PROF`, by `SIGPROF`, counts only its own work."""
    if not has_alarm():
        yield
        return

    def ring(*_):
        raise TimeoutError(f"no end after {seconds} s")

    timer, alarm = getattr(signal, counted), getattr(signal, rings)
    before = signal.signal(alarm, ring)
    signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(alarm, before)
