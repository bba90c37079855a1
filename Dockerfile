# Paradero for production: one image for web, worker and migrations. «make image» tries these steps without an engine.
FROM node:22-trixie-slim AS assets
WORKDIR /portal
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim-trixie AS libraries
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/opt/paradero/bin:$PATH
WORKDIR /portal
COPY requirements.txt ./
RUN python3 -m venv /opt/paradero && pip install --no-deps --require-hashes -r requirements.txt

FROM libraries AS wheel
COPY requirements-build.txt ./
RUN pip install --no-deps --require-hashes -r requirements-build.txt
COPY . .
COPY --from=assets /portal/node_modules ./node_modules
RUN python -m hatchling build -t wheel

FROM libraries
COPY --from=wheel /portal/dist ./dist
RUN pip install --no-deps --no-index dist/*.whl && rm -r dist \
    && useradd --system --uid 10001 portal && install -d -o portal /var/lib/paradero
ENV PYTHONUNBUFFERED=1 FLASK_APP=paradero.wsgi PRODUCTION=1 LOG_JSON=1 PORT=8000 PARADERO_DATA=/var/lib/paradero
USER portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
CMD ["paradero", "web"]
