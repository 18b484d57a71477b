"""Results as one table: medians over the rounds, ratios inside the same round."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.load import Figures


@dataclass(frozen=True, slots=True)
class Result:
    """One contestant in one round. Memory in MB, CPU in microseconds of the server's process per message."""

    figures: Figures
    start_seconds: float
    cpu_us: float
    resident_idle: float
    resident_end: float
    strangers: float
    """How many cores other processes kept busy meanwhile."""
    load_cores: float
    """How much of a core the load generator used; near 1 it would be what is measured."""


Rounds = Sequence[Mapping[str, Result]]


def ratio(
    rounds: Rounds, name: str, other: str, of: Callable[[Result], float] = lambda one: one.figures.per_second
) -> float | None:
    """The median of the ratios inside one round; None where both never ran in the same."""
    ratios = [of(one[name]) / of(one[other]) for one in rounds if name in one and other in one and of(one[other])]
    return median(ratios) if ratios else None


def table(rounds: Rounds, names: Sequence[str]) -> str:
    """A Markdown table, readable in a terminal as it is."""
    ran = [name for name in names if any(name in one for one in rounds)]
    heads = [
        "",
        "msg/s [least-most]",
        *(f"/{name}" for name in ran),
        "CPU µs/msg",
        "ack ms",
        "in→reply ms",
        "MB",
        "start s",
    ]
    rows = [heads, *(_row(rounds, name, ran) for name in ran)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = [
        "| "
        + " | ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in rows
    ]
    rule = (
        "|"
        + "|".join("-" * (width + 2) if at == 0 else "-" * (width + 1) + ":" for at, width in enumerate(widths))
        + "|"
    )
    return "\n".join([lines[0], rule, *lines[1:]])


def _row(rounds: Rounds, name: str, others: Sequence[str]) -> list[str]:
    own = [one[name] for one in rounds if name in one]
    speeds = [one.figures.per_second for one in own]

    def middle(of: Callable[[Result], float]) -> float:
        return median(of(one) for one in own)

    replies = middle(lambda one: one.figures.reply_ms[1]) > 0
    return [
        name,
        f"{median(speeds):,.0f} [{min(speeds):,.0f}-{max(speeds):,.0f}]",
        *(f"{value:.2f}" if (value := ratio(rounds, name, other)) is not None else "-" for other in others),
        f"{middle(lambda one: one.cpu_us):,.0f}",
        f"{middle(lambda one: one.figures.ack_ms[0]):.1f}/{middle(lambda one: one.figures.ack_ms[1]):.0f}",
        f"{middle(lambda one: one.figures.reply_ms[0]):.1f}/{middle(lambda one: one.figures.reply_ms[1]):.0f}"
        if replies
        else "-",
        f"{middle(lambda one: one.resident_idle):.0f}/{middle(lambda one: one.resident_end):.0f}",
        f"{middle(lambda one: one.start_seconds):.2f}",
    ]
