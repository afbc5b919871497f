"""One application in words, for its page."""

from collections.abc import Sequence
from datetime import date

from coachcrm.recovery.core import ask_drafts, funnel, guard_rails, progress, steps, vague_phrases
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.core.facts import Question, Review
from coachcrm.recovery.core.job_search import Application, Search
from coachcrm.recovery.pages import connections
from coachcrm.recovery.pages.words import ask_line, day, strip


def shown(
    application: Application,
    search: Search,
    questions: Sequence[Question],
    client_id: int,
    *,
    today: date,
) -> dict[str, object]:
    """Return what the page of an application shows."""
    names = {theme.id: theme.name for theme in search.themes}
    strengths = {strength.item_id for strength in search.strengths}
    parts = steps.score(application)
    fit, file = application.fit, application.acceptance
    again = guard_rails.ask_again_on(file) if file else None
    return {
        "a": application,
        "name": application.name,
        "outcome": v.OUTCOMES[application.outcome],
        "applied": day(application.applied_on),
        "strip": strip(application, search, client_id, today=today),
        "ask": ask_line(application, today=today),
        "score": sum(part.points for part in parts),
        "parts": parts,
        "stages": [
            (
                s.id,
                search.ladder[s.stage].name,
                day(s.entered_on),
                v.RESULTS[s.result],
                day(s.told_on),
            )
            for s in application.stages
        ],
        "asks": [
            {
                "id": a.id,
                "sent": day(a.sent_on),
                "whom": v.ASKED_OF[a.asked_of] if a.asked_of else "",
                "reply": _reply(a.reply),
                "replied": day(a.replied_on),
                "draft": ask_drafts.TITLES.get(a.draft, ""),
            }
            for a in application.asks
        ],
        "items": [
            {
                "id": item.id,
                "text": item.text,
                "polarity": item.polarity,
                "polarity_words": v.POLARITIES[item.polarity],
                "source": v.SOURCES[item.source],
                "place": connections.place_of(item, application, questions),
                "themes": [names[t] for t in item.themes if t in names],
                "client_verdict": v.VERDICTS[item.client_verdict],
                "coach_verdict": v.VERDICTS[item.coach_verdict],
                "is_unfair": item.reason == "unfair",
                "is_strength": item.id in strengths,
                "vague": vague_phrases.found_in(item.text),
            }
            for item in application.items
        ],
        "interviews": connections.interviews(application, questions),
        "has_unfair": any(item.reason == "unfair" for item in application.items),
        "misses": steps.review_misses(application) if application.review else (),
        "gap": _gap(application.review),
        "file": file,
        "ask_again": day(again) if again else "",
        "is_asked_again_due": again is not None and again <= today,
        "they": "{} of {} points".format(*progress.they_want_me(fit)) if fit else "",
        "want": "{} of {} points".format(*progress.i_want_it(fit)) if fit else "",
        "fit_lines": connections.fit_lines(application, search),
        "proven": funnel.share(*progress.essentials_proven(fit)) if fit else "",
        "is_gamble": fit is not None and progress.gambles(fit, percent=search.gamble_percent),
    }


def _reply(reply: str) -> str:
    words = v.REPLIES[reply]
    return words if reply in steps.NO_WORD else f"Reply: {words.lower()}"


def _gap(review: Review | None) -> str:
    """Return both ratings and how far they are apart, once both are given."""
    if review is None or review.own_rating is None or review.coach_rating is None:
        return ""
    apart = abs(review.own_rating - review.coach_rating)
    ends = "the same" if not apart else f"{apart} apart"
    return f"The client gave {review.own_rating} of 5, you {review.coach_rating}: {ends}."
