"""From a run's ledger to its measures, the five sources of value, and tidy tables (model §9)."""
