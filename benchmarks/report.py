"""One row of the report, and how a time is told with its spread."""

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Result:
    """One row of the report."""

    what: str
    measured: str
    promised: str


def spread(times: list[float], unit: str, digits: int) -> str:
    """The median, and the smallest and largest where there are several."""
    text = f"{median(times):.{digits}f} {unit}"
    return text if len(times) == 1 else f"{text} ({min(times):.{digits}f} to {max(times):.{digits}f})"
