"""Somebody comes back with their receipt code."""

import secrets

from django.db import transaction
from django.utils import timezone

from mash.audit import events
from referrals import codes
from referrals.models import Opening, Receipt
from referrals.selectors import public as selectors
from referrals.services import amending
from referrals.services.public_sending import Member


@transaction.atomic
def came_back(*, receipt: Receipt) -> str:
    """Write down that the code was used, and answer the secret that stands for it for half an hour, in one browser.
    What was told them stays as it was recorded: it waited behind this code."""
    events.record(by=_member(receipt), what="came_back", about=receipt.referral)
    Opening.objects.filter(at__lte=timezone.now() - selectors.OPEN_FOR).delete()
    secret = secrets.token_urlsafe(32)
    Opening.objects.create(receipt=receipt, digest=codes.digest(secret))
    return secret


def leave(*, secret: str) -> None:
    """The secret opens nothing any more, in whoever's hands it is."""
    Opening.objects.filter(digest=codes.digest(secret)).delete()


@transaction.atomic
def add(*, receipt: Receipt, words: str, danger: bool = False) -> None:
    """Keep what they add beside what they sent, and tell whoever has it. The same words twice in a row are one, unless
    they say that a child is in danger."""
    if danger or words != selectors.added_last(receipt.referral):
        amending.add_by_code(by=_member(receipt), referral=receipt.referral, words=words, danger=danger)


def _member(receipt: Receipt) -> Member:
    return Member(receipt.referral.organisation_id)
