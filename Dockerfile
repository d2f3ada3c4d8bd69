# One image for the web process, the worker, beat and every command. PostgreSQL and Valkey are servers of their own.

FROM python:3.11-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/production.txt /requirements.txt
RUN python -m venv /opt/govern \
    && /opt/govern/bin/pip install --require-hashes --only-binary :all: -r /requirements.txt \
    && rm -rf /opt/govern/lib/python3.11/site-packages/pip* /opt/govern/bin/pip*

FROM packages AS static
WORKDIR /srv/govern
COPY . .
# The settings want their secrets; collecting files uses none of them.
RUN key=$(head -c 32 /dev/zero | base64) \
    && GOVERN_SECRET_KEY=$key GOVERN_MASTER_KEY=$key GOVERN_SIGNING_KEY=$key GOVERN_DIGEST_KEY=$key \
    DATABASE_URL=postgresql://govern_app:none@localhost/none REDIS_URL=redis://localhost GOVERN_ALLOWED_HOSTS=localhost \
    DJANGO_SETTINGS_MODULE=govern.settings.production \
    /opt/govern/bin/python manage.py collectstatic --no-input --verbosity 0
# The inspection kernel: pip brings a compiler for this one step. Without the network the image works all the same, more slowly.
RUN PYTHONPATH=/opt/govern/lib/python3.11/site-packages python -m govern.enforcement.kernel.build --fetch || true

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/govern --create-home --shell /usr/sbin/nologin govern \
    && install -d -m 700 -o 10001 /var/lib/govern-exports
COPY --from=packages /opt/govern /opt/govern
COPY --from=static /srv/govern /srv/govern
WORKDIR /srv/govern
ENV PATH=/opt/govern/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=govern.settings.production \
    GOVERN_HOME=/var/lib/govern \
    GOVERN_PORT=8000
USER govern
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"GOVERN_PORT\"]}/healthz', timeout=4)"]
CMD ["python", "-m", "govern.parts.web", "--host", "0.0.0.0"]
