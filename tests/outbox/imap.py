"""A mailbox on a real socket that speaks as much IMAP (RFC 3501) as reading unread mail needs."""

import re
import socketserver
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Imap:
    """`emails` are numbered from 1; `flags` are those that a client has set."""

    port: int = 0
    user: str = "bounces"
    password: str = "open"
    emails: list[bytes] = field(default_factory=list)
    flags: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


@contextmanager
def imap() -> Iterator[Imap]:
    box = Imap()

    class Handler(_Handler):
        mailbox = box

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    box.port = int(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(socketserver.StreamRequestHandler):
    mailbox: Imap

    def handle(self) -> None:
        self._say(b"* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            verb, _, given = rest.partition(" ")
            answer = self._answer(verb.upper(), given)
            self._say(f"{tag} {answer}".encode())
            if verb.upper() == "LOGOUT":
                return

    def _answer(self, verb: str, given: str) -> str:
        match verb:
            case "CAPABILITY":
                self._say(b"* CAPABILITY IMAP4rev1")
            case "LOGIN":
                wanted = (self.mailbox.user, self.mailbox.password)
                if tuple(part.strip('"') for part in given.split()) != wanted:
                    return "NO no such person"
            case "SELECT":
                self._say(f"* {len(self.mailbox.emails)} EXISTS".encode())
            case "UID":
                self._by_uid(given)
            case "LOGOUT":
                self._say(b"* BYE")
        return "OK done"

    def _by_uid(self, given: str) -> None:
        verb, _, rest = given.partition(" ")
        if verb.upper() == "SEARCH":
            unread = [n for n in range(1, len(self.mailbox.emails) + 1) if "\\Seen" not in self.mailbox.flags[n]]
            self._say(b"* SEARCH " + b" ".join(str(n).encode() for n in unread))
            return
        number, _, what = rest.partition(" ")
        if verb.upper() == "FETCH":
            wanted: Any = re.search(r"<0\.(\d+)>", what)
            content = self.mailbox.emails[int(number) - 1][: int(wanted[1])]
            self._say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(content)}}}".encode())
            self.wfile.write(content + b")\r\n")
        else:
            self.mailbox.flags[int(number)] |= set(re.findall(r"\\\w+", what))

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")
