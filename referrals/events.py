"""The kinds of change this app writes to the audit trail, each with the sentence a person reads."""

SENTENCES = {
    "referral_submitted": "sent a referral",
    "referral_taken": "took a referral from the queue",
    "referral_handed_over": "handed a referral to a colleague",
    "referral_put_back": "put a referral back in the queue",
    "child_identified": "said which child this is",
    "possible_same_child": "recorded a child who may be one they cannot see",
    "decision_made": "decided for a child",
    "decision_signed": "signed a decision",
    "decision_refused": "did not agree with a decision",
    "case_accepted": "accepted a case",
    "case_returned": "returned a case to triage",
    "case_stepped": "moved a child to the other service",
    "case_closed": "closed a case",
    "indicator_withdrawn": "withdrew an indicator that was ticked in error",
    "referral_restricted": "restricted a referral",
    "restriction_lifted": "lifted the restriction of a referral",
    "person_admitted": "named somebody who may see a restricted referral",
    "glass_broken": "opened a restricted referral in an emergency",
    "stepped_away": "stepped away from a referral about a family they know",
    "demo_told": "told the demo story of Merebrook",
}
