"""The words of the answers: measures, tables and their columns, figures, headings and terms, for ``explain``."""

from collections.abc import Iterator

from equitysim.arguments import nearest
from equitysim.errors import UsageError
from equitysim.figures.data import ANALYSIS_FIGURES, FIGURES
from equitysim.measures.registry import MEASURES
from equitysim.measures.tables import TABLES
from equitysim.scenario.explain import explain

TERMS = {
    "abandoned": "Cases whose customer walked away from the desk's queue before service began.",
    "baseline": "The policy of the past, which the others are compared with: compare.baseline.",
    "best": "Verdict: one policy is better than every other with the confidence asked for, by more than nothing.",
    "box": "Limits on a few factors between which one policy mostly is the best (PRIM, patient rule induction).",
    "claim": "A statement of the scenario that the comparison judges: holds, fails, no material difference, undecided.",
    "common random numbers": "Every customer meets the same luck under every policy, so that differences vary less.",
    "confidence": "How often, over many repetitions, an interval holds the true mean.",
    "design": "How the points of a study are laid out: grid, Latin hypercube, Sobol, Saltelli, Morris, one at a time.",
    "digest": "SHA-256 over all results: equal digests mean the same results to the last bit.",
    "efficient": "No other policy spends no more and gains no less.",
    "elementary effects": "Morris: how the answer moves when one factor takes a step, over many starting points.",
    "entrant": "Somebody who enters other than by referral: existing, of a cohort, or a lead. Also called seed person.",
    "equity": "A customer's balance with the firm, from -100 to 100 points; 0 is a stranger.",
    "evpi": "Expected value of perfect information: what it would be worth, per person, to know every unknown before "
    "choosing, instead of choosing what is best on average.",
    "evppi": "The same of one unknown alone: what it would be worth to know that number before choosing.",
    "existing": "People who were customers before the start of the horizon.",
    "factor": "A parameter that a study varies: a lever or an uncertainty.",
    "fails": "Claim: the whole interval lies below what is claimed.",
    "finalist": "A setting that is compared with the others of its kind in fresh replications.",
    "future": "One replication: one course that the firm's luck may take, the same for all policies.",
    "holds": "Claim: the whole interval lies above what is claimed.",
    "interval": "Two ends that hold the mean with the confidence asked for: 0.45 [0.36, 0.54].",
    "lead": "Somebody who hears of the firm through a channel and has not bought yet; of policies: the advantage of "
    "the best over the next.",
    "lever": "A parameter that the firm decides, as opposed to an uncertainty.",
    "no_material_difference": "Claim: the whole interval lies within what matters (compare.matters).",
    "policy": "Programs run together: one of the alternatives compared.",
    "point": "Of a study: one value for every factor. Of equity: a hundredth of the way from a stranger to devotion.",
    "prim": "Patient rule induction method: the box that holds most of the points in which a policy is the best.",
    "replication": "One simulated course of the whole horizon with luck of its own.",
    "residual value": "What customers earn after the horizon; not in net value.",
    "saltelli": "A design from which Sobol indices are read.",
    "seed person": "Somebody who enters other than by referral. Values per person divide by the baseline's number.",
    "setting": "A policy with one value for every lever.",
    "sobol index": "First-order: the share of variance that a factor explains alone; total: with all interactions.",
    "strict": "--strict makes errors of warnings, and of claims that fail; notes stay notes.",
    "tied": "Verdict: several policies remain, and choosing the leading one gives away no more than what matters.",
    "tipping point": "The value of a parameter at which another policy becomes the best.",
    "uncertainty": "A parameter that nobody knows, as opposed to a lever.",
    "undecided": "Verdict or claim: the intervals are still too wide to tell; more replications would.",
    "undefined": "Shown as –: there is nothing to compute it from, such as a ratio to spending that did not rise.",
    "verdict": "What the replications say of the policies: best, tied or undecided.",
    "waterfall": "How net value goes from the baseline to a policy, by what is earned and paid.",
    "world": "One set of values that what is not known may have; the firm's luck differs beside it.",
    "worlds": "Sets of values that what is not known may have, drawn from uncertain or read from draws.",
}
"""Words for things, without an entry of their own elsewhere."""

HEADINGS = {
    "against the baseline": "How far above or below the baseline, with its interval.",
    "against the best other": "How far above or below the best of the other policies; + is better.",
    "above it the best is": "The policy that is best where the parameter is above the tipping point.",
    "below it the best is": "The policy that is best where the parameter is below the tipping point.",
    "best at points": "At how many points of the study the policy has the best mean.",
    "best in": "In what share of the worlds the policy is best.",
    "best in of worlds": "In what share of the worlds the policy is best, with the error of that share.",
    "best in futures": "The share of replications in which the policy comes out ahead: the firm's luck.",
    "best mean chance": "The chance, given the simulation's own error, that the policy's mean is the best.",
    "best there": "The policy with the best mean at that end.",
    "by a budget": "Touches that a program's budget refused.",
    "by a limit per customer": "Touches that at_most refused.",
    "by at_most": "Touches that a limit per customer refused.",
    "by chance": "How often a box so good would be found if the policies were dealt to the points at random.",
    "cases": "Cases brought to the desk.",
    "clearly best at": "At how many points the policy is best by more than chance explains.",
    "clearly so at": "At how many of them by more than chance explains.",
    "cost per value": "Money spent beyond the baseline per value gained before that spend.",
    "cost per extra unit of value": "Money spent beyond the baseline per value gained before that spend.",
    "coverage": "Of the points in which the policy is best: the share that lies in the box.",
    "density": "Of the points in the box: the share in which the policy is best.",
    "difference": "To the baseline, with its interval.",
    "difference to baseline": "The policy less the baseline, with its interval.",
    "extra spend": "Spend beyond the baseline's.",
    "first-order": "The share of variance that the factor explains alone.",
    "fresh replications": "Replications that were not used to choose the setting.",
    "group": "Customers who are looked at together, by segment or by what they were at the start.",
    "high": "The upper end of the interval.",
    "in share of runs": "In what share of the replications it pays back within the horizon.",
    "low": "The lower end of the interval.",
    "longest queue": "The most cases that waited at once.",
    "lower end after": "When the lower end of the interval of cumulative net value passes the baseline's for good.",
    "luck in means": "The variance of the means that the luck of their replications explains.",
    "luck of single runs": "The variance of single runs at a point.",
    "luck that all points share": "The variance between replications that is the same at every point.",
    "mass": "The share of all points that lies in the box.",
    "mean absolute effect": "Mean size of the elementary effects, whatever their sign: how much the factor does.",
    "mean effect": "Mean of the elementary effects with their sign: which way the factor works.",
    "mean over all points": "The policy's mean over all points of the study.",
    "mean over points": "The policy's mean over all points of the study.",
    "mean over worlds": "The policy's mean over all worlds, with its error.",
    "mean wait days": "Mean days from a case's opening to the beginning of service.",
    "measure": "What is measured: see equitysim explain net_value, for instance.",
    "more people": "By how many more people the policy moves the group.",
    "over": "Over which time the measure looks.",
    "parameter": "The path of a number of the scenario, as --set takes it.",
    "pays back after": "The month from which cumulative net value stays at or above the baseline's.",
    "pays back in": "In what share of the replications it pays back within the horizon.",
    "people": "How many people the group has.",
    "return on spend": "Net value gained over the baseline per money spent beyond the baseline.",
    "row": "One of several values of the varied key.",
    "segment": "Customers who are alike in what cannot be changed.",
    "share": "The part of the whole, such as of the variance that a factor explains.",
    "source": "Own purchases, cross-selling, premiums, lower costs to serve, referrals: where value is from.",
    "spend in": "What the setting spends in all.",
    "spread": "Standard deviation of the elementary effects: how much the factor depends on the others.",
    "sum": "The five sources together: lifetime value.",
    "swing": "How far the answer moves when the factor goes from the low to the high end of its range.",
    "the factors": "The variance that the factors explain.",
    "total": "The share of variance that the factor explains together with all its interactions.",
    "unanswered % of cases": "Cases whose customer gave up waiting, or that were open at the horizon.",
    "unit": "In what the measure is counted.",
    "unknown": "A number that the scenario calls uncertain.",
    "utilisation % of paid hours": "Hours worked by the desk per hours paid.",
    "value": "The value of the measure or key.",
    "within budget": "Whether the setting spends no more than the budget.",
    "worth of knowing it": "What it would be worth to know that unknown before choosing: EVPPI.",
}
"""Headings of the printed tables, two lines joined."""


def explained(word: str) -> str:
    """What a key, a measure, a table or a column, a figure, a heading or a term means. Raises UsageError."""
    found = list(dict.fromkeys(_entries(_simple(word))))
    try:
        return "\n\n".join([explain(word), *found])
    except UsageError as error:
        if found:
            return "\n\n".join(found)
        near = nearest(_simple(word), known_words()) if "did you mean" not in str(error) else None
        raise (
            UsageError(f"there is no key, measure or term '{word}' (did you mean '{near}'?)") if near else error
        ) from None


def known_words() -> tuple[str, ...]:
    """Every word that is no key of a scenario."""
    columns = {column for table in TABLES.values() for column in table.columns}
    return tuple(
        dict.fromkeys([*MEASURES, *TERMS, *HEADINGS, *TABLES, *columns, *FIGURES.values(), *ANALYSIS_FIGURES.values()])
    )


def _simple(word: str) -> str:
    return " ".join(word.split()).lower()


def _entries(word: str) -> Iterator[str]:
    for name, measure in MEASURES.items():
        if word in (name, measure.label):
            unit = measure.unit.replace("{currency}", "money")
            yield f"{name}: a measure, {measure.label}\n  {measure.meaning}\n  unit: {unit}"
    spaced = word.replace("_", " ")
    plural = spaced.removesuffix("s")
    for known, meaning in (TERMS | HEADINGS).items():
        if known in (word, spaced) or (plural == known and spaced not in TERMS):
            yield f"{known}\n  {meaning}"
    if word in TABLES:
        columns = ", ".join(TABLES[word].columns)
        yield f"{word}: a table\n  {TABLES[word].row}\n  columns: {columns}"
    meanings: dict[str, list[str]] = {}
    for table, described in TABLES.items():
        if word in described.columns:
            meanings.setdefault(described.columns[word], []).append(table)
    for meaning, tables in meanings.items():
        yield f"{word}: a column of {', '.join(tables)}\n  {meaning}"
    figures = {*FIGURES, *FIGURES.values(), *ANALYSIS_FIGURES, *ANALYSIS_FIGURES.values()}
    if word in figures:
        yield f"{word}: a figure\n  docs/figures.md shows one and how to read it."
