"""Tests talk to this machine and to nobody else."""

import ipaddress
import socket
from typing import Any

_connect = socket.socket.connect


class TheNetworkIsClosed(RuntimeError):
    """A test tried to leave the machine."""


def close() -> None:
    """Refuse every connection of this process to anything but the loopback address."""
    socket.socket.connect = _only_loopback  # type: ignore[method-assign]


def _only_loopback(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
        self.close()
        raise TheNetworkIsClosed(f"a test tried to reach {address[0]}:{address[1]}")
    _connect(self, address)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
