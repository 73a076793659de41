"""The tables of ``analyse``, described: what the runs of a study say of one measure."""

from equitysim.measures.described import POLICY, Description

_OF = {
    "policy": POLICY,
    "against": "Name of the policy it is compared with: the row is about the paired difference, policy minus that one. "
    "Empty where it is about the policy's own measure.",
}
_MEASURE = {"measure": "Name of the measure.", "unit": "Its unit in words."}
_CONFIDENCE = {"confidence": "Confidence of low and high, as a fraction."}
_PARAMETER = "Dotted path of the parameter that was varied, as `--set` takes it."
_ROLE = "`lever` (the firm decides it) or `uncertainty` (nobody knows it)."
_WRITTEN = "The same as a scenario writes it."
_SIZE_UNIT = "Unit of the sizes, as people write it; empty for plain numbers and for words."
_METHOD = "`levels`: averaged at the levels of a balanced design; `fitted`: read off a fitted polynomial."


def _bounds(what: str) -> dict[str, str]:
    return {
        f"{what}_low": f"Lower bound of `{what}`; empty where nothing allows one.",
        f"{what}_high": f"Upper bound of `{what}`; empty where nothing allows one.",
    }


ANALYSIS_TABLES: dict[str, Description] = {
    "standings": Description(
        "One policy over all points of a study.",
        {
            "policy": POLICY,
            "mean": "Mean over points and replications.",
            "low": "Lower end of what the luck of the replications leaves; empty with one replication.",
            "high": "Upper end of what the luck of the replications leaves; empty with one replication.",
            "share_best": "Share of the points at which its mean is the best; equals share. Empty for a measure of "
            "which neither more nor less is better.",
            "share_clear": "Share of the points at which it is the best and ahead of the next by more than the luck of "
            "the replications; empty likewise.",
            "difference": "Its mean less the baseline's, paired; empty for the baseline.",
            **_bounds("difference"),
            **_MEASURE,
            **_CONFIDENCE,
        },
    ),
    "noise": Description(
        "Where the variance of single runs comes from, of a policy or of its difference to the baseline.",
        {
            **_OF,
            "parameters": "Variance between points: what the parameters make.",
            "common_luck": "Variance between replications that all points share, so that it moves no comparison "
            "between them.",
            "own_luck": "The rest: luck of single runs.",
            "share_in_means": "Part of the variance between the points' means that is luck which the replications did "
            "not average out.",
            "measure": "Name of the measure.",
            "unit": "Its unit in words; variances are in its square.",
        },
    ),
    "effects": Description(
        "What one parameter does by itself, the others averaged over.",
        {
            **_OF,
            "parameter": _PARAMETER,
            "role": _ROLE,
            "share": "Part of the variance between points that it makes by itself, luck taken out; empty where "
            "parameters may depend on each other or were moved one at a time.",
            **_bounds("share"),
            "swing": "Greatest less least mean along it (`curves`).",
            "method": _METHOD,
            **_MEASURE,
            **_CONFIDENCE,
        },
    ),
    "curves": Description(
        "The mean at one size of one parameter, the others averaged over.",
        {
            **_OF,
            "parameter": _PARAMETER,
            "size": "Size of the parameter in its unit; of words the place in the study's list, from 0.",
            "size_unit": _SIZE_UNIT,
            "written": _WRITTEN,
            "mean": "Mean there.",
            "low": "Lower end of what the luck of the replications leaves; empty with one replication.",
            "high": "Upper end of what the luck of the replications leaves; empty with one replication.",
            **_MEASURE,
            **_CONFIDENCE,
        },
    ),
    "interactions": Description(
        "What two parameters do together beyond what each does by itself; the strongest only.",
        {
            **_OF,
            "first": _PARAMETER,
            "second": "Path of the other.",
            "share": "Part of the variance between points.",
            **_bounds("share"),
            "measure": "Name of the measure.",
            **_CONFIDENCE,
        },
    ),
    "sobol": Description(
        "Sobol indices of one parameter, of a Saltelli design.",
        {
            **_OF,
            "parameter": _PARAMETER,
            "role": _ROLE,
            "first_order": "Part of the variance that it makes by itself.",
            **_bounds("first_order"),
            "total": "Part of the variance that would stay if only it were unknown: by itself and with others.",
            **_bounds("total"),
            "measure": "Name of the measure.",
            **_CONFIDENCE,
        },
    ),
    "morris": Description(
        "Elementary effects of one parameter, of a Morris design: what changes when it moves over its whole range.",
        {
            **_OF,
            "parameter": _PARAMETER,
            "role": _ROLE,
            "mean": "Mean of the effects; those in different directions cancel.",
            "absolute": "Mean of their absolute values: how much it matters.",
            **_bounds("absolute"),
            "spread": "Standard deviation of the effects: large where it acts with others, or not along a line.",
            **_MEASURE,
            **_CONFIDENCE,
        },
    ),
    "maps": Description(
        "One policy in one cell of a map over two parameters, the others averaged over.",
        {
            "parameter_x": _PARAMETER,
            "parameter_y": "Path of the other.",
            "x": "Size of the first in its unit; of words the place in the study's list, from 0.",
            "y": "Size of the second.",
            "x_written": _WRITTEN,
            "y_written": _WRITTEN,
            "policy": POLICY,
            "mean": "Its mean there.",
            "best": "1 if it is the best there, else 0.",
            "lead": "By how much it is ahead of the next; empty unless it is the best.",
            "clear": "1 if it is the best and its lead is beyond the luck of the replications, else 0.",
            "method": _METHOD,
            **_MEASURE,
        },
    ),
    "tipping_points": Description(
        "One size of one parameter at which the best policy changes, the others averaged over.",
        {
            "parameter": _PARAMETER,
            "below": "Name of the policy that is the best below.",
            "above": "Name of the policy that is the best above.",
            "size": "Where it changes, in the parameter's unit.",
            **_bounds("size"),
            "size_unit": _SIZE_UNIT,
            "written": "`size` with its unit.",
            "measure": "Name of the measure.",
            **_CONFIDENCE,
        },
    ),
    "boxes": Description(
        "One limit of a box in which a policy is mostly the best.",
        {
            "policy": POLICY,
            "box": "Number of the box, from 1; a further one is found where the ones before are taken away.",
            "parameter": _PARAMETER,
            "size_low": "Lower end in the parameter's unit; empty where it is open, and of words.",
            "size_high": "Upper end; likewise.",
            "size_unit": _SIZE_UNIT,
            "written": "The limit in words.",
            "chance": "How likely points spread at random would be as well parted by this limit alone (quasi p-value).",
            "coverage": "Of all points at which the policy is the best, the share in the box.",
            "density": "Of the points in the box, the share at which the policy is the best.",
            "mass": "Of all points, the share in the box.",
            "cases": "Points at which the policy is the best.",
            "tried": "Points in all.",
            "measure": "Name of the measure.",
        },
    ),
    "box_courses": Description(
        "One box on the way from everything to a box of `boxes`.",
        {
            "policy": POLICY,
            "box": "Number of the box it leads to.",
            "step": "Number of the step, from 0.",
            "coverage": "Of all points at which the policy is the best, the share in it.",
            "density": "Of the points in it, the share at which the policy is the best.",
            "mass": "Of all points, the share in it.",
            "limited": "How many parameters limit it.",
            "chosen": "1 for the box that is told in `boxes`, else 0.",
            "measure": "Name of the measure.",
        },
    ),
    "settings": Description(
        "What one lever is best set to under one policy, on average over everything nobody knows.",
        {
            "policy": POLICY,
            "parameter": "Dotted path of the lever, as `--set` takes it. Only levers that move the policy have a row.",
            "setting": "What it is best set to, together with the policy's other levers.",
            "mean": "Mean with all levers set so.",
            **{name: f"{said} The same for all levers of a policy." for name, said in _bounds("mean").items()},
            "ahead": "By how much better than the next best setting that brings something else, paired.",
            **_bounds("ahead"),
            **_MEASURE,
            **_CONFIDENCE,
        },
    ),
}
"""Every table of an analysis by its name."""
