"""What the numbers of a search say across its applications: steps 3, 5 and 6. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from coachcrm.recovery.core import progress, themes
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.core.facts import Evidence
from coachcrm.recovery.core.figures import Figure, typical
from coachcrm.recovery.core.funnel import bounces, share
from coachcrm.recovery.core.job_search import Application, Search
from coachcrm.recovery.core.story_bank import folded

# A story as good as this can be told; a bank of so many, so many of them strong, is a good one.
GOOD_STORY, FEWEST_STORIES, MOST_STORIES, FEWEST_STRONG = 4, 8, 12, 5
MOST_MISSING = 5
BANDS = ((90, "90 % and more"), (70, "70 to 89 %"), (50, "50 to 69 %"), (0, "Under 50 %"))


def of_themes(search: Search, *, asked: Iterable[str] = ()) -> Iterator[Figure]:
    """Yield what step 3 says: what is fixed and how long it took, and the bank of stories.

    `asked` are the competencies that interviewers have asked about.
    """
    fixed = [s for s in themes.standings(search) if s.fixed_on and s.first_seen]
    if fixed:
        days = [(s.fixed_on - s.first_seen).days for s in fixed if s.fixed_on and s.first_seen]
        yield Figure(
            "Fixed",
            f"{typical(sorted(days), 'day')} from spotted to fixed.",
            tuple(e for s in fixed for e in s.recurrence.evidence),
            ("Theme", "Days"),
            tuple((s.theme.name, str(d)) for s, d in zip(fixed, days, strict=True)),
        )
    yield from _stories(search, asked)


def of_fit(search: Search) -> Iterator[Figure]:
    """Yield what step 5 says: fit, kind of role and way in against how far it went."""
    assessed = [a for a in search.applications if a.fit and progress.they_want_me(a.fit)[1]]
    if assessed:
        yield _reach("How far each band of fit went", "They want me", assessed, _band)
    for title, head, of in (
        ("Kind of role and how far it went", "Kind of role", _family),
        ("Way in and how far it went", "How it was found", _route),
    ):
        known = [a for a in search.applications if a.reached and of(a)]
        if len({of(a) for a in known}) > 1:
            yield _reach(title, head, known, of)
    counted = Counter(text for a in search.applications for text in _unproven(a))
    missing = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    if missing:
        number = sum(a.fit is not None for a in search.applications)
        yield Figure(
            "Essentials most often missing",
            _most(missing, number),
            tuple(a.as_evidence for a in search.applications if _unproven(a)),
            ("Essential", "Missing in"),
            tuple((t, share(n, number)) for t, n in missing[:MOST_MISSING]),
        )


def of_resilience(search: Search) -> Iterator[Figure]:
    """Yield what step 6 says: strengths by source, and the way back after each no."""
    if search.strengths:
        kinds = Counter(s.source for s in search.strengths)
        yield Figure(
            "Strengths",
            f"{len(search.strengths)} from {len(kinds)} kind{'' if len(kinds) == 1 else 's'} of "
            "source.",
            tuple(Evidence("strength", s.id, s.statement) for s in search.strengths),
            ("Source", "Strengths"),
            tuple((v.STRENGTH_SOURCES[kind], str(n)) for kind, n in kinds.most_common()),
        )
    days = sorted(b.days for b in bounces(search) if b.days is not None)
    if days:
        yield Figure("The usual way back", f"{typical(days, 'day')} from the no to the next act.")


def fit_percent(application: Application) -> int | None:
    """Return how much they want the client, as the fit says, in whole hundredths rounded down."""
    held, possible = progress.they_want_me(application.fit) if application.fit else (0, 0)
    return 100 * held // possible if possible else None


def _stories(search: Search, asked: Iterable[str]) -> Iterator[Figure]:
    told: dict[str, list[int]] = defaultdict(list)
    names: dict[str, str] = {}
    for story in search.stories:
        if story.competency:
            names.setdefault(folded(story.competency), story.competency)
            told[folded(story.competency)].append(story.strength or 0)
    for competency in asked:
        names.setdefault(folded(competency), competency)
    if not search.stories and not names:
        return
    strong = sum((story.strength or 0) >= GOOD_STORY for story in search.stories)
    gaps = [name for key, name in names.items() if max(told[key], default=0) < GOOD_STORY]
    words = (
        f"{len(search.stories)} stories, {strong} of them strong; {FEWEST_STORIES} to "
        f"{MOST_STORIES} with at least {FEWEST_STRONG} strong are a good bank."
    )
    if gaps:
        words += f" Without a good story: {', '.join(sorted(gaps))}."
    yield Figure(
        "Stories to tell",
        words,
        tuple(Evidence("story", s.id, s.title) for s in search.stories),
        ("Competency", "Stories", "The best"),
        tuple(
            (
                name,
                str(len(told[key])),
                f"{best} of 5" if (best := max(told[key], default=0)) else "–",
            )
            for key, name in sorted(names.items())
        ),
    )


def _reach(
    title: str, head: str, applications: list[Application], of: Callable[[Application], str]
) -> Figure:
    """Return in how many of each kind somebody spoke with them, the largest kind first."""
    groups: dict[str, list[Application]] = defaultdict(list)
    for application in applications:
        groups[of(application)].append(application)
    rows = []
    for name, found in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        met = sum(a.had_contact for a in found)
        ladder = found[0].ladder
        reached = ladder.reached(stage for a in found for stage in a.reached)
        furthest = ladder[reached[-1]].name if reached else "–"
        rows.append((name, share(met, len(found)), furthest))
    return Figure(
        title,
        f"In {sum(a.had_contact for a in applications)} of {len(applications)} somebody spoke with "
        "them.",
        tuple(a.as_evidence for a in applications),
        (head, "Spoke with somebody", "The furthest"),
        tuple(rows),
    )


def _most(missing: list[tuple[str, int]], number: int) -> str:
    text, times = missing[0]
    return f"Most often {text}, in {times} of {number} adverts."


def _band(application: Application) -> str:
    percent = fit_percent(application) or 0
    return next(words for least, words in BANDS if percent >= least)


def _family(application: Application) -> str:
    return application.family.strip().capitalize()


def _route(application: Application) -> str:
    route = "internal" if application.is_internal else application.route
    return v.ROUTES[route] if route else ""


def _unproven(application: Application) -> set[str]:
    rows = application.fit.rows if application.fit else ()
    essentials = (row for row in rows if row.side == "essential" and row.text)
    return {row.text.strip().capitalize() for row in essentials if row.level < progress.PROVEN}
