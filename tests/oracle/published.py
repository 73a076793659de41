"""Published parameters and figures, each with its source. Weeks unless said otherwise."""

BG_NBD = (0.243, 4.414, 0.793, 2.426)
"""r, α, a, b of the CDNOW 1/10 sample (Fader, Hardie & Lee 2005, Marketing Science 24(2), table 2)."""

BG_NBD_MOMENTS = {26: (0.90264, 1.9228, 0.62562), 39: (1.19672, 2.5393, 0.57379), 52: (1.44605, 3.0921, 0.53840)}
"""Weeks: mean, standard deviation and share of zeros of repeat purchases, computed from the same parameters."""

CDNOW_TRIALS = (157, 164, 182, 193, 216, 220, 202, 204, 219, 217, 204, 179)
"""New customers of the sample in weeks 1 to 12 of 1997."""

CDNOW_EXPECTED = {20: 1312.458, 21: 1387.346, 22: 1460.392, 23: 1531.713, 24: 1601.418, 25: 1669.600}
"""Expected cumulative repeat orders of that cohort by the end of a week (BTYD package vignette)."""

MBG_NBD = (0.524838, 6.182988, 0.891356, 1.614000)
"""r, α, a, b of MBG/NBD (Batislam, Denizel & Filiztekin 2007) as ``lifetimes`` 0.11.3 fits them to the sample."""

PARETO_NBD = (0.553, 10.578, 0.606, 11.669)
"""r, α, s, β of Pareto/NBD (Schmittlein, Morrison & Colombo 1987) on the sample (Fader, Hardie & Lee 2005, table 2)."""

SPEND = (6.25, 3.74, 15.44)
"""p, q, γ of gamma–gamma spend on the CDNOW data (Fader & Hardie 2013, note 025)."""

SBG = (0.704, 1.182)
"""α, β of the "Regular" cohort (Fader & Hardie 2007, J. Interactive Marketing 21(1)). Years."""

SBG_SURVIVAL = (100.0, 62.67, 47.38, 38.80, 33.21, 29.23, 26.25, 23.90, 22.01, 20.44, 19.12, 17.99, 17.00)
"""Model survival of that cohort after 0 to 12 years, per cent, computed from the same parameters."""
