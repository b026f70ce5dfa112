"""The mail catcher of `make run`, as a process of its own."""

import smtplib
import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from mash.local.home import ROOT, free_port, is_free
from mash.local.processes import wait_until


def test_it_keeps_each_message_in_a_file_of_its_own(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "mash.local.mail", str(tmp_path / "mail"), str(port)]
    with subprocess.Popen(command, cwd=ROOT) as catcher:
        try:
            assert wait_until(lambda: not is_free(port), within=20)
            for subject in ("First", "Zażółć"):
                _send(port, subject)
        finally:
            catcher.terminate()
            catcher.wait(timeout=60)
    kept = sorted((tmp_path / "mail").iterdir())
    assert [path.suffix for path in kept] == [".eml", ".eml"]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "mail", *kept)} == {0o700, 0o600}
    messages = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in kept]
    assert [message["Subject"] for message in messages] == ["First", "Zażółć"]
    assert messages[0]["X-Envelope-To"] == "teacher@school.example"
    assert catcher.returncode == 0


def _send(port: int, subject: str) -> None:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "front-door@merebrook.example"
    message["To"] = "teacher@school.example"
    message.set_content("Something is waiting.")
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(message)
