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

DRAFT_PAGES = (
    *("task_list", "danger", "call_999", "agreement", "you", "discard", "overview", "add", "change", "remove"),
    *("signs", "degree", "check"),
)

# The pages that show a record or a list, as the audit trail calls them.
PAGES = dict.fromkeys(DRAFT_PAGES, "their own unsent draft") | {
    "queue": "the shared queue",
    "my_referrals": "their own referrals",
    "to_sign": "the decisions to sign",
    "cases": "the list of cases",
    "owed": "what is owed to people",
    "candidates": "whom the hub may know a child as",
    "hub_referral": "the file of a referral",
    "withdraw_indicator": "the page to strike out what was ticked in error",
    "step_away": "the page to step away from a family",
    "restrict": "the page to restrict a referral",
    "admit": "the page to let somebody see a referral",
    "break_glass": "the page to open a referral in an emergency",
    "claim": "the page to take a referral",
    "put_back": "the page to put a referral back",
    "hand_over": "the page to hand a referral over",
    "decide": "the page to decide for a child",
    "sign": "a decision to sign",
    "case": "a case",
    "accept_case": "the page to accept a case",
    "return_case": "the page to return a case",
    "step_case": "the page to move a child to the other service",
    "close_case": "the page to close a case",
    "call": "a call or letter to do",
    "my_referral": "a referral, as its referrer follows it",
    "confirmation": "the confirmation of a referral",
    "referral_in_agency_system": "a referral, in an agency’s system",
}
