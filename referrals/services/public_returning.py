"""Somebody comes back with their receipt code."""

from django.db import transaction

from mash.audit import events
from referrals.models import Receipt
from referrals.selectors import public as selectors
from referrals.services import amending
from referrals.services.public_sending import Member


def came_back(*, receipt: Receipt) -> None:
    """Write down that the code was used. What was told them stays as it was recorded: it waited behind this code."""
    events.record(by=_member(receipt), what="came_back", about=receipt.referral)


@transaction.atomic
def add(*, receipt: Receipt, words: str) -> None:
    """Keep what they add beside what they sent, and tell whoever has it. The same words twice in a row are one."""
    if words != selectors.added_last(receipt.referral):
        amending.add_by_code(by=_member(receipt), referral=receipt.referral, words=words)


def _member(receipt: Receipt) -> Member:
    return Member(receipt.referral.organisation_id)
