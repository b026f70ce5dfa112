"""Bodies that are wrong before anybody reads a field of them: too large, broken, or of another kind."""

from collections.abc import Iterator

from django.conf import settings

from mash.performance.attack.odd import BOUNDARY, MULTIPART
from mash.performance.attack.strike import Shot
from mash.performance.attack.targets import Target

URLENCODED = "application/x-www-form-urlencoded"
FILE = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'.encode()
END = f"\r\n--{BOUNDARY}--\r\n".encode()


def bodies() -> Iterator[tuple[str, bytes]]:
    """Each content type with its body."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    fields = (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS or 0) + 1
    yield URLENCODED, b"a=" + b"x" * (most + 1)
    yield URLENCODED, b"&".join([b"a=1"] * fields)
    yield URLENCODED, b"%ff%fe=%00&%=%zz&&&===&\xff\xfe=\x00"
    yield URLENCODED + "; charset=utf-16", "a=ü".encode("utf-16")
    yield URLENCODED + "; charset=no-such-thing", b"a=1"
    yield from _multiparts(most, fields)
    yield from ((kind, b'{"a": 1}') for kind in ("application/json", "text/plain", "", "nonsense", "a/b; c=\xff", "/"))


def _multiparts(most: int, fields: int) -> Iterator[tuple[str, bytes]]:
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n'.encode()
    yield MULTIPART, field + b"x" * (most + 1) + END
    yield MULTIPART, (field + b"1\r\n") * fields + END
    yield MULTIPART, FILE + b"x" * (3 * most) + END
    yield MULTIPART, (FILE + b"1\r\n") * 150 + END
    yield MULTIPART, FILE
    yield MULTIPART, field + b"without an end"
    yield MULTIPART, b"nothing of the kind"
    yield MULTIPART, field.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n") + b"@@@" + END
    yield MULTIPART, b"--" + BOUNDARY.encode() + b"\r\n" + b"X: y\r\n" * 5_000 + b"\r\n1" + END
    yield "multipart/form-data", FILE + END
    yield "multipart/form-data; boundary=" + "b" * 300, FILE + END
    yield "multipart/form-data; boundary=\xe9", FILE + END
    yield "multipart/form-data; boundary=", FILE + END


def shots(target: Target) -> Iterator[Shot]:
    """Each of them, to one address."""
    for content_type, body in bodies():
        yield Shot(target.role, "POST", target.path, body, content_type, route=f"body {target.route.name}")
