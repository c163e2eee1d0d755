"""One row of the report, and how a time is told with its spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Result:
    """One row of the report."""

    what: str
    measured: str
    promised: str = ""


def spread(numbers: Sequence[float], unit: str, digits: int) -> str:
    """The median, and the smallest and largest where there are several."""
    text = f"{median(numbers):,.{digits}f} {unit}"
    return text if len(numbers) == 1 else f"{text} ({min(numbers):,.{digits}f} to {max(numbers):,.{digits}f})"


def duration(seconds: Sequence[float]) -> str:
    """The same for times, in the unit that suits them, to three digits."""
    usual = median(seconds)
    unit, size = next((pair for pair in (("s", 1.0), ("ms", 1e-3)) if usual >= pair[1]), ("µs", 1e-6))
    return spread([time / size for time in seconds], unit, _digits(usual / size))


def times(ratios: Sequence[float], word: str) -> str:
    """The same for ratios: "41 times faster (39 to 44)"."""
    return spread(ratios, f"times {word}".strip(), _digits(median(ratios)))


def _digits(number: float) -> int:
    """Decimals that bring a number to three digits in all."""
    return 2 if number < 10 else 1 if number < 100 else 0
