"""Which tone of colour goes with which word: only repeats what the words say."""

LEVELS = (1, 2, 3, 4)

STAGES = {
    "draft": "plain",
    "received": "new",
    "in_triage": "active",
    "awaiting_partners": "waiting",
    "awaiting_second": "waiting",
    "awaiting_countersignature": "waiting",
    "decided": "done",
    "routed": "new",
    "offered": "new",
    "accepted": "active",
    "open": "active",
    "returned": "alert",
    "stepped": "waiting",
    "withdrawn": "closed",
    "closed": "closed",
}


def stage_tone(stage: str) -> str:
    """The tone of a stage; an unknown one is plain."""
    return STAGES.get(stage, "plain")
