# The portal (target `portal`, also worker and beat) and a member's evaluation node (target `node`).
# docs/operations.md says how they are run together.
FROM python:3.13-slim AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN useradd --system --uid 10001 --create-home --home-dir /home/portal portal \
    && mkdir /data && chown portal /data
WORKDIR /srv/portal

FROM base AS portal
COPY requirements/base.txt requirements/
RUN pip install --require-hashes -r requirements/base.txt
COPY node node
RUN pip install --no-deps --no-build-isolation ./node
COPY . .
# Settings load without secrets here because nothing is served: catalogues and static files only.
RUN DEMO=1 PLAIN_STATIC=1 python manage.py catalogues compile \
    && DEMO=1 STATIC_ROOT=/srv/static python manage.py collectstatic --no-input -v 0
ENV DATA_DIR=/data STATIC_ROOT=/srv/static DJANGO_SETTINGS_MODULE=alliance.settings
USER portal
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD \
    ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["granian", "--interface", "rsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "1", "--no-ws", \
     "--backpressure", "4096", "alliance.front:application"]

FROM base AS node
COPY requirements/base.txt requirements/demo.txt requirements/
COPY node node
# Pinned by hash like the portal; a member's own machine only needs `pip install alliance-node`.
RUN pip install --require-hashes -r requirements/base.txt -r requirements/demo.txt \
    && pip install --no-deps --no-build-isolation ./node
USER portal
EXPOSE 8080
VOLUME /data
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD \
    ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["alliance-node"]
CMD ["serve", "/data/node", "--host", "0.0.0.0", "--port", "8080"]
