"""Words that tell names from everyday words, and those that speak of health. Pure."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Names, and parts of how interviewers are written down, that are everyday words too.
EVERYDAY = _words("""
    agency an april art as at august banks be bell best bill black blue bond brand bridge brown
    burn by chance chase chief clay consultant cook cross dawn day dean director do drew early
    earnest edge faith fields ford forest fox frank free french go good grace grant gray green
    grey guy hall hand hardy head hill hiring hope hr hunt is it joy june king lake land lane
    law lead long lord love major manager mark may me mercy miles mill mine moon my nice no of
    officer on or owner page panel park pat patience penny piece pool power press price prince
    rain read recruiter rich rivers rob rock rose sand savage senior sharp shore short skip sky
    small smart so song stone story strange street strong sue summer team to us vice wall ward
    west white will wise wood woods young
""")
MONTHS = _words("april august june may")
BEFORE_A_MONTH = _words("""
    after and before by during early end for from in last late mid middle next of on or since
    this through till to until
""")
# What follows a name at the beginning of a sentence, and seldom another noun.
AS_PEOPLE_DO = _words("""
    agreed also and asked asks came did does feels felt from gave got had has helped knew knows
    likes said saw says tells thinks thought told went works worked wrote
""")
HEALTH = (
    "adhd", "addiction", "alcohol", "antidepressant", "anxiety", "arthritis", "asthma", "autism",
    "autistic", "bipolar", "breakdown", "burn out", "burned out", "burnout", "burnt out", "cancer",
    "chemo", "chemotherapy", "chronic", "counselling", "counsellor", "covid", "depressed",
    "depression", "depressive", "diabetes", "diabetic", "diagnosed", "diagnosis", "disabilities",
    "disability", "disabled", "doctor", "dyslexia", "dyslexic", "dyspraxia", "epilepsy",
    "fit note", "gp", "heart attack", "hiv", "hospital", "ill", "illness", "illnesses", "insomnia",
    "ivf", "maternity leave", "medication", "menopause", "mental health", "migraine",
    "miscarriage", "neurodivergent", "ocd", "operation", "panic attack", "pregnancy", "pregnant",
    "psychiatrist", "psychologist", "ptsd", "rehab", "self harm", "sick", "sick leave",
    "sick note", "signed off", "stroke", "suicidal", "suicide", "surgery", "therapist", "therapy",
    "wheelchair",
)  # fmt: skip
