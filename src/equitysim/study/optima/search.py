"""The search: which settings are tried next, by what the earlier ones brought. The only module that knows Optuna.

Two samplers learn from everything that was tried. One looks for the highest value within the budget, the other for the
whole frontier of value against spend. Both are tree-structured Parzen estimators, whose every parameter is modelled by
itself, so that a lever is learned from the policies that use it.

References: J. Bergstra, R. Bardenet, Y. Bengio and B. Kégl (2011), Algorithms for hyper-parameter optimization,
Advances in Neural Information Processing Systems 24; Y. Ozaki et al. (2022), Multiobjective tree-structured Parzen
estimator, Journal of Artificial Intelligence Research 73:1209–1250, doi:10.1613/jair.1.13188.
"""

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from equitysim.errors import UsageError
from equitysim.study.optima.choices import Choice, Chosen, Space

if TYPE_CHECKING:
    import optuna

BATCH = 8
"""Settings that are tried at a time, whatever the number of workers: what is asked next depends on it."""

FOR_FRONTIER = 3
"""How many of a batch the sampler of the frontier asks for; judgement."""

ASKED_PER_NEW = 10
"""So often a sampler is asked for a setting that was not tried yet; then all it finds good has been tried."""

OLDEST = 5
"""Version of Optuna from which trials have constraints of their own."""

POLICY = "policy"


class Score(NamedTuple):
    """What a setting brought: ``value``, turned so that more is better, and ``spend``; NaN where undefined."""

    value: float
    spend: float


Evaluate = Callable[[Sequence[Chosen]], Sequence[Score]]
Tried = dict[Chosen, Score]


def needs_optuna() -> None:
    """Raises ``errors.UsageError`` that says what to install where Optuna is not there, or too old."""
    try:
        found = version("optuna")
    except PackageNotFoundError:
        found = "0"
    if int(found.partition(".")[0]) < OLDEST:
        raise UsageError(f"optimise needs optuna {OLDEST} or later; install it with: pip install 'equitysim[optimise]'")


def searched(space: Space, known: Tried, evaluate: Evaluate, trials: int, seed: int, budget: float | None) -> Tried:
    """What was tried, in the order it was: what was known before, and at most so many further settings.

    The same arguments ask for the same settings in the same order, and more ``trials`` for more of them behind the
    same: so a search that was interrupted goes on by being repeated, where ``evaluate`` remembers. It ends early where
    nothing new is asked for.
    """
    tried = dict(known)
    if not any(space.uses.values()):
        return tried
    with _quiet():
        search = _Search(space, seed, budget)
        for chosen, score in known.items():
            search.learn(chosen, score)
        while (left := trials + len(known) - len(tried)) > 0:
            asked = search.batch(tried)[:left]
            if not asked:
                break
            for chosen, score in zip(asked, evaluate(asked), strict=True):
                tried[chosen] = score
                search.learn(chosen, score)
    return tried


@contextmanager
def _quiet() -> Iterator[None]:
    """Optuna tells of every trial, which nobody asked for here."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)


class _Search:
    """Two Optuna studies that learn the same trials. Everything asked for is asked within a batch and then given up,
    so that a study holds only what was learned, in the order it was."""

    def __init__(self, space: Space, seed: int, budget: float | None) -> None:
        self._space = space
        self._budget = budget
        self._policies = tuple(policy for policy, places in space.uses.items() if places)
        self._best = _study(["maximize"], seed)
        self._frontier = _study(["maximize", "minimize"], seed + 1)

    def batch(self, tried: Tried) -> list[Chosen]:
        """Settings to try that were not tried yet: those for the best within the budget, then those for the
        frontier."""
        found: list[Chosen] = []
        for place in range(BATCH):
            study = self._best if place < BATCH - FOR_FRONTIER else self._frontier
            for _ in range(ASKED_PER_NEW):
                chosen = self._asked(study)
                if chosen not in tried and chosen not in found:
                    found.append(chosen)
                    break
        self._give_up()
        return found

    def learn(self, chosen: Chosen, score: Score) -> None:
        """Learn what a setting brought; nothing from one that lies outside of what there is to choose, as the
        scenario's own may."""
        import optuna

        parameters = self._parameters(chosen)
        if parameters is None:
            return
        failed = math.isnan(score.value + score.spend)
        over = {} if self._budget is None else {"budget": score.spend - self._budget}
        for study, values in ((self._best, [score.value]), (self._frontier, [score.value, score.spend])):
            study.add_trial(
                optuna.trial.create_trial(
                    state=optuna.trial.TrialState.FAIL if failed else optuna.trial.TrialState.COMPLETE,
                    values=None if failed else values,
                    params=parameters,
                    distributions={name: self._distribution(name) for name in parameters},
                    constraints={} if failed or study is self._frontier else over,
                )
            )

    def _asked(self, study: "optuna.Study") -> Chosen:
        trial = study.ask()
        policy = trial.suggest_categorical(POLICY, self._policies)
        values = {}
        for place in self._space.uses[policy]:
            choice = self._space.choices[place]
            name = _name(place)
            values[place] = (
                choice.texts[trial.suggest_int(name, 0, len(choice.texts) - 1)]
                if choice.ordered
                else trial.suggest_categorical(name, choice.texts)
            )
        return self._space.put(policy, values)

    def _give_up(self) -> None:
        import optuna

        for study in (self._best, self._frontier):
            for trial in study.get_trials(deepcopy=False, states=[optuna.trial.TrialState.RUNNING]):
                study.tell(trial.number, state=optuna.trial.TrialState.FAIL)

    def _parameters(self, chosen: Chosen) -> dict[str, Any] | None:
        if chosen.policy not in self._policies:
            return None
        parameters: dict[str, Any] = {POLICY: chosen.policy}
        for place in self._space.uses[chosen.policy]:
            choice, text = self._space.choices[place], chosen.levers[place]
            if text not in choice.texts:
                return None
            parameters[_name(place)] = choice.texts.index(text) if choice.ordered else text
        return parameters

    def _distribution(self, name: str) -> "optuna.distributions.BaseDistribution":
        from optuna.distributions import CategoricalDistribution, IntDistribution

        if name == POLICY:
            return CategoricalDistribution(self._policies)
        choice: Choice = self._space.choices[int(name)]
        return IntDistribution(0, len(choice.texts) - 1) if choice.ordered else CategoricalDistribution(choice.texts)


def _name(place: int) -> str:
    """Of a lever's parameter: its place, since names that people gave are none of Optuna's business."""
    return str(place)


def _study(directions: Sequence[Literal["maximize", "minimize"]], seed: int) -> "optuna.Study":
    import optuna

    # everything on which it depends what is asked for is said, since defaults change
    sampler = optuna.samplers.TPESampler(
        seed=seed % 2**32, multivariate=False, constant_liar=True, n_startup_trials=2 * BATCH, n_ei_candidates=24
    )
    return optuna.create_study(directions=directions, sampler=sampler)
