"""`make code`: the codes that the demo's second factors show now, as an authenticator app would (RFC 6238)."""

import base64
import hmac
import json
import struct
import sys
import time

from mash.local.home import MAIN

DEMO = MAIN.folder / "demo.json"
STEP = 30


def code(secret: str, *, at: float) -> str:
    """The six digits of `secret` in the half minute of `at` (Unix time)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(at) // STEP), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def main() -> int:
    """Print the code of each demo account that is asked for one. 1 when there is no demo yet."""
    if not DEMO.exists():
        sys.stderr.write("There is no demo yet: `make run` makes it.\n")
        return 1
    now = time.time()
    accounts = json.loads(DEMO.read_text())["accounts"]
    rows = [f"  {one['email']:<46}{code(one['totp_secret'], at=now)}" for one in accounts if one["totp_secret"]]
    left = f"New ones in {STEP - int(now) % STEP} s. Each works once."
    sys.stdout.write("\n".join([*rows, left, ""]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
