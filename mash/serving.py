"""How gunicorn serves, in a container and under `make run` alike: `gunicorn --config python:mash.serving mash.wsgi`."""

import os

from mash.logs import logging_config

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
preload_app = True
timeout = 30
graceful_timeout = 10
keepalive = 5
# A slow leak never grows old; the spread keeps the workers from ending together.
max_requests = 20_000
max_requests_jitter = 2_000
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
control_socket_disable = True
# Every request is logged once, by Django, without its query; gunicorn's own lines go the same way.
accesslog = None
logconfig_dict = {
    **logging_config(json=os.environ.get("LOG_JSON", "true").lower() in {"1", "true", "yes", "on"}, level="INFO"),
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True}},
}
