"""The words that stored rows use. Codes are fixed; labels are what people read."""

from django.db.models import TextChoices


class Via(TextChoices):
    BROWSER = "browser", "Online form"
    API = "api", "Agency system"
    PHONE = "phone", "Telephone"
    LETTER = "letter", "Letter"
    PUBLIC = "public", "Public form"
    BULK = "bulk", "Notice in a batch"


class Identity(TextChoices):
    """How the referrer may be known. A professional is never anonymous."""

    PROFESSIONAL = "professional", "Professional"
    PUBLIC_OPEN = "public_open", "Member of the public"
    PUBLIC_WITHHELD = "public_withheld", "Member of the public, name withheld from the family"
    ANONYMOUS = "anonymous", "Anonymous"


class Agreement(TextChoices):
    """Whether the family agrees to a service. It is not the lawful basis for sharing information."""

    GIVEN = "given", "The family agrees"
    REFUSED = "refused", "The family has been asked and does not agree"
    NOT_SOUGHT = "not_sought", "The family has not been asked"


class LawfulBasis(TextChoices):
    """Why the information may be shared. Consent is seldom the reason."""

    PUBLIC_TASK = "public_task", "It is part of our public duty to safeguard children"
    LEGAL_OBLIGATION = "legal_obligation", "The law requires us to share it"
    VITAL_INTERESTS = "vital_interests", "Somebody's life or safety is at stake"
    LEGITIMATE_INTERESTS = "legitimate_interests", "We have a legitimate interest in keeping this child safe"
    NOT_STATED = "not_stated", "Not stated"


class FamilyTold(TextChoices):
    YES = "yes", "Yes, the family knows about this referral"
    PARTLY = "partly", "Some of the family know"
    NO = "no", "No, the family does not know"
    NOT_STATED = "not_stated", "Not stated"


class Sex(TextChoices):
    F = "F", "Female"
    M = "M", "Male"
    U = "U", "Not known"


class Ethnicity(TextChoices):
    """As the children in need census counts it (DfE code set)."""

    WBRI = "WBRI", "White British"
    WIRI = "WIRI", "White Irish"
    WIRT = "WIRT", "Traveller of Irish heritage"
    WROM = "WROM", "Gypsy or Roma"
    WOTH = "WOTH", "Any other White background"
    MWBC = "MWBC", "White and Black Caribbean"
    MWBA = "MWBA", "White and Black African"
    MWAS = "MWAS", "White and Asian"
    MOTH = "MOTH", "Any other mixed background"
    AIND = "AIND", "Indian"
    APKN = "APKN", "Pakistani"
    ABAN = "ABAN", "Bangladeshi"
    AOTH = "AOTH", "Any other Asian background"
    BCRB = "BCRB", "Black Caribbean"
    BAFR = "BAFR", "Black African"
    BOTH = "BOTH", "Any other Black background"
    CHNE = "CHNE", "Chinese"
    OOTH = "OOTH", "Any other ethnic group"
    REFU = "REFU", "They did not want to say"
    NOBT = "NOBT", "Not known"


class Disability(TextChoices):
    """As the children in need census counts it (DfE code set); none chosen is not the same as `NONE`."""

    NONE = "NONE", "No disability"
    MOB = "MOB", "Moving about"
    HAND = "HAND", "Using their hands"
    PC = "PC", "Washing, dressing and eating"
    INC = "INC", "Bladder or bowels"
    COMM = "COMM", "Speaking or being understood"
    LD = "LD", "Learning"
    HEAR = "HEAR", "Hearing"
    VIS = "VIS", "Seeing"
    BEH = "BEH", "Behaviour"
    CON = "CON", "Fits or loss of consciousness"
    AUT = "AUT", "Autism"
    DDA = "DDA", "Another disability"


class HowKnown(TextChoices):
    """How the referrer knows what they tell."""

    SEEN = "seen", "I saw it"
    HEARD = "heard", "I heard it happen"
    CHILD = "child", "The child told me"
    OTHER = "other", "Somebody else told me"


class Category(TextChoices):
    """What a concern is about, as the API names it."""

    PHYSICAL_ABUSE = "physical_abuse", "Physical abuse"
    EMOTIONAL_ABUSE = "emotional_abuse", "Emotional abuse"
    SEXUAL_ABUSE = "sexual_abuse", "Sexual abuse"
    NEGLECT = "neglect", "Neglect"
    DOMESTIC_ABUSE = "domestic_abuse", "Domestic abuse"
    EXPLOITATION = "exploitation", "Exploitation"
    MISSING = "missing", "Going missing"
    SELF_HARM = "self_harm", "Self-harm"
    MENTAL_HEALTH = "mental_health", "Mental health"
    SUBSTANCE_MISUSE = "substance_misuse", "Drugs or alcohol"
    DISABILITY = "disability", "Disability"
    FAMILY_SUPPORT = "family_support", "Family needs support"
    HOUSING = "housing", "Housing"
    EDUCATION = "education", "Education"
    RADICALISATION = "radicalisation", "Radicalisation"
    HARMFUL_PRACTICE = "harmful_practice", "Harmful practice"
    ALLEGATION = "allegation_against_worker", "Somebody who works with children"
    OTHER = "other", "Something else"


class Stage(TextChoices):
    """Where a referral is until every child on it is decided."""

    RECEIVED = "received", "Waiting"
    IN_TRIAGE = "in_triage", "Being looked at"
    SECOND_PERSON = "second_person", "Waiting for a second person"
    DECIDED = "decided", "Decided"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Lane(TextChoices):
    """The part of the shared queue where a referral waits."""

    CADT = "cadt", "CADT"
    GATEWAY = "gateway", "Gateway"
    UNIVERSAL = "universal", "Universal"
    UNDETERMINED = "undetermined", "Undetermined"
    ALLEGATIONS = "allegations", "Allegations"


class SubjectState(TextChoices):
    WAITING = "waiting", "Waiting for a decision"
    PROPOSED = "proposed", "Waiting for a second person"
    DECIDED = "decided", "Decided"


class Service(TextChoices):
    GATEWAY = "gateway", "Gateway"
    CADT = "cadt", "CADT"


class Way(TextChoices):
    """What a decision does for a child."""

    CADT = "cadt", "Send to CADT (Specialist Services)"
    GATEWAY = "gateway", "Send to Gateway (Targeted Services)"
    OPEN_CASE = "open_case", "New information for the open case"
    ADVICE = "advice", "Advice and universal services"
    NO_FURTHER_ACTION = "no_further_action", "No further action"


class CaseStage(TextChoices):
    OFFERED = "offered", "Waiting to be accepted"
    ACCEPTED = "accepted", "Accepted, waiting for a worker"
    OPEN = "open", "Open"
    RETURNED = "returned", "Returned to triage"
    MOVED = "moved", "Moved to another service"
    CLOSED = "closed", "Closed"


class Direction(TextChoices):
    UP = "up", "Step up"
    DOWN = "down", "Step down"


class ClosureReason(TextChoices):
    """Why a case ended."""

    NEEDS_MET = "needs_met", "The child's needs are met"
    UNIVERSAL = "universal", "Universal services will carry on"
    NOT_ENGAGED = "not_engaged", "The family does not want the service and the risk does not require it"
    MOVED_AREA = "moved_area", "The child has moved to another area, which knows about them"
    OTHER = "other", "Another reason"


class Duty(TextChoices):
    """What the authority has to do for a child, and under which law."""

    EARLY_HELP = "early_help", "Early help"
    CHILD_IN_NEED = "s17", "Section 17: a child in need"
    SIGNIFICANT_HARM = "s47", "Section 47: risk of significant harm"


class CaseAgreement(TextChoices):
    """What a service heard from the family, at one time. It may change."""

    GIVEN = "given", "They agree"
    REFUSED = "refused", "They were asked and do not agree"
    NOT_SOUGHT = "not_sought", "They have not been asked yet"
    WITHDRAWN = "withdrawn", "They agreed before, and no longer do"


class SentHow(TextChoices):
    """How two authorities reached each other."""

    TELEPHONE = "telephone", "By telephone"
    EMAIL = "email", "By secure email"
    SYSTEM = "system", "Through their own system or form"
    MEETING = "meeting", "At a meeting"
    POST = "post", "By post"


class TransferAnswer(TextChoices):
    WAITING = "waiting", "No receipt yet"
    RECEIVED = "received", "Receipt proved"
    STOPPED = "stopped", "Not going ahead"


class OutcomeKind(TextChoices):
    """The steps at which the referrer is told."""

    RECEIVED = "referral_received", "We have received it"
    DECIDED = "decided", "A decision was made"
    ACCEPTED = "accepted", "The service has accepted"
    RETURNED = "returned", "The service asked us to look again"
    STEPPED = "stepped", "Another service is taking over"
    TRANSFER = "transfer", "Another area was asked to take over"
    CLOSED = "closed", "The work has ended"
    WITHDRAWN = "withdrawn", "It was withdrawn"
    ANSWERED = "answered", "We have answered what you added"


class AmendmentKind(TextChoices):
    """What a referrer sends after the referral itself."""

    CORRECTION = "correction", "Something to put right"
    MORE = "more", "Something new"
    WITHDRAWAL = "withdrawal", "A wish to withdraw"


class KnownOrNot(TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "I do not know"


class ReadHow(TextChoices):
    PRODUCT = "product", "Read here"
    API = "api", "Fetched by the agency's system"
    PHONE = "phone", "Told by telephone"
    INBOX = "inbox", "Acknowledged by the shared inbox"


class AgeGroup(TextChoices):
    """About how old a child is, where nobody is to be named."""

    UNBORN = "unborn", "Not born yet"
    BABY = "baby", "Under 1"
    EARLY = "early", "1 to 4"
    PRIMARY = "primary", "5 to 10"
    SECONDARY = "secondary", "11 to 15"
    OLDER = "older", "16 or 17"
    SEVERAL = "several", "Children of different ages"
    UNKNOWN = "unknown", "I do not know"


class ConsultationState(TextChoices):
    WAITING = "waiting", "Waiting for an answer"
    TAKEN = "taken", "Being answered"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Ended"


class ConsultationOutcome(TextChoices):
    ADVICE = "advice", "Advice was given"
    REFERRAL = "referral", "It should be a referral"
    NOT_NEEDED = "not_needed", "It was no longer needed"


class ExchangeKind(TextChoices):
    ANSWER = "answer", "Answer"
    MORE = "more", "Added by the asker"


class Access(TextChoices):
    """How somebody gets a local service."""

    SELF = "self", "The family can ask for it themselves"
    AGENCY = "agency", "Somebody who works with the family asks for it"
    EITHER = "either", "The family can ask, or you can ask for them"


class Rating(TextChoices):
    """How urgently information is gathered."""

    RED = "red", "Red"
    AMBER = "amber", "Amber"
    GREEN = "green", "Green"
    BLUE = "blue", "Blue"


class LimitUnit(TextChoices):
    """What a time limit is counted in."""

    WORKING_DAYS = "working_days", "Working days"
    OFFICE_MINUTES = "office_minutes", "Minutes of office time"
    CLOCK_MINUTES = "clock_minutes", "Minutes by the clock, day and night"
    WEEKS = "weeks", "Weeks"
    MONTHS = "months", "Months"


class LimitBasis(TextChoices):
    NATIONAL = "national", "Law or national guidance"
    LOCAL = "local", "The authority’s own choice"


class ClockKey(TextChoices):
    """Every promise with a due time."""

    DECISION = "decision", "Decision"
    RAG_RED = "rag_red", "Information for a red referral"
    RAG_AMBER = "rag_amber", "Information for an amber referral"
    RAG_GREEN = "rag_green", "Information for a green referral"
    LADO = "lado", "Allegation about somebody who works with children"
    CASE_ACCEPTANCE = "case_acceptance", "A service accepts a child"
    CASE_ALLOCATION = "case_allocation", "A worker is named"
    CASE_REVIEW = "case_review", "A child who waits is looked at again"
    TRANSFER_RECEIPT = "transfer_receipt", "Another authority confirms a transfer"
    ASSESSMENT = "assessment", "Assessment"
    STRATEGY_TO_CONFERENCE = "strategy_to_conference", "Initial child protection conference"
    CORE_GROUP = "core_group", "First core group"
    LATER_CORE_GROUPS = "later_core_groups", "Later core groups"
    FIRST_REVIEW = "first_review", "First review conference"
    LATER_REVIEWS = "later_reviews", "Later review conferences"
    RAPID_REVIEW = "rapid_review", "Rapid review"


class WarningStep(TextChoices):
    """Who is told that time runs out, and when."""

    HOLDER = "holder", "Nearly used: whoever has it"
    MANAGER = "manager", "Nearly late: the manager"
    LATE = "late", "Late"
