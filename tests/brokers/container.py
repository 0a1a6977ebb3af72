"""A Kafka container, where a Docker engine answers; the image by STREAM_SLM_TEST_KAFKA_IMAGE."""

from __future__ import annotations

import os
import re
import socket
import time
from typing import Any

from aiokafka.errors import KafkaError

from stream_slm.streaming.embedded import answers, free_port
from tests.brokers import NotHere
from tests.brokers.clients import can_transact, describe_cluster, run_blocking

try:
    import docker
    from docker.errors import APIError, DockerException, ImageNotFound
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy
except ImportError:
    _INSTALLED = False
else:
    _INSTALLED = True

VARIABLE = "STREAM_SLM_TEST_KAFKA_IMAGE"
DEFAULT_IMAGE = "apache/kafka:4.3.1"
START_TIMEOUT_S = 90
STOP_GRACE_S = 30
_POLL_S = 0.1

# testcontainers' own KafkaContainer only drives Confluent's images. The same port inside and outside: the advertised
# address is known before the start, and holds for the broker's own connections too.
SETTINGS = {
    "CLUSTER_ID": "4L6g3nShT-eMCtK--X86sw",
    "KAFKA_NODE_ID": "1",
    "KAFKA_PROCESS_ROLES": "broker,controller",
    "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:29093",
    "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "KAFKA_INTER_BROKER_LISTENER_NAME": "PLAINTEXT",
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "4",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS": "4",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    "KAFKA_BROKER_SESSION_TIMEOUT_MS": "3000",
    "KAFKA_BROKER_HEARTBEAT_INTERVAL_MS": "500",
}


def available() -> str | None:
    """Return why no container can be run here, or None."""
    if not _INSTALLED:
        return "testcontainers is not installed"
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if host.startswith("unix://"):
        # Tried by hand first: docker-py leaves the socket of a refused connection open, which is a ResourceWarning.
        with socket.socket(socket.AF_UNIX) as engine:
            try:
                engine.connect(host.removeprefix("unix://"))
            except OSError:
                return "no Docker engine answers"
    try:
        client = docker.from_env(timeout=5)
    except DockerException:
        return "no Docker engine answers"
    try:
        client.ping()
    except DockerException:
        return "no Docker engine answers"
    finally:
        client.close()
    return None


class ContainerBroker:
    """One broker in a container; its records live as long as the container, through `stop`, `kill` and `start`."""

    kind = "container"

    def __init__(self) -> None:
        self.image = os.environ.get(VARIABLE, DEFAULT_IMAGE)
        self.name = f"{self.image} (not started)"
        self.durable = False
        self.transactions = False
        self._port = 0
        self._container: Any = None

    @property
    def bootstrap(self) -> str:
        """The address for `bootstrap_servers`; the port is known once the broker was started."""
        return f"127.0.0.1:{self._port}"

    @property
    def restartable(self) -> bool:
        """Whether a stop and start keep the records: as durable as the broker inside is."""
        return self.durable

    @property
    def running(self) -> bool:
        """Whether the container runs."""
        if self._container is None:
            return False
        self._container.reload()  # the status is the one of the last look
        return bool(self._container.status == "running")

    def start(self) -> None:
        """Make the container, or start it again, and return when its broker serves metadata."""
        if self._container is None:
            self._make()
        elif not self.running:
            self._container.get_wrapped_container().start()
        cluster_id = self._wait_until_it_serves()
        told = b"".join(self._container.get_logs()).decode(errors="replace")
        found = re.findall(r"(?:Kafka version: |tansu broker )\S+", told)
        what = found[-1].replace("Kafka version:", "Apache Kafka") if found else "a broker that names no version"
        self.name = f"{what} in a container of {self.image}, cluster {cluster_id}"
        self.transactions = run_blocking(can_transact(self.bootstrap))
        self.durable = self.transactions  # as in named.py

    def stop(self) -> None:
        """Shut down in good order."""
        self._container.get_wrapped_container().stop(timeout=STOP_GRACE_S)

    def kill(self) -> None:
        """Shut down as a power cut does (kill -9)."""
        self._container.get_wrapped_container().kill()
        self._container.wait()

    def close(self) -> None:
        """Remove the container and what it holds."""
        if self._container is not None:
            self._container.stop()
            self._container = None

    def _make(self) -> None:
        # Ryuk, which removes containers of a killed session, is one more image to pull: only where it is asked for.
        if "TESTCONTAINERS_RYUK_DISABLED" not in os.environ:
            testcontainers_config.ryuk_disabled = True
        self._port = free_port()
        container = (
            DockerContainer(self.image)
            .with_bind_ports(self._port, self._port)
            .with_envs(**SETTINGS)
            .with_env("KAFKA_LISTENERS", f"CONTROLLER://:29093,PLAINTEXT://:{self._port}")
            .with_env("KAFKA_ADVERTISED_LISTENERS", f"PLAINTEXT://localhost:{self._port}")
            .waiting_for(LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(START_TIMEOUT_S))
        )
        try:
            self._require_image(container.get_docker_client().client)
            container.start()
        except BaseException:
            container.stop()
            raise
        self._container = container

    def _require_image(self, engine: Any) -> None:
        try:
            engine.images.get(self.image)
        except ImageNotFound:
            try:
                engine.images.pull(self.image)
            except APIError as error:
                raise NotHere(
                    f"{self.image} is not on this machine and cannot be pulled: {error.explanation}"
                ) from error

    def _wait_until_it_serves(self) -> str:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if answers(self._port):
                try:
                    if (cluster := run_blocking(describe_cluster(self.bootstrap))).brokers:
                        return cluster.id
                except KafkaError:
                    pass  # Docker's proxy takes connections before the broker does
            if not self.running:
                break
            time.sleep(_POLL_S)
        told = b"".join(self._container.get_logs()).decode(errors="replace")
        raise RuntimeError(f"the broker in {self.image} serves no metadata; the end of its log:\n{told[-2000:]}")
