"""Names that one part of a scenario uses and another must define, looked up in the document itself.

They are checked before anything is typed, so that a mistyped value elsewhere hides no missing name.
"""

from collections.abc import Collection, Iterator

from equitysim.arguments import nearest
from equitysim.errors import Fault
from equitysim.measures.described import ALL_SEGMENTS
from equitysim.scenario.document import Node, children, each_text, fault_at
from equitysim.scenario.lower_programs import EXISTING_NAME, REFERRED_NAME
from equitysim.scenario.parts import Place
from equitysim.scenario.words import quoted

RESERVED = {
    "segments": (ALL_SEGMENTS,),
    "cohorts": (EXISTING_NAME, REFERRED_NAME),
    "channels": (EXISTING_NAME, REFERRED_NAME),
}
"""Names that stand for something else where those of a section do: in tables, or in an audience's sources."""


def reference_faults(root: Node) -> Iterator[Fault]:
    """All names that do not exist, and names that stand for two things."""
    yield from _program_faults(root)
    yield from _policy_faults(root)
    yield from _source_faults(root)
    yield from _reserved_faults(root)
    yield from _comparison_faults(root)


def _unknown(root: Node, place: Place, what: str, name: str, known: Collection[str]) -> Iterator[Fault]:
    if name in known:
        return
    near = nearest(name, known)
    if near is not None:
        hint = f"did you mean '{near}'?"
    else:
        hint = (
            f"there {'are' if len(known) > 1 else 'is'} " + ", ".join(sorted(known)[:8])
            if known
            else f"define a {what}"
        )
    yield fault_at(root, place, f"there is no {what} {quoted(name)}", hint)


def _defined(root: Node, section: str, default: tuple[str, ...] = ()) -> Collection[str] | None:
    """The names of a section; None if it is not a mapping, which is another fault."""
    node = root.get(section)
    if node is None:
        return default
    return None if node.entries is None else tuple(node.entries)


def _segments(root: Node) -> Collection[str] | None:
    return _defined(root, "segments", ("everyone",))


def _policies(root: Node) -> Collection[str] | None:
    return _defined(root, "policies", ("today",))


def _program_faults(root: Node) -> Iterator[Fault]:
    for name, program in children(root.get("programs")).items():
        yield from _treatment_faults(root, ("programs", name), program)


def _treatment_faults(root: Node, place: Place, program: Node) -> Iterator[Fault]:
    desk, desks = program.get("desk"), _defined(root, "desks")
    if desk is not None and desk.text is not None and desks is not None:
        yield from _unknown(root, (*place, "desk"), "desk", desk.text, desks)
    segments = _segments(root)
    if segments is not None:
        for below, name in each_text(program.get("audience", "segments")):
            yield from _unknown(root, (*place, "audience", "segments", *below), "segment", name, segments)
    channels, cohorts = _defined(root, "channels"), _defined(root, "cohorts")
    if channels is not None and cohorts is not None:
        known = (*channels, *cohorts, EXISTING_NAME, REFERRED_NAME)
        for below, name in each_text(program.get("audience", "channels")):
            yield from _unknown(root, (*place, "audience", "channels", *below), "channel", name, known)


def _policy_faults(root: Node) -> Iterator[Fault]:
    programs, channels = _defined(root, "programs"), _defined(root, "channels")
    for policy, listing in children(root.get("policies")).items():
        taken: set[str] = set()
        for index, entry in enumerate(listing.items or ()):
            place: Place = ("policies", policy, index)
            used, channel = entry.get("use"), entry.get("channel")
            base = entry if entry.text is not None else used
            if base is not None and base.text is not None and programs is not None:
                below = place if base is entry else (*place, "use")
                yield from _unknown(root, below, "program", base.text, programs)
                yield from _naming_faults(root, place, entry, base.text, programs, taken)
            if channel is not None and channel.text is not None and channels is not None:
                yield from _unknown(root, (*place, "channel"), "channel", channel.text, channels)
                if f"channel {channel.text}" in taken:
                    yield fault_at(root, place, f"sets {quoted(channel.text)} twice", "keep one of them")
                taken.add(f"channel {channel.text}")
            yield from _treatment_faults(root, place, entry)


def _naming_faults(
    root: Node, place: Place, entry: Node, base: str, programs: Collection[str], taken: set[str]
) -> Iterator[Fault]:
    renamed = entry.get("as")
    name = base if renamed is None or renamed.text is None else renamed.text
    if name in taken:
        yield fault_at(
            root, place, f"uses {quoted(name)} twice", "remove one, or give a changed one its own name with as"
        )
    elif name != base and name in programs:
        yield fault_at(root, (*place, "as"), f"{quoted(name)} is the name of another program", "choose a new name")
    taken.add(name)


def _source_faults(root: Node) -> Iterator[Fault]:
    segments = _segments(root)
    places: list[Place] = [("existing",)]
    places += [(section, name) for section in ("cohorts", "channels") for name in children(root.get(section))]
    for place in places:
        node = root.get(*(str(part) for part in place))
        for name in children(None if node is None else node.get("mix")):
            if segments is not None:
                yield from _unknown(root, (*place, "mix", name), "segment", name, segments)
    cohorts = children(root.get("cohorts"))
    for section in ("cohorts", "channels"):
        for name in children(root.get(section)):
            if section == "channels" and name in cohorts:
                yield fault_at(root, (section, name), "a cohort has the same name", "choose another", at_key=True)


def _reserved_faults(root: Node) -> Iterator[Fault]:
    for section, names in RESERVED.items():
        for name in children(root.get(section)):
            if name in names:
                yield fault_at(
                    root, (section, name), f"{quoted(name)} is a reserved name", "choose another", at_key=True
                )


def _comparison_faults(root: Node) -> Iterator[Fault]:
    policies = _policies(root)
    if policies is None:
        return
    if not policies:
        yield fault_at(root, ("policies",), "names no policy", "write today: []", at_key=True)
        return
    baseline = root.get("compare", "baseline")
    if baseline is not None and baseline.text is not None:
        yield from _unknown(root, ("compare", "baseline"), "policy", baseline.text, policies)
    claims = root.get("claims")
    for index, claim in enumerate((claims.items or ()) if claims is not None else ()):
        for side in ("better", "than"):
            named = claim.get(side)
            if named is not None and named.text is not None:
                yield from _unknown(root, ("claims", index, side), "policy", named.text, policies)
