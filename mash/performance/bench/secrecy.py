"""A certificate of our own, and clients that trust it beside all that they trust already."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = "127.0.0.1"


@contextmanager
def trusted() -> Iterator[ssl.SSLContext]:
    """What a server on the loopback address shows. Every client of this process believes it meanwhile, and reads as
    many other authorities as one on any machine does."""
    with TemporaryDirectory() as folder:
        own, everybody = Path(folder) / "own.pem", Path(folder) / "everybody.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(key)
        own.write_bytes(_private(key) + certificate)
        everybody.write_bytes(Path(certifi.where()).read_bytes() + certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own)
        with mock.patch.dict(os.environ, {"SSL_CERT_FILE": str(everybody)}):
            yield context


def _certificate(key: ec.EllipticCurvePrivateKey) -> bytes:
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HERE)]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HERE))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
