"""The README's ten lines, from a wheel in an empty environment, against a broker."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stream_slm.streaming.embedded import EmbeddedBroker
from tests.brokers.clients import Sent, create_topic, produce, read_topic

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment that holds the wheel and what it asks for, nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    _run([sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)])
    (wheel,) = folder.glob("*.whl")
    _run([sys.executable, "-m", "venv", str(folder / "venv")])
    binaries = folder / "venv" / "bin"
    _run([str(binaries / "pip"), "install", "-q", "--constraint", str(ROOT / "constraints.txt"), str(wheel)])
    return binaries


@pytest.mark.timeout(300)
async def test_the_ten_lines_of_the_readme_enrich_a_record(
    installed: Path, tmp_path: Path, default_bundle: Path
) -> None:
    """Whoever installs the wheel and copies the README's example has a working worker."""
    (code,) = re.findall(r"```python\n(.*?StreamSLM\(app\).*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    with EmbeddedBroker() as broker:
        (tmp_path / "payments.py").write_text(code.replace("localhost:9092", broker.bootstrap), encoding="utf-8")
        for role in ("", ".enriched", ".alerts", ".review"):
            await create_topic(broker.bootstrap, f"transactions{role}.v1")
        await create_topic(broker.bootstrap, "transactions.v1.dlq")
        text = "the bank's investigator said move it now to the safe account and tell nobody in the branch"
        value = json.dumps({"id": "t-1", "text": text}).encode()
        await produce(broker.bootstrap, "transactions.v1", [Sent(value, key=b"t-1")])
        with (tmp_path / "worker.log").open("wb") as log:
            worker = subprocess.Popen(  # noqa: ASYNC220  (a fork takes milliseconds)
                [installed / "faust", "-A", "payments", "worker", "--without-web"],
                cwd=tmp_path,
                env={
                    **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
                    # The embedded broker lets a first member wait for half its session; Faust's default is 60 s.
                    "BROKER_SESSION_TIMEOUT": "6",
                    "BROKER_HEARTBEAT_INTERVAL": "1",
                },
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            (record,) = await read_topic(broker.bootstrap, "transactions.enriched.v1", count=1, deadline_s=60)
            (alert,) = await read_topic(broker.bootstrap, "transactions.alerts.v1", count=1, deadline_s=10)
        except TimeoutError as error:
            raise AssertionError(f"{error}\n{(tmp_path / 'worker.log').read_text(errors='replace')[-3000:]}") from None
        finally:
            worker.send_signal(signal.SIGTERM)
            status = await asyncio.to_thread(worker.wait, 60)
    assert status == 0
    results = json.loads(record.value)["results"]
    assert set(results) == {"category", "risk", "summary"}
    assert results["risk"]["label"] == "suspicious"
    assert json.loads(alert.value)["rule"]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
