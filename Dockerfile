# The environment is made in one stage; the final image holds no pip cache, no compiler and no build tools.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /app/venv
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY indexer indexer
COPY search_service search_service
RUN /app/venv/bin/pip install --no-cache-dir --constraint constraints.txt '.[mcp,opensearch,semantic]' \
 && /app/venv/bin/pip uninstall --yes pip
COPY data /app/data
# The index is built into the image: a container answers as soon as it starts.
RUN DUTY_SEARCH_DATA=/app/data DUTY_SEARCH_INDEX=/app/index /app/venv/bin/duty-index build

FROM python:3.12-slim
# state/ is for what the service keeps of its own: API keys, questions nobody could answer.
RUN useradd --system --uid 10001 --home-dir /app --no-create-home duty \
 && install --directory --owner=duty --group=duty --mode=750 /app/state \
 && pip uninstall --yes pip
COPY --from=build /app/venv /app/venv
COPY --from=build /app/data /app/data
COPY --from=build --chown=duty:duty /app/index /app/index
ENV PATH=/app/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DUTY_SEARCH_DATA=/app/data \
    DUTY_SEARCH_INDEX=/app/index \
    HOST=0.0.0.0 \
    PORT=8000
USER duty
WORKDIR /app
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz', timeout=2)"]
CMD ["duty-search", "serve"]
