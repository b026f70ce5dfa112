"""Three things that are never one: agreement to help, the lawful reason to share, and what the family knows."""

from typing import Any

from mash.govuk.fields import RadiosField, TextareaField
from mash.govuk.forms import GovukForm
from referrals.choices import Agreement, FamilyTold, LawfulBasis
from referrals.drafting import Item

BASES = [
    (LawfulBasis.PUBLIC_TASK, "It is part of our public work to keep children safe"),
    (LawfulBasis.LEGAL_OBLIGATION, "A law says that we must share it"),
    (LawfulBasis.VITAL_INTERESTS, "Somebody’s life is at risk"),
    (LawfulBasis.LEGITIMATE_INTERESTS, "We are not a public body, and we need to share it to keep this child safe"),
    (LawfulBasis.NOT_STATED, "I am not sure"),
]
BASIS_HINTS = {
    LawfulBasis.PUBLIC_TASK: "Most often right for schools, health, police and councils",
    LawfulBasis.LEGITIMATE_INTERESTS: "Most often right for charities and private nurseries",
    LawfulBasis.NOT_STATED: "Send it all the same. Never wait with a worry about a child’s safety because of this.",
}


class AgreementForm(GovukForm):
    """What the family agrees to, why it may be shared, and what they have been told."""

    status = RadiosField(
        label="Does the family agree to being offered help?",
        label_size="m",
        hint="Most help needs the family’s agreement. Keeping a child safe from serious harm does not: you can always "
        "send this without it.",
        choices=[
            (Agreement.GIVEN, "Yes, they agree"),
            (Agreement.REFUSED, "No, I asked and they do not agree"),
            (Agreement.NOT_SOUGHT, "I have not asked them"),
        ],
        missing="Select whether the family agrees to being offered help",
        reveals={Agreement.REFUSED: ["refused_reason"], Agreement.NOT_SOUGHT: ["not_sought_reason"]},
    )
    refused_reason = TextareaField(
        label="What did they say?", missing="Say what they said", rows=3, max_length=1000, count=False
    )
    not_sought_reason = TextareaField(
        label="Why not?",
        hint="For example, asking could put the child in danger",
        missing="Say why you have not asked the family",
        rows=3,
        max_length=1000,
        count=False,
    )
    lawful_basis = RadiosField(
        label="Why may you share this information?",
        label_size="m",
        hint="The law lets you share what is needed to keep a child safe, whether or not the family agrees. This asks "
        "which part of the law you rely on.",
        choices=BASES,
        hints=BASIS_HINTS,
        missing="Select why you may share this information, or that you are not sure",
    )
    family_told = RadiosField(
        label="Does the family know that you are sending this?",
        label_size="m",
        hint="Tell them if you can, unless it would put somebody in danger or spoil evidence.",
        choices=[
            (FamilyTold.YES, "Yes"),
            (FamilyTold.PARTLY, "Some of them know"),
            (FamilyTold.NO, "No"),
            (FamilyTold.NOT_STATED, "I do not know"),
        ],
        missing="Select whether the family knows that you are sending this",
    )

    def __init__(self, posted: Any, *, saved: Item) -> None:
        reason = f"{saved.get('status', '')}_reason"
        super().__init__(posted, initial={**saved, reason: saved.get("reason", "")})

    def answers(self) -> Item:
        """The `consent` of the document."""
        given = self.cleaned_data
        return {
            "status": given["status"],
            "reason": given.get(f"{given['status']}_reason", ""),
            "lawful_basis": given["lawful_basis"],
            "family_told": given["family_told"],
        }
