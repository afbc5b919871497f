"""The words that the record chooses from: values as stored, and as people read them. Pure."""

STEPS = {
    1: "Get detailed feedback from the interviewer/recruiter",
    2: "Review the feedback/experience",
    3: "Work on the negatives",
    4: "Take it on the chin",
    5: "Time for a re-think?",
    6: "Get resilient!",
}

RESULTS = {
    "": "Not known yet",
    "passed": "Through",
    "rejected": "A no",
    "silent": "Silence",
    "withdrew": "Withdrew",
    "cancelled": "Vacancy cancelled",
}
OUTCOMES = {
    "open": "Open",
    "accepted": "Offer accepted",
    "declined": "Offer declined",
    "rejected": "Rejected",
    "silent": "Silent",
    "withdrew": "Withdrew",
    "cancelled": "Vacancy cancelled",
}
SEARCH_OUTCOMES = {
    "": "Still looking",
    "accepted": "Offer accepted",
    "promoted": "Internal promotion",
    "stopped": "Stopped looking",
    "moved": "Moved to another helper",
    "lapsed": "Lapsed",
}
ROUTES = {
    "": "Not known",
    "advert": "Advert",
    "agency": "Agency",
    "direct": "Direct approach",
    "referral": "Referral",
    "internal": "Internal",
}
TOLD_BY = {
    "": "Not known",
    "phone": "Phone",
    "email": "E-mail",
    "portal": "Portal",
    "agency": "Agency",
}

ASKED_OF = {
    "": "Not said",
    "interviewer": "Interviewer",
    "manager": "Hiring manager",
    "hr": "HR",
    "agency": "Agency",
    "sponsor": "Internal sponsor",
}
CHANNELS = {"": "Not said", "email": "E-mail", "phone": "Phone", "in_person": "In person"}
REPLIES = {
    "": "No reply yet",
    "none": "They never replied",
    "form_letter": "Form letter",
    "thin": "Thin",
    "detailed": "Detailed",
    "policy": "Declined by policy",
}
POLARITIES = {"positive": "Positive", "negative": "Negative", "neutral": "Neutral"}
SOURCES = {
    "written": "First-hand, written",
    "spoken": "First-hand, spoken",
    "relayed": "Relayed by an agency",
    "memory": "Client's memory",
    "inference": "Inference",
    "appraisal": "Appraisal",
    "mock": "Mock interview",
    "coach": "Coach's observation",
}
# What the other side said about this application, by whatever way it came.
HEARD = frozenset({"written", "spoken", "relayed", "memory"})
# What nobody said: it can spot a theme, but alone it never makes one recurring.
INFERRED = frozenset({"inference", "coach"})
SPECIFICITIES = {
    0: "A set phrase",
    1: "It names an area",
    2: "It names a question or a behaviour",
}

ROUND_KINDS = {
    "": "Not said",
    "screen": "Screen",
    "manager": "Hiring manager",
    "panel": "Panel",
    "competency": "Competency",
    "strengths": "Strengths",
    "technical": "Technical",
    "presentation": "Presentation",
    "assessment": "Assessment centre",
    "board": "Internal board",
    "chat": "Informal chat",
}
MEDIA = {
    "": "Not said",
    "phone": "Phone",
    "video": "Live video",
    "one_way": "One-way video",
    "in_person": "In person",
}
QUESTION_KINDS = {
    "": "Not said",
    "motivation": "Motivation",
    "competency": "Competency",
    "strengths": "Strengths",
    "situational": "Situational",
    "technical": "Technical",
    "cv": "CV walk-through",
    "weakness": "Weakness",
    "curve_ball": "Curve-ball",
    "salary": "Salary",
    "theirs": "Own questions to them",
}
ANSWERS = {"": "Not rated", "strong": "Strong", "fair": "Fair", "rough": "Rough"}

VERDICTS = {
    "": "Not known",
    "now": "Change now",
    "later": "Change later",
    "out": "Out of my hands",
}
REASONS = {
    "": "None named",
    "experience": "More relevant experience elsewhere",
    "skill": "Specific extra skill",
    "internal": "Internal candidate",
    "frozen": "Role frozen or cancelled",
    "salary": "Budget or salary",
    "location": "Location or work permit",
    "timing": "Timing or notice",
    "reorganisation": "Reorganisation",
    "numbers": "Sheer numbers",
    "not_given": "Reason not given",
    "unfair": "Possible unfair treatment",
}

PRACTICES = {
    "alone": "Alone",
    "mock": "Mock with the coach",
    "friend": "With a friend",
    "recording": "Recording",
    # A real interview in which the theme was put to the test.
    "interview": "Real interview",
}
POINTS = {"fact": "What happened", "positive": "Went well", "improvement": "To improve"}
FIT_SIDES = {"essential": "Essential", "desirable": "Desirable", "want": "What I want"}
EVIDENCE = {0: "None", 1: "Related", 2: "Direct", 3: "Direct, with a result"}
ASPECTS = {
    "work": "Work",
    "level": "Level",
    "place": "Place",
    "pay": "Pay floor",
    "values": "Values",
    "deal_breaker": "Deal-breaker",
    "strength": "Strength to use",
}
DECISIONS = {
    "": "No decision yet",
    "keep": "Keep the target",
    "narrow": "Narrow it",
    "bridge": "A role in between",
    "change": "Change direction",
    "pause": "Pause",
}
STRENGTH_SOURCES = {
    "feedback": "Positive feedback",
    "appraisal": "Appraisal",
    "achievement": "Achievement",
    "coach": "Coach",
}
PULSE = {
    "energy": "Energy for the search",
    "confidence": "Confidence for the next interview",
    "behind": "How fast the last “no” was put behind",
    "control": "Sense of control",
    "support": "Support",
}

THEME_GROUPS = {
    "answers": "Answers",
    "preparation": "Preparation",
    "delivery": "Delivery",
    "fit": "Motivation and fit",
    "experience": "Experience and skill",
}
THEME_POLARITIES = {"negative": "Something to work on", "positive": "Something that goes well"}
# How soon a theme can be changed, as the coach sees it beforehand. That something is out of a
# client's hands is a verdict on what was said, and no list ever proposes it.
CHANGEABLE = {value: words for value, words in VERDICTS.items() if value != "out"}
# The list that a practice starts with: (group, name, changeability by default).
START_THEMES = (
    ("answers", "No concrete example", "now"),
    ("answers", "Result missing", "now"),
    ("answers", "“We” not “I”", "now"),
    ("answers", "Rambling", "now"),
    ("answers", "Too short", "now"),
    ("answers", "Question not answered", "now"),
    ("answers", "Weak on weaknesses", "now"),
    ("preparation", "Company not researched", "now"),
    ("preparation", "Role not understood", "now"),
    ("preparation", "No questions of their own", "now"),
    ("preparation", "CV not known by heart", "now"),
    ("preparation", "Case or presentation", "now"),
    ("delivery", "Nerves", "now"),
    ("delivery", "Energy", "now"),
    ("delivery", "Pace", "now"),
    ("delivery", "Filler words", "now"),
    ("delivery", "Listening", "now"),
    ("delivery", "One-way video manner", "now"),
    ("fit", "Why us", "now"),
    ("fit", "Why this role", "now"),
    ("fit", "Looks over-qualified", "now"),
    ("fit", "Salary or level mismatch", ""),
    ("experience", "Sector", "later"),
    ("experience", "Technical", "later"),
    ("experience", "Seniority", "later"),
    ("experience", "Named qualification", "later"),
)
