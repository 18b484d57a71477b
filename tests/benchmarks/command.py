"""The benchmark's command: shuffled, interleaved rounds, each server started afresh, one table at the end.

Exit status 1 when a contestant lost, doubled or mixed up replies, or left citizens without a ticket: speed of broken
work is worthless. Never because of a slow figure.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

import orjson
import uvloop
from benchmarks.contestants import CONTESTANTS, DEFAULT, WITHOUT_TELEGRAM, Contestant, Place
from benchmarks.load import Crowd, Plan, expected
from benchmarks.processes import Server, free_port, machine_busy_seconds, own_seconds
from benchmarks.table import Result, ratio, table
from benchmarks.wire import FakeApis

_START_SECONDS = 40.0
_MEMORY_LIMIT_MB = 130
_BUSY_STRANGERS = 0.4


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    if unknown := [name for name in options.contestants if name not in {*CONTESTANTS, "all"}]:
        sys.stderr.write(f"no contestant is called {unknown[0]}; there are: all, {', '.join(CONTESTANTS)}\n")
        return 2
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_Benchmark(options).run())


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "contestants", nargs="*", help=f"of {', '.join(CONTESTANTS)}, or all; without: {' '.join(DEFAULT)}"
    )
    parser.add_argument("--quick", action="store_true", help="two short rounds: a look, not a measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="measured in each run, after the warm-up")
    parser.add_argument("--warm-up", type=float, default=1.0)
    parser.add_argument("--citizens", type=int, default=64, help="who chat at the same time")
    parser.add_argument("--seed", type=int, default=1022, help="of the rounds' order")
    parser.add_argument("--lines", type=Path, help="a file that gets one JSON line for each run")
    options = parser.parse_args(arguments)
    if options.quick:
        options.rounds, options.seconds = min(options.rounds, 2), min(options.seconds, 2.0)
    names = options.contestants or list(DEFAULT)
    options.contestants = list(CONTESTANTS) if "all" in names else list(dict.fromkeys(names))
    options.rounds = max(1, min(options.rounds, 50))
    options.seconds = max(0.5, min(options.seconds, 60.0))
    options.citizens = max(1, min(options.citizens, 512))
    return options


class _Benchmark:
    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._crowd: Crowd | None = None
        self._apis = FakeApis(self._hear)
        self._faults: list[str] = []
        self._rounds: list[dict[str, Result]] = []

    def _hear(self, contact: str, text: str, at: int) -> None:
        if self._crowd is not None:
            self._crowd.hear(contact, text, at)

    async def run(self) -> int:
        options = self._options
        names: list[str] = options.contestants
        order = random.Random(options.seed)
        base = await self._apis.start()
        tell(
            f"{options.rounds} rounds of {', '.join(names)}; {options.citizens} citizens at a time, {options.seconds:g} s each"
        )
        try:
            for number in range(1, options.rounds + 1):
                results: dict[str, Result] = {}
                self._rounds.append(results)
                for name in order.sample(names, len(names)):
                    result = await self._contest(
                        CONTESTANTS[name], base, f"round {number}/{options.rounds}  {name:<18}"
                    )
                    if result is not None:
                        results[name] = result
                        self._write_line(number, name, result)
            footprint = await self._footprint(base) if "gateway" in names else None
        finally:
            self._apis.close()
        self._report(names, footprint)
        return 1 if self._faults else 0

    async def _contest(self, contestant: Contestant, base: str, label: str) -> Result | None:
        """One contestant, one round. None when it does not work; why is kept among the faults."""
        tell(f"{label} starting", end="\r")
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            place = Place(Path(folder), free_port(), base)
            server = Server(contestant.command, contestant.environment(place), place.folder, place.port)
            try:
                result = await self._measure(contestant, server, place, label)
            except (RuntimeError, ValueError, TimeoutError, ConnectionError) as error:
                self._fault(contestant.name, f"{type(error).__name__}: {error}", server.last_words())
                return None
            finally:
                status = server.stop()
            if contestant.name.startswith("gateway") and status != 0:
                self._fault(contestant.name, f"exit status {status} after SIGTERM", "")
        figures = result.figures
        for fault, count in figures.faults().items():
            self._fault(contestant.name, f"{count} {fault} of {figures.citizens} citizens", figures.example)
        busy = f"   others kept {result.strangers:.1f} cores busy" if result.strangers > _BUSY_STRANGERS else ""
        full = "   the load generator was at its limit" if result.load_cores > 0.9 else ""
        tell(f"{label} {figures.per_second:8,.0f} messages/s  {result.cpu_us:7,.0f} µs CPU/message{busy}{full}")
        return result

    async def _measure(self, contestant: Contestant, server: Server, place: Place, label: str) -> Result:
        options = self._options
        start = await server.ready(contestant.ready, _START_SECONDS)
        await server.settled()
        idle = server.resident_mb()
        plan = Plan(
            place.port,
            contestant.hook,
            contestant.platform,
            contestant.replies,
            options.citizens,
            options.warm_up,
            options.seconds,
        )
        crowd = self._crowd = Crowd(plan)
        first = await crowd.first()
        if contestant.replies:
            expected(first)
        tell(f"{label} {options.citizens} citizens chat", end="\r")
        before = server.cpu_seconds(), machine_busy_seconds(), own_seconds(), time.monotonic()
        figures = await crowd.chat()
        after = server.cpu_seconds(), machine_busy_seconds(), own_seconds(), time.monotonic()
        served, busy, own, wall = (end - begin for begin, end in zip(before, after, strict=True))
        return Result(
            figures=figures,
            start_seconds=start,
            cpu_us=served * 1e6 / max(1, figures.messages),
            resident_idle=idle,
            resident_end=server.resident_mb(),
            strangers=max(0.0, busy - served - own) / wall,
            load_cores=own / wall,
        )

    async def _footprint(self, base: str) -> tuple[float, float] | None:
        """Memory of the gateway with the three other platforms: (idle, after one citizen of Messenger)."""
        tell("memory without Telegram", end="\r")
        contestant = WITHOUT_TELEGRAM
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            place = Place(Path(folder), free_port(), base)
            server = Server(contestant.command, contestant.environment(place), place.folder, place.port)
            try:
                await server.ready(contestant.ready, _START_SECONDS)
                await server.settled()
                idle = server.resident_mb()
                crowd = self._crowd = Crowd(Plan(place.port, contestant.hook, contestant.platform, True, 1, 0, 0.5))
                expected(await crowd.first())
                return idle, server.resident_mb()
            except (RuntimeError, ValueError, TimeoutError, ConnectionError) as error:
                self._fault(contestant.name, f"{type(error).__name__}: {error}", server.last_words())
                return None
            finally:
                server.stop()

    # -- telling

    def _fault(self, name: str, what: str, detail: str) -> None:
        self._faults.append(f"{name}: {what.splitlines()[0]}")
        tell(f"{name}: {what}\n{detail}".rstrip())

    def _write_line(self, number: int, name: str, result: Result) -> None:
        if self._options.lines is not None:
            line = {"round": number, "name": name, **asdict(result)}
            with self._options.lines.open("ab") as lines:
                lines.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def _report(self, names: Sequence[str], footprint: tuple[float, float] | None) -> None:
        rounds = self._rounds
        out = ["", table(rounds, names), ""]
        out += [f"  {name:<18} {CONTESTANTS[name].says}" for name in names]
        out += ["", "Columns `/ x`: messages/s as a multiple of x's in the same round, median of the rounds."]
        for other, aim in (("aiogram", 2.0), ("road", 0.5)):
            speed, work = ratio(rounds, "gateway", other), ratio(rounds, other, "gateway", lambda one: one.cpu_us)
            if speed is not None and work is not None:
                aimed = "reaches" if speed >= aim else "misses"
                out.append(
                    f"gateway / {other}: {speed:.2f} by messages/s ({aimed} the aim of {aim:g}), {work:.2f} by CPU"
                )
        busy = [one.strangers for results in rounds for one in results.values()]
        if busy and max(busy) > _BUSY_STRANGERS:
            out.append(
                f"Other processes kept {median(busy):.1f} (at most {max(busy):.1f}) cores busy: messages/s mean little here, CPU more."
            )
        if footprint is not None:
            kept = "keeps" if max(footprint) < _MEMORY_LIMIT_MB else "BREAKS"
            out.append(
                f"memory without Telegram configured: {footprint[0]:.0f} MB idle, {footprint[1]:.0f} MB after a dialogue"
                f" ({kept} the limit of {_MEMORY_LIMIT_MB} MB)"
            )
        if self._apis.strange:
            out.append(f"calls the fake platforms do not know: {self._apis.strange}")
        if self._faults:
            out += [
                "",
                "BROKEN, the figures above are worthless where it concerns them:",
                *(f"  {one}" for one in self._faults),
            ]
        sys.stdout.write("\n".join(out) + "\n")


def tell(line: str, end: str = "\n") -> None:
    """Progress, beside the result: on the terminal's one line while something runs."""
    if end == "\r" and not sys.stderr.isatty():
        return
    sys.stderr.write(f"{line:<100}{end}" if sys.stderr.isatty() else line + end)
    sys.stderr.flush()
