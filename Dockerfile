# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrations. It holds no secret and runs as nobody in particular.

FROM node:22-slim AS styles
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY static ./static
RUN npm run build

FROM python:3.11-slim AS packages
RUN python -m venv /opt/venv
COPY requirements.txt ./
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt

FROM python:3.11-slim
RUN groupadd --system --gid 10001 lantern \
    && useradd --system --uid 10001 --gid lantern --no-create-home --shell /usr/sbin/nologin lantern
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=mash.settings.production \
    BIND=0.0.0.0:8000
COPY manage.py ./
COPY mash ./mash
COPY accounts ./accounts
COPY thresholds ./thresholds
COPY referrals ./referrals
COPY conferences ./conferences
COPY templates ./templates
COPY --from=styles /build/static ./static
# Django wants its settings whole even to copy files; none of these values is kept.
RUN SECRET_KEY=none ALLOWED_HOSTS=none BASE_URL=http://none DATABASE_URL=postgres://none/none REDIS_URL=redis://none \
    python manage.py collectstatic --no-input --ignore src
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "mash.local.healthy"]
CMD ["gunicorn", "--config", "python:mash.serving", "mash.wsgi"]
