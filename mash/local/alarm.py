"""Waiting for a signal without missing one."""

import os
import select
import signal

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Alarm:
    """From its making on, signals to stop are noted, not obeyed at once: nothing is left half-started."""

    def __init__(self) -> None:
        self._ear, self._mouth = os.pipe()
        os.set_blocking(self._mouth, False)
        signal.set_wakeup_fd(self._mouth, warn_on_full_buffer=False)
        for number in (*STOPS, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)

    def told_to_stop(self, *, within: float) -> bool:
        """Wait until a child dies, somebody says stop, or the seconds are over; says whether it was to stop."""
        heard, _, _ = select.select([self._ear], [], [], within)
        return bool(heard) and any(number in STOPS for number in os.read(self._ear, 4096))
