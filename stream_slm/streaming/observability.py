"""What a worker tells of itself, put together: health, the HTTP endpoint, gauges, Faust's own metrics."""

from __future__ import annotations

import asyncio
import faulthandler
import signal
from contextlib import suppress
from functools import partial

import faust
from faust.sensors.prometheus import setup_prometheus_sensors

from stream_slm.config.settings import Settings
from stream_slm.metrics import build_info
from stream_slm.pipeline.serving import Serving
from stream_slm.streaming.gauges import Gauges
from stream_slm.streaming.health import Health
from stream_slm.streaming.http import HttpServer
from stream_slm.streaming.runtime import Runtime

_STANDARD_ERROR = 2


class Observability:
    """One per worker: it is told how far the start has come, and asked by probes and scrapes."""

    def __init__(self, app: faust.App, settings: Settings, runtime: Runtime) -> None:
        self._app = app
        self._settings = settings
        self._runtime = runtime
        self._server: HttpServer | None = None
        self._gauges: Gauges | None = None
        self.health = Health(
            loop_timeout_s=settings.http.loop_timeout_s, call_timeout_s=settings.batching.call_timeout_s
        )
        self.health.joined = lambda: runtime.joined
        self.health.leaving = lambda: runtime.crashed or app.should_stop

    def configured(self) -> None:
        """The app has its settings, and was not started."""
        build_info()
        if self._settings.metrics.faust:
            setup_prometheus_sensors(self._app, name_prefix="faust")

    def serve(self, *, by_default: bool) -> None:
        """Answer probes, scrapes and signals from now on, as the settings say; inside the worker's event loop.

        Raises:
            ConfigurationError: the address cannot be had.
        """
        enabled = self._settings.http.enabled
        self.health.heart.start()
        # On SIGUSR1 mode prints every frame with its local variables, and those hold text. Not to `sys.stderr`: under
        # `faust worker` that is no file.
        with suppress(NotImplementedError):  # Windows
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGUSR1, partial(faulthandler.dump_traceback, file=_STANDARD_ERROR))
        if self._server is None and (by_default if enabled is None else enabled):
            self._server = HttpServer(self._settings.http, self.health)
            self._server.start()

    def loaded(self, serving: Serving) -> None:
        """The models are warm."""
        self.health.longest_call_s = serving.longest_call_s
        self.health.loaded = True

    def connected(self, serving: Serving) -> None:
        """The topics are checked, the producer is connected, delivery is open."""
        self.health.connected = True
        self._gauges = Gauges(
            self._app.conf.id,
            self._runtime.consumer,
            self._runtime.delivery,
            serving,
            self._settings.metrics.lag_interval_s,
        )
        self._gauges.start()

    def stop(self) -> None:
        """The worker reads no more; probes are answered as long as the process lives, which may hang on its way out."""
        self.health.loaded = False
        self.health.longest_call_s = lambda: 0.0
        if self._gauges is not None:
            gauges, self._gauges = self._gauges, None
            gauges.stop()
