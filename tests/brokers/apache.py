"""Apache Kafka itself, one KRaft node from its published jars, which can be stopped, killed and started again."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree as ET

from stream_slm.streaming.embedded import answers, end_bound, free_port, spawn_bound
from tests.brokers import NotHere
from tests.brokers.clients import describe_cluster, run_blocking

if TYPE_CHECKING:
    from collections.abc import Mapping

POM = Path(__file__).with_name("kafka-pom.xml")
OLDEST_JAVA = 17
#: The first time, 43 MB of jars are fetched; less than a test's own time limit.
RESOLVE_TIMEOUT_S = 150.0
#: A start takes about 4 s on two cores; the rest is room for a loaded machine.
START_TIMEOUT_S = 90.0
STOP_GRACE_S = 30.0
_POLL_S = 0.1

# One tier of compilation and one thread of garbage collection: half the start-up time, and a test's load needs no more.
JAVA_OPTIONS = ("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true")

SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",
    # One broker, and few partitions: the first consumer group waits until all of them are created.
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    # Records of tests bear any time; every five minutes a broker deletes what is older than a week.
    "log.retention.ms": "-1",
    # A killed member's partitions wait for the end of its session: 6 s at the least by default.
    "group.min.session.timeout.ms": "1000",
    # After a kill the controller refuses the new broker until the old one's session ends: 9 s by default, 13 s in all.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
}

# Warnings, and the one line in which the broker names its version.
LOG4J2 = """\
status = error
appender.file.type = File
appender.file.name = file
appender.file.fileName = {log}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
logger.appinfo.name = org.apache.kafka.common.utils
logger.appinfo.level = info
"""


def kafka_version() -> str:
    """Return the version that the pom pins."""
    version = ET.parse(POM).getroot().findtext("{*}properties/{*}kafka.version")
    if not version:
        raise ValueError(f"{POM.name} names no kafka.version")
    return version


def available() -> str | None:
    """Return why Apache Kafka cannot be run here, or None."""
    java = _java()
    if java is None:
        return "no Java on the PATH"
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found[1]) < OLDEST_JAVA:
        return f"Apache Kafka {kafka_version()} needs Java {OLDEST_JAVA}, found {(told.splitlines() or ['none'])[0]}"
    if not _cached() and shutil.which("mvn") is None:
        return "no Maven on the PATH to fetch Apache Kafka's jars with"
    return None


class ApacheKafka:
    """One broker that is also its own controller; ports, records and offsets outlive `stop` and `kill`, not `close`."""

    kind = "apache"
    durable = True
    transactions = True
    restartable = True

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str] | None = None,
        java_options: tuple[str, ...] = JAVA_OPTIONS,
        *,
        proxied: tuple[int, int] | None = None,
        protocols: Mapping[str, str] | None = None,
        scram: Mapping[str, str] | None = None,
    ) -> None:
        """One that is made when it is first started.

        Args:
            proxied: a second listener on the first port, whose clients are told to come back to the second.
            protocols: further listeners by name, each with its protocol; their clients are told `localhost`.
            scram: passwords of users.
        """
        self.folder = folder
        self.name = f"Apache Kafka {kafka_version()} (not started)"
        self._settings = SETTINGS | dict(settings or {})
        self._java_options = java_options
        self._proxied = proxied
        self._protocols = dict(protocols or {})
        self._scram = dict(scram or {})
        #: The ports of the listeners beside the plain one.
        self.ports: dict[str, int] = {}
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._console: IO[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """The address for `bootstrap_servers`; the port is known once the broker was started."""
        return f"127.0.0.1:{self._port}"

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start on the folder's data, made first where there is none, and return when the broker serves metadata."""
        if self.running:
            return
        self._end(0)  # reaps a process that died by itself
        if not self._port:
            self._make_folder()
        self._console = (self.folder / "console.log").open("ab")
        self._process = spawn_bound(self._java("kafka.Kafka", self.folder / "server.properties"), self._console)
        try:
            cluster_id = self._wait_until_it_serves(self._process)
        except BaseException:
            self._end(0)
            raise
        versions = re.findall(r"Kafka version: (\S+)", (self.folder / "server.log").read_text(errors="replace"))
        self.name = f"Apache Kafka {versions[-1] if versions else '(version not told)'}, KRaft, cluster {cluster_id}"

    def stop(self) -> None:
        """Shut down in good order."""
        self._end(STOP_GRACE_S)

    def kill(self) -> None:
        """Shut down as a power cut does (kill -9)."""
        self._end(0)

    def close(self) -> None:
        """End the broker for good and remove its data; its logs stay."""
        self.kill()
        shutil.rmtree(self.folder / "data", ignore_errors=True)

    def _make_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        port, controller_port = free_port(), free_port()
        settings = {
            "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
            "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
            "log.dirs": str(self.folder / "data"),
        } | self._settings
        if self._proxied:
            own, proxy = self._proxied
            settings["listeners"] += f",PROXIED://127.0.0.1:{own}"
            settings["advertised.listeners"] += f",PROXIED://127.0.0.1:{proxy}"
            settings["listener.security.protocol.map"] += ",PROXIED:PLAINTEXT"
        for listener, protocol in self._protocols.items():
            self.ports[listener] = free_port()
            settings["listeners"] += f",{listener}://127.0.0.1:{self.ports[listener]}"
            settings["advertised.listeners"] += f",{listener}://localhost:{self.ports[listener]}"
            settings["listener.security.protocol.map"] += f",{listener}:{protocol}"
        properties = self.folder / "server.properties"
        properties.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        (self.folder / "log4j2.properties").write_text(LOG4J2.format(log=self.folder / "server.log"))
        # An id that begins with a dash would be read as an option.
        cluster_id = "k" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22]
        command = self._java("kafka.tools.StorageTool", "format", "--cluster-id", cluster_id, "--config", properties)
        for user, password in self._scram.items():
            for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
                command += ["--add-scram", f"{mechanism}=[name={user},password={password}]"]
        formatted = subprocess.run(command, capture_output=True, text=True, timeout=START_TIMEOUT_S, check=False)
        if formatted.returncode:
            told = formatted.stdout + formatted.stderr
            raise RuntimeError(f"Apache Kafka's storage cannot be formatted: {told[-2000:]}")
        self._port = port

    def _java(self, main_class: str, *arguments: str | Path) -> list[str]:
        return [
            _java() or "java",
            *self._java_options,
            f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}",
            "-cp",
            f"{resolve_jars()}/*",
            main_class,
            *map(str, arguments),
        ]

    def _wait_until_it_serves(self, process: subprocess.Popen[bytes]) -> str:
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            # The port answers before the broker is registered; until then its metadata names no broker.
            if answers(self._port) and (cluster := run_blocking(describe_cluster(self.bootstrap))).brokers:
                return cluster.id
            try:
                status = process.wait(_POLL_S)  # the pause between two attempts, cut short when the broker dies
            except subprocess.TimeoutExpired:
                if time.monotonic() < deadline:
                    continue
                why = f"serves no metadata after {START_TIMEOUT_S:g} s"
            else:
                why = f"died with exit status {status}"
            raise RuntimeError(f"Apache Kafka {why}; the end of its logs:\n{self._log_tail()}")

    def _log_tail(self) -> str:
        logs = [self.folder / name for name in ("server.log", "console.log")]
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())

    def _end(self, grace_s: float) -> None:
        if self._process is not None:
            end_bound(self._process, grace_s)
            self._process = None
        if self._console is not None:
            self._console.close()
            self._console = None


def resolve_jars() -> Path:
    """Return the folder with Apache Kafka's jars; Maven fetches them once per machine and version."""
    folder = _cache_folder()
    if _cached():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="resolving-") as scratch:
        made = Path(scratch) / "jars"
        command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", f"-DoutputDirectory={made}"]
        try:
            subprocess.run(
                [*command, "-DincludeScope=runtime"],
                capture_output=True,
                text=True,
                timeout=RESOLVE_TIMEOUT_S,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            found = re.search(r"\[ERROR\] \S.*", error.stdout)
            raise NotHere(f"Maven cannot fetch its jars: {found[0] if found else error.stdout[-300:]}") from error
        except subprocess.TimeoutExpired as error:
            raise NotHere(f"Maven did not fetch its jars within {RESOLVE_TIMEOUT_S:g} s") from error
        shutil.copy(POM, made / POM.name)  # what the folder was made from
        shutil.rmtree(folder, ignore_errors=True)  # made from an earlier pom
        try:
            made.rename(folder)
        except OSError:
            if not _cached():  # otherwise another session was faster, with the same jars
                raise
    return folder


def _cached() -> bool:
    made_from = _cache_folder() / POM.name
    return made_from.is_file() and made_from.read_bytes() == POM.read_bytes()


def _cache_folder() -> Path:
    return Path.home() / ".cache" / "stream-slm-tests" / f"kafka-{kafka_version()}"


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which(f"{home}/bin/java" if home else "java")
