"""The tables of ``sweep`` and ``optimise``, described: the runs of a study, and the settings that were tried."""

from equitysim.measures.described import HOW, MEASURED, POLICY, REPLICATION, Description

POINT = "Number of the point, from 0; `points.csv` says what it stands for."
CANDIDATE = "Number of the setting in the order of trying, from 0."
_SETTING = {
    "measure": "The decision measure.",
    "unit": "Its unit in words.",
    "mean": "Its mean over the replications.",
    "low": "Lower end of its t interval.",
    "high": "Upper end of its t interval.",
    "difference": "Mean of its differences to the baseline as the scenario has it, within replications.",
    "difference_low": "Lower end of the difference's t interval.",
    "difference_high": "Upper end of the difference's t interval.",
    "spend": "Mean spend in all, of all people of the scenario over its horizon, discounted to the start.",
    "spend_low": "Lower end of its t interval.",
    "spend_high": "Upper end of its t interval.",
}

STUDY_TABLES: dict[str, Description] = {
    "study_runs": Description(
        "One run of a study: one policy at one point in one replication. `runs.csv` in a study's folder.",
        {
            "point": POINT,
            "policy": POLICY,
            "replication": REPLICATION,
            "status": "`done`, or `failed`: it has no measures.",
            "error": "Why it failed; empty where it did not.",
            "attempts": "How often it was begun.",
            **HOW,
            "digest": "SHA-256 over ledger, series and every model event; empty where it failed.",
            "seconds": "Wall time of the run in seconds.",
        },
    ),
    "study_values": Description(
        "One measure of one run of a study, of everybody or of one segment. `values.csv` in a study's folder.",
        {
            "point": POINT,
            "policy": POLICY,
            "replication": REPLICATION,
            **MEASURED,
        },
    ),
    "points": Description(
        "One parameter of one point of a study.",
        {
            "point": "Number of the point, from 0; empty for what is the same at every point.",
            "parameter": "Dotted path of the parameter, as `--set` takes it.",
            "value": "Its value, as scenario files write it.",
            "unit": "Its unit in words.",
            "role": "`lever` (the firm decides it), `uncertainty` (nobody knows it) or `fixed` (as the scenario says).",
        },
    ),
}

OPTIMUM_TABLES: dict[str, Description] = {
    "candidates": Description(
        "One setting that `optimise` tried: a policy with a value for each lever.",
        {
            "candidate": CANDIDATE,
            "policy": POLICY,
            "as_it_is": "`yes` for a policy as the scenario has it, `no` for what the search tried.",
            **_SETTING,
            "replications": "Replications of the search.",
            "failed": "How many of them failed or left the measure undefined; with any, nothing is told.",
            "feasible": "`yes` where all is defined and the mean spend is within the budget, else `no`.",
            "frontier": "`yes` where no other setting spends no more and is no worse, by the means; else `no`.",
        },
    ),
    "levers": Description(
        "The value of one lever in one setting that `optimise` tried.",
        {
            "candidate": CANDIDATE,
            "parameter": "Dotted path of the lever, as `--set` takes it.",
            "setting": "Its value, as scenario files write it; of a lever that the policy does not use the scenario's.",
        },
    ),
    "finalists": Description(
        "One of the settings among which `optimise` selected, with what fresh replications say of it.",
        {
            "candidate": CANDIDATE,
            "policy": POLICY,
            **_SETTING,
            "replications": "Fresh replications until it was eliminated, or until the selection ended.",
            "fate": "`selected`, `eliminated`, `remains` (the selection came to its cap), or `failed`.",
        },
    ),
}
