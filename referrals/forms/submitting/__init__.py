"""The pages of a referral being written. Each form gives its answers in the draft's shape (`referrals.drafting`)."""

from referrals.forms.submitting.adults import AdultForm
from referrals.forms.submitting.agreement import AgreementForm
from referrals.forms.submitting.more import AdultMoreForm, ChildMoreForm, ConcernMoreForm
from referrals.forms.submitting.people import ChildForm
from referrals.forms.submitting.sending import DangerForm, ReferrerForm, SendForm
from referrals.forms.submitting.wider import WiderForm
from referrals.forms.submitting.worries import ConcernForm, DegreeForm, SignsForm

__all__ = [
    "AdultForm",
    "AdultMoreForm",
    "AgreementForm",
    "ChildForm",
    "ChildMoreForm",
    "ConcernForm",
    "ConcernMoreForm",
    "DangerForm",
    "DegreeForm",
    "ReferrerForm",
    "SendForm",
    "SignsForm",
    "WiderForm",
]
