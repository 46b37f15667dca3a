"""An explanation in words, for a person at the command line.

Here: the tree of ``explanation`` as lines. Not here: where it comes from.
"""

from __future__ import annotations

from typing import Any

from kinhbac.answers.composition import Composition
from kinhbac.answers.explanation import Explanation
from kinhbac.digits import settled
from kinhbac.words.catalogue import CODES
from kinhbac.words.language import Language

INTERVAL_OF = {
    "method": "of the method only, nothing is known of chance in the figures",
    "method_and_chance": "of the method and of chance in the figures",
    "chance": "of chance in the figures",
}


SCREEN = 50
"""Lines of an explanation that are told at once; of a longer one each operand is a line."""


def describe(explained: Explanation, release: dict[str, Any], *, deep: bool = True) -> str:
    """The explanation as lines for a person; ``release`` is the release's manifest. Without ``deep``
    one that is longer than a screen tells its operands in a line each, and how to unfold them."""
    cell, definition = explained.cell, explained.definition
    lines = [
        f"{explained.label}",
        f"{explained.name}, area {cell['area']}, {cell['period']}: {_said(explained)}",
    ]
    lines += _describe_steps(explained)
    if cell["holds"]:
        lines.append(f"  held by {', '.join(cell['holds'])}")
        if cell["last_good_value"] is not None:
            lines.append(
                f"  last good value {_number(cell['last_good_value'])} of the period that begins "
                f"{cell['last_good_period_start']}, release {cell['last_good_release']}"
            )
    lines += [
        f"  formula     {explained.formula}",
        f"  figures     {_figures(explained)}",
        f"  definition  version {cell['version']}, {definition['span']}, step "
        f"«{definition['step']}», {definition['decision_of_its_time'] or 'no legal basis recorded'}",
        f"  owner       {definition['owner']} ({definition['source']})",
        f"  state       {cell['state']}"
        + (f", published first in release {cell['published_in']}" if cell["published_in"] else ""),
        f"  vintage     {cell['vintage'] or '-'}"
        + ("; rests on demonstration data" if cell["synthetic"] else "; real figures"),
    ]
    if explained.age:
        lines.append(f"  age         {_describe_age(explained)}")
    lines += _describe_composition(explained.composition, "  ")
    if cell["target"] is not None or cell["status"]:
        told = f"{_number(cell['target'])}, status {cell['status'] or '-'}"
        if explained.age.get("is_old"):
            told += " within its own period; of today nothing is said of it"
        lines.append(f"  target      {told}")
    if explained.outlook.get("outlook_vi") and not explained.age.get("is_old"):
        # A release from before has no such words.
        said = (explained.outlook[f"outlook_{code}"] for code in CODES)
        lines.append(f"  outlook     {' / '.join(said)}")
    lines += [
        f"  by chance   {told['rule']}: at most about {_number(round(told['alarms'], 2))} of "
        f"{told['judged']} areas are warned of in a period, if all lie on the limit"
        for told in explained.by_chance
    ]
    lines += [
        f"  revised     {told['revised_on']}, release {told['new_release']}: "
        f"{_number(told['old_value'])} → {_number(told['new_value'])} ({told['cause']})"
        for told in explained.revisions
    ]
    unfolded = [line for operand in explained.operands for line in _describe_operand(operand, 1)]
    if deep or len(lines) + len(unfolded) <= SCREEN:
        lines += unfolded
    else:
        folded = [_describe_operand(operand, 1)[0] for operand in explained.operands]
        lines += folded
        lines.append(
            f"  … {len(unfolded) - len(folded):,} more lines below these: --deep tells them"
        )
    failed = [check for check in release["checks"] if not check["passed"]]
    lines += [
        f"checks      {len(release['checks'])} asked, {len(failed)} of them warn; "
        f"{len(release['proofs'])} proofs of the rule",
        f"release     {release['release']}, published {release['published_at']}, as of "
        f"{release['as_of']}, registry {release['registry'][:12]}",
    ]
    return "\n".join(lines)


def _describe_steps(explained: Explanation) -> list[str]:
    """What would raise the composite most in this area, each step alone; what could not be tried."""
    lines = []
    for step in explained.composition.steps:
        name = f"{step['component']} ({step['name_vi']})"
        if step["place"] is None:
            lines.append(f"  no step     {name}: {step['reason']}")
            continue
        mark = f"{step['mark'].replace('_', ' ')}{f' of {of}' if (of := step['grouping']) else ''}"
        moved = f"{_number(step['component_value'])} → {_number(step['aim'])} {step['unit']}"
        rank = ""
        if step["rank_after"] is not None:
            rank = f", rank {step['rank']:g} → {step['rank_after']:g}"
        gain = f"{_number(step['gain'])} {explained.unit}".strip()
        lines.append(f"  raised by   {name}: {moved} ({mark}): better by {gain}{rank}")
    return lines


def _describe_operand(operand: Explanation, depth: int) -> list[str]:
    pad = "  " * depth
    times = f"{operand.coefficient:g} × " if operand.coefficient != 1 else ""
    taken = f", {operand.taken}" if operand.taken else ""
    lines = [f"{pad}{operand.role}: {times}{operand.name}{taken} = {_said(operand)}"]
    lines.append(f"{pad}  {operand.label}; {operand.formula}")
    if operand.cell:
        lines.append(f"{pad}  figures {_figures(operand)}")
    if operand.age.get("is_old"):
        lines.append(f"{pad}  {_describe_age(operand)}")
    lines += _describe_composition(operand.composition, pad + "  ")
    for inner in operand.operands:
        lines += _describe_operand(inner, depth + 1)
    if operand.observation_count:
        lines.append(f"{pad}  {operand.observation_count:,} observations, such as")
        for seen in operand.observations:
            row = f", row {seen['line']}" if seen["line"] else ", counted from records"
            corrected = f", corrected ({seen['correction']})" if seen["correction"] else ""
            lines.append(
                f"{pad}    {seen['name_vi']}, {seen['period']}: {_number(seen['value'])} "
                f"({seen['vintage']}{corrected}) ← {seen['extract']}{row}"
            )
    for extract in operand.extracts:
        lines.append(
            f"{pad}  extract {extract['file']}, {_received(extract)}, "
            f"{extract['standing']}, owner {extract['owner']}{_sender(extract)}, "
            f"sha256 {extract['sha256']}"
        )
    return lines


def _describe_age(explained: Explanation) -> str:
    """Until when a newer figure is on time; of an old one since when it is due, and from whom: the
    sources that owe a delivery, or, where none has a calendar, whoever answers for the indicator."""
    age = explained.age
    if not age["is_old"]:
        return f"the newest figure; a newer one is due by {age['newer_due']}"
    cell, definition = explained.cell, explained.definition
    said = " / ".join(
        Language(code).age(cell["period_kind"], cell["period_start"], age["as_of"])
        for code in CODES
    )
    owed = [f"{row['owner']} ({row['source']}/{row['period']})" for row in age["owed"]]
    whom = owed or [f"{definition['owner']} ({definition['source']})"]
    return f"{said}: a newer one was due by {age['newer_due']}, from {', '.join(whom)}"


def _sender(extract: dict[str, Any]) -> str:
    """Whether anything proves that its owner delivered it; a release from before does not say."""
    sender = extract.get("sender")
    return f" ({sender})" if sender else ""


def _received(extract: dict[str, Any]) -> str:
    """When it came, and what else made it count; a release from before has no such columns."""
    told = f"received {extract['received_on']}"
    if again := extract.get("delivered_again_on"):
        told += f", delivered again {again}, which took back what came in between"
    if arrived := extract.get("arrived_on"):
        told += f", arrived {arrived}, which decided between files of one day"
    return told


def _describe_composition(composition: Composition, pad: str) -> list[str]:
    """The method, each component from stage to stage, and the rank with its interval."""
    lines = []
    if composition.method:
        first = composition.method[0]
        lines.append(
            f"{pad}method      {first['name_vi']} / {first['name_en']} ({first['method']})"
        )
        lines += [f"{pad}  {row['stage']:<10}{row['rule']}" for row in composition.method]
    for component, stages in composition.stages.items():
        told = _describe_stages(stages, {row["stage"] for row in composition.method})
        lines.append(
            f"{pad}component   {component}: {told}{_describe_scale(composition, component)}"
        )
    if rank := composition.rank:
        told = f"{rank['rank']:g} of {rank['units']}"
        if rank["imputed"]:
            told += ", resting on a figure that was put in for a missing one"
        if rank["draws"]:
            told += (
                f", between {rank['rank_low']:g} and {rank['rank_high']:g} "
                f"(median {rank['rank_median']:g}) over {rank['draws']:,} draws of what is uncertain"
            )
            if sources := INTERVAL_OF.get(
                rank.get("interval_of") or ""
            ):  # older releases do not tell
                told += f": {sources}"
        lines.append(f"{pad}rank        {told}")
    return lines


def _describe_scale(composition: Composition, component: str) -> str:
    """The figures between which a component was put on its scale."""
    scale = composition.scales.get(component)
    if scale is None:
        return ""
    return (
        f" (scale {_number(scale['lowest'])} … {_number(scale['highest'])}, "
        f"{scale['figures']:,} figures from {scale['period']})"
    )


def _describe_stages(stages: dict[str, tuple[float | None, str | None]], declared: set[str]) -> str:
    """``figure 52.1 → imputed (median) 60 → normalised 74.2 → weighted 0.25``; what a stage leaves as
    it was is not said again."""
    said: list[str] = []
    before = None
    for stage, (value, mark) in stages.items():
        scaled = stage == "normalised" and "normalise" in declared
        if not said or mark or value != before or scaled:
            name = stage if said or mark else "figure"
            word = f"{name}{f' ({mark})' if mark else ''}"
            said.append(f"{word} {_number(value)}")
        before = value
    return " → ".join(said)


def _figures(explained: Explanation) -> str:
    """The formula with its numbers in the operands' places."""
    cell = explained.cell
    if explained.composition.method:
        return f"stage by stage → {_number(cell['value'])}"
    if cell["numerator"] is not None and cell["denominator"] is not None:
        return (
            f"{_number(cell['numerator'])} ÷ {_number(cell['denominator'])} "
            f"→ {_number(cell['value'])}"
        )
    if cell["numerator"] is not None and any("," in one.role for one in explained.operands):
        return f"{_number(cell['numerator'])} → {_number(cell['value'])}"  # products
    parts = [
        f"{operand.coefficient:g} × {_number(operand.value)}" for operand in explained.operands
    ]
    return f"{' + '.join(parts)} → {_number(cell['value'])}"


def _said(explained: Explanation) -> str:
    if explained.value is None:
        return f"no value ({explained.reason})"
    return f"{_number(explained.value)} {explained.unit}".strip()


def _number(value: float | None) -> str:
    return "-" if value is None else f"{settled(value):,.10g}"
