"""For a container's health check: whether the web server in it answers; `python -m mash.local.healthy`.

Django answers only to its own names, and the check comes from inside, so it asks under the first of them.
"""

import os
import sys
import urllib.error
import urllib.request


def main() -> int:
    """0: it answers /healthz."""
    port = os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2]
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=4):  # noqa: S310 - our own address
            return 0
    except (urllib.error.URLError, TimeoutError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
