"""The services a fresh machine does not have: PostgreSQL and Redis from Python wheels, with their data under `.local/`.

`DATABASE_URL` and `REDIS_URL` win when they are set. Asking for an address never starts anything; `ensure_services`
does, and the last process that asked for them takes them down again when it ends.
"""

from mash.local.home import MAIN, TEST, Home, database_url, redis_url, secret_key
from mash.local.services import ensure_services

__all__ = ["MAIN", "TEST", "Home", "database_url", "ensure_services", "redis_url", "secret_key"]
