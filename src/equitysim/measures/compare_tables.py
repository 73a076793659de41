"""The tables of ``run``, ``compare`` and ``vary``, described."""

from equitysim.measures.described import BASELINE, HOW, MEASURED, POLICY, REPLICATION, Description

ESTIMATE = {
    "mean": "Mean of the differences within replications, policy minus baseline, discounted to the start.",
    "low": "Lower end of its t interval; empty with one replication.",
    "high": "Upper end of its t interval; empty with one replication.",
    "sd": "Standard deviation of the difference between replications; empty with one replication.",
    "replications": "Replications in which it is defined.",
    "confidence": "Confidence of the interval, as a fraction.",
    "unit": "Unit in words.",
}
CUSTOMER = "Identity of the customer: the same person under every policy of the replication."

COMPARE_TABLES: dict[str, Description] = {
    "runs": Description(
        "One simulated run: one policy in one replication.",
        {
            "policy": POLICY,
            "replication": REPLICATION,
            **HOW,
            "digest": "SHA-256 over ledger, series and every model event.",
            "seconds": "Wall time of the run in seconds.",
        },
    ),
    "values": Description(
        "One measure of one run, of everybody or of one segment.",
        {
            "policy": POLICY,
            "replication": REPLICATION,
            **MEASURED,
        },
    ),
    "differences": Description(
        "One measure of one policy against the baseline, over all replications.",
        {
            "policy": POLICY,
            "baseline": BASELINE,
            "measure": "Name of the measure.",
            "mean": "Mean of the differences within replications, policy minus baseline.",
            "low": "Lower end of its t interval; empty with one replication.",
            "high": "Upper end of its t interval; empty with one replication.",
            "sd": "Standard deviation of the difference between replications; empty with one replication.",
            "replications": "Replications in which the measure is defined under both.",
            "confidence": "Confidence of the interval, as a fraction.",
            "unit": "Unit of the measure in words.",
            "window_days": "Days that the measure looks at.",
        },
    ),
    "series": Description(
        "One quantity of one run at one review, and at the horizon.",
        {
            "policy": POLICY,
            "replication": REPLICATION,
            "day": "Days since the start.",
            "measure": (
                "`prospects`, `active`, `customers` (have ever bought), `lost`: people on that day. `orders`, "
                "`referrals`, `referred_customers`, `complaints`: since "
                "the start. `equity_mean`: points, over active customers. `value`: customer-booked flows since the "
                "start, discounted to it, in the scenario's currency. `spent`: contact, reward, incentive, "
                "compensation, acquisition and desks' cost per case since the start, as paid (not discounted, "
                "positive), in the scenario's currency; desks' hours and fixed costs come on top."
            ),
            "value": (
                "Its value; under `--customers`, numbers of people and money are those of the scenario's own size. "
                "Empty where it is undefined."
            ),
        },
    ),
    "stages": Description(
        "How many people of one run stand where at the horizon.",
        {
            "policy": POLICY,
            "replication": REPLICATION,
            "scale": "`stage` for the relationship stages, `rung` for the loyalty ladder.",
            "name": "Name of the stage or rung.",
            "customers": "Simulated people there at the horizon; the lost are on the ladder where they left it.",
        },
    ),
    "vary": Description(
        "One measure of one policy at one value of the key that `--vary` names, over all replications.",
        {
            "key": "Dotted path of the key.",
            "setting": "Its value as it was written.",
            "number": "The value as a number in the unit it was written in, or in days where durations differ in it; "
            "empty where the values are no numbers of one unit.",
            "policy": POLICY,
            "baseline": "Name of the baseline policy.",
            "measure": "Name of the measure.",
            "mean": "Mean over the replications in which it is defined.",
            "low": "Lower end of its t interval; empty with one replication.",
            "high": "Upper end of its t interval; empty with one replication.",
            "difference": "Mean of the differences to the baseline within replications; 0 for the baseline itself.",
            "difference_low": "Lower end of its t interval; empty with one replication.",
            "difference_high": "Upper end of its t interval; empty with one replication.",
            "replications": "Replications in which the measure is defined.",
            "confidence": "Confidence of the intervals, as a fraction.",
            "unit": "Unit of the measure in words.",
            "window_days": "Days that the measure looks at.",
        },
    ),
    "waterfall": Description(
        "One kind of money in the difference in net value between a policy and the baseline, over all replications.",
        {
            "policy": POLICY,
            "baseline": BASELINE,
            "kind": (
                "`margin`, `premium`, `service`, `contact`, `reward`, `incentive`, `compensation`, `acquisition`, "
                "`desk` (cost per case), `desk_hours`, `fixed` (set-up included); `net_value` is their sum."
            ),
            **ESTIMATE,
        },
    ),
    "gains": Description(
        "What one group of customers gained between the baseline and a policy, over all replications. Each grouping "
        "adds up, with `desk_hours` and `fixed` of `waterfall`, to the difference in net value.",
        {
            "policy": POLICY,
            "baseline": BASELINE,
            "grouping": (
                "`segment`, `entry` or `potential`: the same people under both policies; `stage` or `rung`: where "
                "people stand at the horizon under each, so that they may stand in other groups."
            ),
            "group": (
                "Name of the group. Entry: `existing`, `new` or `referred`. Potential: `best 20 %` by the margin a "
                "year that a person could bring by nature, or `the rest`."
            ),
            "people": "Mean number of people in the group under the baseline, at the scenario's own size.",
            "moved": "By how many more or fewer people the group has under the policy, mean.",
            **ESTIMATE,
        },
    ),
    "quarters": Description(
        "What one run spends in one quarter, as paid.",
        {
            "policy": POLICY,
            "replication": REPLICATION,
            "quarter": "Number of the quarter, from 1; quarters have 365/4 days from the start.",
            "from_day": "First day of the quarter, in days since the start.",
            "until_day": "Its end, in days since the start; the last one ends at the horizon.",
            "spend": "Money spent, desks and fixed costs included, not discounted, at the scenario's own size.",
            "unit": "Currency.",
        },
    ),
    "payback": Description(
        "By how much a policy's net value so far exceeds the baseline's at the end of one month, over all "
        "replications.",
        {
            "policy": POLICY,
            "baseline": BASELINE,
            "month": "Months of 365/12 days since the start; the last row is the horizon.",
            **ESTIMATE,
            "paid_back": "1 from the month on from which the mean stays at or above 0, else 0.",
        },
    ),
    "desks": Description(
        "One desk in use in one run, from the start to the horizon.",
        {
            "policy": POLICY,
            "replication": REPLICATION,
            "desk": "Name of the desk.",
            "cases": "Cases opened, of the people simulated.",
            "served": "Of those, cases whose service began.",
            "abandoned": "Of those, cases that left the queue when the customer's patience ended.",
            "wait_days": "Mean wait until service began, in days; empty if none did.",
            "utilisation": "Share of the paid hours in which a case was handled.",
            "longest": "Longest queue.",
        },
    ),
    "refused": Description(
        "Touches that one kind of limit refused to one segment in one run.",
        {
            "policy": POLICY,
            "replication": REPLICATION,
            "segment": "Name of the segment.",
            "limit": "`budget` or `at_most`.",
            "touches": "Touches refused, at the scenario's own size.",
        },
    ),
    "ledger": Description(
        "Everything one customer brought or cost of one kind, from the start to the horizon.",
        {
            "policy": POLICY,
            "replication": REPLICATION,
            "customer": CUSTOMER,
            "root": "Identity of the seed person this customer descends from by referral; a seed person's own.",
            "kind": (
                "`margin`, `premium`, `service` (cost to serve), `contact`, `reward`, `incentive`, `compensation`, "
                "`acquisition`, or `desk` (cost per case)."
            ),
            "amount": "Money as paid; costs are negative.",
            "discounted": "Money discounted to the start; costs are negative.",
        },
    ),
    "customers": Description(
        "One customer in one run, as it stands at the horizon. Only in Python: `es.customers`.",
        {
            "policy": POLICY,
            "replication": REPLICATION,
            "customer": CUSTOMER,
            "seed_person": "1 for those whom per-person measures divide by, 0 for the referred, and for those lost "
            "before the start where the customers in force are stated.",
            "root": "Identity of the seed person this customer descends from by referral; a seed person's own.",
            "referred_by": "Identity of the customer who referred this one, as text; empty where nobody did.",
            "source": "Where the customer comes from: `existing`, a cohort, a channel, or `referred`.",
            "segment": "Name of the segment.",
            "entered": "Days since the start when the customer entered; negative in the history.",
            "first_order": "Days since the start of the first order; empty where there is none.",
            "last_order": "Days since the start of the latest order; empty where there is none.",
            "orders": "Orders, those of the history included.",
            "failures": "Failures met, those of the history included.",
            "referrals": "Referrals made, those of the history included.",
            "status": "`prospect` (never bought), `cold` (gave up before buying), `customer`, or `lost`.",
            "stage": "Stage of the relationship.",
            "rung": "Rung of the loyalty ladder.",
            "active": "1 if the customer counts as active at the end, else 0.",
            "equity": "Equity.",
            "margin": "Margin from the start to the horizon, discounted to the start, as all money here.",
            "premium": "What was paid beyond the price.",
            "service": "Cost to serve; as all costs here negative.",
            "contact": "Cost of contacts.",
            "reward": "Cost of rewards.",
            "incentive": "Cost of incentives.",
            "compensation": "Cost of compensation.",
            "acquisition": "Cost of acquisition.",
            "desk": "Cost per case at desks.",
            "own": "Sum of these nine: net value before what the policy owes as a whole, desk hours and fixed costs.",
        },
    ),
    "events": Description(
        "One model event of one customer; process-mining tools read it with `case_id`, `activity` and `timestamp`.",
        {
            "policy": POLICY,
            "replication": REPLICATION,
            "case_id": "Policy, replication and customer, joined by `/`: one life under one policy, told once.",
            "activity": "What happened.",
            "timestamp": (
                "Date and time as `YYYY-MM-DD hh:mm:ss`, without a time zone; outside the years 1 to 9999 only `day N` "
                "(null in Parquet)."
            ),
            "customer": CUSTOMER,
            "day": "Days since the start; negative in the history.",
            "program": "Name of the program that did it; empty where none did.",
            "points": "Points of equity that it moved.",
            "money": "Money of the event, not discounted; costs are negative. It counts from day 0 on.",
            "balance": "Equity after it.",
        },
    ),
    "worlds": Description(
        "One policy in one of the worlds that the scenario holds possible.",
        {
            "world": "Number of the world, from 0.",
            "policy": POLICY,
            "measure": "Name of the decision measure.",
            "value": "Its mean over the replications of this world.",
            "unit": "Its unit in words.",
            "best": "1 if no other policy is better in this world, else 0.",
        },
    ),
    "unknowns": Description(
        "One unknown number in one of these worlds.",
        {
            "world": "Number of the world, as in `worlds`.",
            "path": "Path of the number, as `--set` takes it.",
            "size": "Its size: times in days, rates per day, shares as fractions.",
            "written": "The same as a scenario writes it; `--set PATH=WRITTEN` goes to this world.",
        },
    ),
    "assumptions": Description(
        "One number of the scenario at one end of what it may be, all others as written.",
        {
            "path": "Path of the number, as `--set` takes it.",
            "origin": "Where its value is from: `given`, `published`, `derived` or `judgement`.",
            "range_from": "Where its range is from: `uncertain`, `plausible` or `fifth`.",
            "end": "`low` or `high`.",
            "written": "Its value there, as a scenario writes it.",
            "lead": "The leading policy's advantage over the best of all other policies there; below 0 another is the "
            "best.",
            "lead_change": "How much that differs from its advantage over the best of the others as written.",
            "lead_error": "Standard error of that change; empty with one replication.",
            "rival": "The best of the other policies there.",
            "over_baseline": "The leading policy's advantage over the baseline there.",
            "over_baseline_change": "How much that differs from the advantage with everything as written.",
            "over_baseline_error": "Standard error of that change; empty with one replication.",
            "over_runner_up": "The leading policy's advantage over the second there.",
            "over_runner_up_change": "How much that differs from the advantage with everything as written.",
            "over_runner_up_error": "Standard error of that change; empty with one replication.",
            "best_policy": "The best policy there.",
            "unit": "Unit of the measure in words.",
        },
    ),
}
