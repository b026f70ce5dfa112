"""Which tone of colour goes with which word: only repeats what the words say."""

LEVELS = (1, 2, 3, 4)

STAGES = {
    # A referral, and each child on it.
    "draft": "plain",
    "received": "new",
    "waiting": "new",
    "in_triage": "active",
    "proposed": "waiting",
    "second_person": "waiting",
    "decided": "done",
    "withdrawn": "closed",
    # A case.
    "offered": "new",
    "accepted": "waiting",
    "open": "active",
    "returned": "alert",
    "moved": "waiting",
    "closed": "closed",
    # A question to the hub.
    "taken": "active",
    "answered": "done",
    # A message.
    "owed": "waiting",
    "sent": "done",
    "read": "done",
    "failed": "alert",
}


def stage_tone(stage: str) -> str:
    """The tone of a stage; an unknown one is plain."""
    return STAGES.get(stage, "plain")
