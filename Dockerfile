# Waitline in one image: `waitline api`, `waitline worker`, `waitline migrate`, or, to try it, `waitline up`.
# Locked requirements come first, so that a change of code builds in seconds; Node stays in the first stage.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
RUN python -m venv /opt/waitline && python -m venv /opt/build
COPY requirements/run.txt requirements/build.txt requirements/
RUN /opt/waitline/bin/pip install --no-deps --require-hashes -r requirements/run.txt \
 && /opt/build/bin/pip install --no-deps --require-hashes -r requirements/build.txt
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY ui/ ui/
COPY engine/ engine/
COPY activities/ activities/
COPY workflows/ workflows/
COPY api/ api/
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/waitline/bin/pip install --no-deps /wheels/*.whl

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Waitline" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/waitline waitline
COPY --from=build /opt/waitline /opt/waitline
ENV PATH=/opt/waitline/bin:$PATH PYTHONUNBUFFERED=1 WAITLINE_HOME=/var/lib/waitline WAITLINE_HOST=0.0.0.0
USER waitline
WORKDIR /var/lib/waitline
VOLUME /var/lib/waitline
EXPOSE 8400
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8400/readyz', timeout=4)"]
ENTRYPOINT ["waitline"]
CMD ["api"]
