# Paradero for production: one image for web, worker and migrations.
FROM node:22-bookworm-slim AS assets
WORKDIR /portal
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 FLASK_APP=wsgi PRODUCTION=1 LOG_JSON=1 PORT=8000 \
    AUDIT_ANCHOR=/var/lib/paradero/audit.anchors
WORKDIR /portal
COPY requirements.txt ./
RUN pip install --no-deps --require-hashes -r requirements.txt
COPY --from=assets /portal/node_modules ./node_modules
COPY . .
RUN python -m app.pages.assets && python -c "from app.core.i18n.catalogues import compile_catalogues; compile_catalogues()" \
    && rm -rf node_modules && useradd --system --uid 10001 portal && install -d -o portal /var/lib/paradero
USER portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["flask", "portal", "web"]
