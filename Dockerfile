# One file, four images: docker build --target source-attio|destination-attio|relay|emulator .
# The last stage is the default: `docker build .` gives the source.
# Build from the root, since the images share code; `make images` builds all four.
# integration_tests/shipping/test_images.py holds this file against the project without an engine.

ARG PYTHON_IMAGE=docker.io/library/python:3.11.16-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b

# What every running image has: a user that is not root, and output that is never held back in a buffer
# (a STATE that stays in a pipe's buffer is an acknowledgement the platform does not see).
FROM ${PYTHON_IMAGE} AS base
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PATH=/opt/venv/bin:$PATH
# Airbyte's own base for Python connectors has this user already.
RUN id airbyte || useradd --uid 1000 --create-home --shell /usr/sbin/nologin airbyte
WORKDIR /airbyte

# The wheel. The images install it, not the checkout.
FROM ${PYTHON_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY pyproject.toml README.md LICENSE constraints.txt ./
COPY attio_api attio_api
COPY source_attio source_attio
COPY destination_attio destination_attio
COPY attio_relay attio_relay
COPY attio_sync attio_sync
COPY attio_emulator attio_emulator
RUN python -m pip wheel --no-deps --wheel-dir /wheels . \
    && python -m venv /opt/venv

# One environment for each image, each with the extras it needs and no others.
FROM build AS emulator-environment
RUN set -- /wheels/*.whl && /opt/venv/bin/pip install --constraint constraints.txt "$1[emulator]"

FROM build AS relay-environment
RUN set -- /wheels/*.whl && /opt/venv/bin/pip install --constraint constraints.txt "$1[relay,postgres]"

FROM build AS destination-environment
RUN set -- /wheels/*.whl && /opt/venv/bin/pip install --constraint constraints.txt "$1[destination]"

FROM build AS source-environment
RUN set -- /wheels/*.whl && /opt/venv/bin/pip install --constraint constraints.txt "$1[source]"

FROM base AS emulator
LABEL org.opencontainers.image.title="attio-emulator" \
      org.opencontainers.image.description="A stateful local Attio for demos, tests and CI" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0"
COPY --from=emulator-environment /opt/venv /opt/venv
USER 1000:1000
EXPOSE 8377
ENTRYPOINT ["/opt/venv/bin/attio-emulator"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8377", "--seed", "demo"]

FROM base AS relay
LABEL org.opencontainers.image.title="attio-relay" \
      org.opencontainers.image.description="Attio webhooks to triggered syncs, and a change feed for the source" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0"
COPY --from=relay-environment /opt/venv /opt/venv
# Where a SQLite store may live when no Postgres is configured.
RUN install --directory --owner=airbyte --group=airbyte /var/lib/attio-relay
VOLUME /var/lib/attio-relay
USER 1000:1000
EXPOSE 8378
ENTRYPOINT ["/opt/venv/bin/attio-relay"]
CMD ["serve", "--config", "/etc/attio-relay/relay.toml"]

FROM base AS destination-attio
LABEL io.airbyte.name="airbyte/destination-attio" \
      io.airbyte.version="0.1.0" \
      org.opencontainers.image.title="destination-attio" \
      org.opencontainers.image.description="Airbyte destination: warehouse to Attio" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0"
COPY --from=destination-environment /opt/venv /opt/venv
USER 1000:1000
ENV AIRBYTE_ENTRYPOINT=/opt/venv/bin/destination-attio
ENTRYPOINT ["/opt/venv/bin/destination-attio"]

FROM base AS source-attio
LABEL io.airbyte.name="airbyte/source-attio" \
      io.airbyte.version="0.1.0" \
      org.opencontainers.image.title="source-attio" \
      org.opencontainers.image.description="Airbyte source: Attio to any destination" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0"
COPY --from=source-environment /opt/venv /opt/venv
USER 1000:1000
ENV AIRBYTE_ENTRYPOINT=/opt/venv/bin/source-attio
ENTRYPOINT ["/opt/venv/bin/source-attio"]
