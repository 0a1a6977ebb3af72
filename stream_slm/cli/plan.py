"""`stream-slm plan`: workers, partitions, memory and cost for a load, from a measurement of this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson
from rich.table import Table

from stream_slm.cli.labelled import bundle_folder, tell, with_bundle
from stream_slm.cli.progress import counter
from stream_slm.cli.report import wide_console
from stream_slm.config.settings import Settings, load
from stream_slm.engine.bundle import Bundle
from stream_slm.errors import ConfigurationError
from stream_slm.planning.calibration import Calibration
from stream_slm.planning.measure import calibrate, steps
from stream_slm.planning.plan import LARGE_GROUP, MOVED, PARTITIONS_A_WORKER, Cost, Plan, cost_of
from stream_slm.planning.plan import plan as plan_for
from stream_slm.planning.worker import CAUGHT_UP_S, REBALANCE_S, Assumptions, Load, backlog, refuse_nonsense

_THOUSANDS = {"": 1.0, "k": 1e3, "M": 1e6}
_SECONDS = {"ms": 1e-3, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_RATE = re.compile(r"(\d+(?:\.\d+)?)([kM]?)/(s|min|h|d)")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|min|m)")


class Rate(click.ParamType):
    """Records in a time, as records a second."""

    name = "rate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Records a second."""
        found = _RATE.fullmatch(value)
        if not found:
            self.fail(f"{value!r} is no rate: write 5000/s, 1.5M/h or 200k/d", param, ctx)
        return float(found[1]) * _THOUSANDS[found[2]] / _SECONDS[found[3]]


class Duration(click.ParamType):
    """A time, as seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds."""
        found = _DURATION.fullmatch(value)
        if not found:
            self.fail(f"{value!r} is no duration: write 500ms, 1s or 2m", param, ctx)
        return float(found[1]) * _SECONDS[found[2]]


@click.command()
@click.option("--rate", type=Rate(), required=True, metavar="N/s", help="Records at the peak: 5000/s, 1.5M/h, 200k/d.")
@click.option("--tokens", type=float, required=True, help="Tokens of a record on average, as the encoder counts.")
@click.option("--p99", type=Duration(), required=True, metavar="TIME", help="99 of 100 outputs are there within it.")
@click.option("--cores", type=int, default=2, show_default=True, help="CPUs of one worker, its own.")
@click.option("--price-per-core-hour", "price", type=click.FloatRange(0, min_open=True), help="Also say what it costs.")
@click.option("--bundle", metavar="NAME", help="The bundle: its name or folder (default: models.bundle).")
@click.option(
    "--models-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of bundles (default: models.dir of the settings, else the user's cache folder).",
)
@click.option(
    "--calibration",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Take the measurement from this file; where there is none, measure and write it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def plan(
    rate: float,
    tokens: float,
    p99: float,
    cores: int,
    price: float | None,
    bundle: str | None,
    models_dir: Path | None,
    file: Path | None,
    as_json: bool,
) -> None:
    """Say how many workers, partitions and how much memory a load needs, and what that costs.

    First it measures for some 20 seconds what records cost with the bundle on this machine: labels of one head and an
    extractive summary; Kafka's part is estimated. Run it on a machine like the workers', with nothing beside it. Then a
    queueing model (docs/operations.md) finds the rate up to which one worker keeps the p99, with one worker lost and
    with room to work a rebalance down. What the tokens of a record are, a worker tells: the sum over the count of its
    metric stream_slm_request_input_tokens.

    \b
    Example:
      stream-slm plan --rate 5000/s --tokens 60 --p99 1s --price-per-core-hour 0.04
      stream-slm plan --rate 20M/d --tokens 400 --p99 5s --cores 4 --calibration here.json

    \b
    From the same measurement again, for a program:
      stream-slm plan --rate 9000/s --tokens 60 --p99 1s --calibration here.json --json
    """
    settings = with_bundle(load(), bundle, models_dir)
    wanted = Load(rate=rate, tokens=tokens, p99_s=p99)
    assumed = Assumptions(cores=cores, session_s=settings.broker.session_timeout_s)
    refuse_nonsense(wanted, assumed)  # before half a minute is spent
    calibration = _calibration(settings, file)
    found = plan_for(wanted, calibration, assumed)
    cost = cost_of(found.replicas, cores, rate, price) if price is not None else None
    tell(_notes(found, calibration, assumed))
    if as_json:
        told = {**asdict(found), "dominant": found.dominant, "cost": asdict(cost) if cost else None}
        click.echo(orjson.dumps({**told, "calibration": asdict(calibration)}))
        return
    _show(found, cost, wanted, assumed, calibration)


def _calibration(settings: Settings, file: Path | None) -> Calibration:
    """From the file, else measured now; one of another bundle is refused."""
    bundle = Bundle.load(bundle_folder(settings))
    _ = bundle.manifest.encoder  # tells where it is a language model's
    if file is not None and file.exists():
        kept = Calibration.read(file)
        if kept.digest != bundle.digest:
            raise ConfigurationError(
                f"{file} was measured with {kept.bundle} ({kept.digest[:19]}), not with {bundle.manifest.name} "
                f"({bundle.digest[:19]}): name another file with --calibration, or remove it, and it is measured anew"
            )
        return kept
    click.echo(f"measuring {bundle.manifest.name} on this machine ...", err=True)
    with counter(steps(), "steps") as report:
        calibration = calibrate(settings, report)
    if file is not None:
        calibration.save(file)
    return calibration


def _notes(found: Plan, calibration: Calibration, assumed: Assumptions) -> Iterator[str]:
    if calibration.load > calibration.cpus / 2:
        yield (
            f"others were at work when this was measured (load {calibration.load:g} on {calibration.cpus} CPUs): "
            "figures are pessimistic, by half or more; measure again on a quiet machine"
        )
    if assumed.cores > calibration.cpus:
        yield f"{assumed.cores} cores a worker are drawn on from {calibration.cpus} measured"
    if found.bound == "event loop":
        yield "more cores a worker would not help: its event loop is the limit; more workers do"
    if found.replicas > LARGE_GROUP:
        yield (
            f"{found.replicas} workers are too many for one group to rebalance quickly: divide the topics "
            "(docs/operations.md, internet scale)"
        )


def _show(found: Plan, cost: Cost | None, wanted: Load, assumed: Assumptions, calibration: Calibration) -> None:
    console = wide_console()
    answer = Table(box=None, show_header=False)
    for name, value in _lines(found, cost, wanted, assumed, calibration):
        answer.add_row(name, value)
    console.print(answer)
    console.print(f"\nWorkers for the load alone, {found.share:.2f} as assumed; were one assumption {MOVED:g} times:")
    moved = Table(box=None, show_header=False)
    for name, share in sorted(found.sensitivity.items(), key=lambda item: -item[1]):
        moved.add_row(name, "the p99 cannot be kept" if share == float("inf") else f"{share:.2f}")
    console.print(moved)
    console.print(f"The answer hangs most on: {found.dominant}.")


def _lines(
    found: Plan, cost: Cost | None, wanted: Load, assumed: Assumptions, calibration: Calibration
) -> Iterator[tuple[str, str]]:
    latency, rate = found.latency, f"takes {found.worker_rate:.0f} records/s within {wanted.p99_s:g} s"
    yield "workers", f"{found.replicas} of {assumed.cores} cores, one of which may be lost; {found.busy:.0%} busy"
    yield "partitions", f"{found.partitions} of each topic, {PARTITIONS_A_WORKER} a worker"
    yield "memory", f"{found.memory_mib} MiB a worker"
    if cost:
        yield "cost", f"{cost.month:,.2f} a month, {cost.million:.4f} a million messages; the workers alone"
    yield "a worker", f"{rate}, {found.most_rate:.0f} from a backlog; its limit: {found.bound}"
    yield "p99", f"{_ms(latency.total_s)} with one worker lost; the sum of"
    yield "", f"{_ms(latency.kafka_s)} in Kafka, {_ms(latency.work_s)} of work on a long record,"
    yield "", f"{_ms(latency.loop_wait_s)} of waiting for the event loop, {_ms(latency.core_wait_s)} for a core"
    yield "a rebalance", f"stops reading for {REBALANCE_S:g} s; {CAUGHT_UP_S:g} s later all is as before"
    yield (
        "a lost worker",
        f"its partitions wait {assumed.session_s:g} s; all is as before after {found.caught_up_s:.0f} s",
    )
    yield "measured", f"{calibration.bundle}: {calibration.tokens_per_core_s:,.0f} tokens/s a core in full batches,"
    cost_s = backlog(calibration.cost_s(wanted.tokens))
    yield "", f"{_us(cost_s)} CPU a record of {wanted.tokens:g} tokens, {_us(calibration.kafka_s)} of it for Kafka"


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:,.0f} ms"


def _us(seconds: float) -> str:
    return f"{seconds * 1e6:,.0f} µs"
