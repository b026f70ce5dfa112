"""The times within which the outbox keeps its promises. All of them are declared here."""

from datetime import timedelta

# A carrier that has not answered for this long is taken for dead, and its message is carried again. What it had
# handed to the provider just before it died goes twice: this is the only window for a duplicate.
LEASE = timedelta(seconds=60)

# Waits after the first, second, third ... temporary failure; the last one repeats.
BACKOFF = (
    timedelta(seconds=15),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=10),
    timedelta(minutes=20),
    timedelta(minutes=30),
)

# A hand-over that took longer than this and came to nothing has hung. Its destination then rests, longer each time it
# hangs again, and what is owed there waits: nothing else does.
HUNG = timedelta(seconds=3)
REST = (
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
)

# What could not be carried for this long is given to a person.
DELIVERY_WINDOW = timedelta(hours=24)

# Beat asks for a round of the sweeper this often. A worker or a broker that was killed works again within
# WORKER_START: its supervisor starts it at once, and it needs a while to load and to find the other.
SWEEP_INTERVAL = timedelta(seconds=10)
WORKER_START = timedelta(seconds=30)

# The longest that a message waits which no carrier was asked to take, because worker or broker had died.
FOUND = SWEEP_INTERVAL + WORKER_START
# The longest that one waits whose carrier died with it; so long after the first copy a duplicate may still come.
RECOVERED = LEASE + FOUND

# One round of the sweeper: at most this many new messages, and about this long.
SWEEP_LIMIT = 500
SWEEP_TIME = timedelta(seconds=8)

# Not ready when a due message has waited this long for a carrier, or the worker was silent for this long.
OVERDUE = timedelta(minutes=2)
HEARTBEAT_SILENCE = timedelta(seconds=90)
# Not ready when a message has been owed for this long and no other was accepted since.
NOTHING_GOES = timedelta(minutes=15)

# Whether a medium is in trouble is asked this often, and the managers are told once for each trouble. One that comes
# back within ALERT_AGAIN of its end is the same trouble.
ALERT_INTERVAL = timedelta(minutes=1)
ALERT_AGAIN = timedelta(hours=1)

# The account of what was owed in the last RECONCILE_BACK is drawn up this often.
RECONCILE_INTERVAL = timedelta(hours=1)
RECONCILE_BACK = timedelta(days=3)


# What Notify has had for longer than ASK_AFTER without a receipt is asked after, again after ASK_AGAIN, for as long as
# Notify itself tries.
ASK_AFTER = timedelta(hours=1)
ASK_AGAIN = timedelta(hours=6)
ASK_FOR = timedelta(days=4)
ASK_LIMIT = 200
ASK_INTERVAL = timedelta(minutes=10)
BOUNCE_INTERVAL = timedelta(minutes=5)


def rest(hangs: int) -> timedelta:
    """How long a destination rests that has hung this many times on end, one or more."""
    return REST[min(hangs, len(REST)) - 1]


def backoff(attempts: int) -> timedelta:
    """How long to wait after `attempts` attempts, one or more."""
    return BACKOFF[min(attempts, len(BACKOFF)) - 1]
