"""Signing definitions: an act goes into ``rounds.yml``, what was signed into ``indicators.yml``.

Here: the one place that writes into the registry, a line an indicator and one an act. Not here: who
may sign (``process.yml``), which acts sign what (``acts``), what speaks against one (``objections``).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kinhbac.data_folder import written_aside
from kinhbac.problems import Refused
from kinhbac.registry.definitions.acts import Signature, acts_of
from kinhbac.registry.definitions.fingerprints import fingerprint_definition, is_what_was_signed
from kinhbac.registry.model import Registry


def sign(
    registry: Registry, indicators: Iterable[str], round_: str, given: Signature | None = None
) -> list[str]:
    """Write that ``round_`` signs these definitions as they stand now: by what is ``given``, which
    goes into the round too, or by all that the round says.

    Returns the indicators whose line has changed. Raises KeyError for an unknown
    indicator or round, Refused for one that is written on a single line; then nothing is written.
    """
    registry.rounds[round_]
    by_file: dict[Path, dict[str, str]] = {}
    for key in indicators:
        path = registry.folder_of(registry.indicator_source[key]) / "indicators.yml"
        by_file.setdefault(path, {})[key] = _line(registry, key, round_, given)
    texts = {path: path.read_text(encoding="utf-8").splitlines() for path in by_file}
    for path, lines in by_file.items():
        for key in lines:
            _block(texts[path], key)
    if given:
        _record(registry, round_, given)
    changed = []
    for path, lines in by_file.items():
        text = texts[path]
        for key, line in lines.items():
            if _put(text, _block(text, key), f"  signed: {line}"):
                changed.append(key)
        _write(path, text)
    return changed


def _line(registry: Registry, key: str, round_: str, given: Signature | None) -> str:
    # Quoted, because twelve digits may happen to be a number such as 1234e5678901.
    fingerprint = fingerprint_definition(registry, key)
    said = f'round: {round_}, definition: "{fingerprint}"'
    if given is None:
        return f"{{{said}}}"
    signed, steps = registry.indicators[key].signed, registry.process.steps
    kept: list[str] = []
    if signed and signed.round == round_:
        before = registry.rounds[round_].acts if signed.steps is None else signed.steps
        same = is_what_was_signed(registry, key, signed.definition or "")
        kept = [name for name in before if same or not steps[name].binds_definition]
    named = [name for name in steps if name in (*kept, given.step)]
    return f"{{{said}, steps: [{', '.join(named)}]}}"


def _record(registry: Registry, round_: str, given: Signature) -> None:
    """Write the act into its round, unless it stands there."""
    acts = acts_of(registry, round_, given.step)
    if given in acts:
        return
    path = registry.folder / "rounds.yml"
    text = path.read_text(encoding="utf-8").splitlines()
    first, last = _block(text, round_)
    at = next((n for n in range(first, last) if text[n].startswith("  acts:")), last)
    written = text[at + 1 : last] if text[at : at + 1] == ["  acts:"] else []
    if not written:  # in one line, or not at all
        declared = registry.rounds[round_].acts
        written = [_act_line(step, acts_of(registry, round_, step)) for step in declared]
    own = f"    {given.step}:"
    place = next((n for n, line in enumerate(written) if line.startswith(own)), len(written))
    written[place : place + 1] = [_act_line(given.step, [*acts, given])]
    text[at:last] = ["  acts:", *written]
    _write(path, text)


def _act_line(step: str, acts: list[Signature]) -> str:
    lines = ", ".join(one.line for one in acts)
    return f"    {step}: {lines if len(acts) == 1 else f'[{lines}]'}"


def _block(text: list[str], key: str) -> tuple[int, int]:
    """From the first to behind the last line that stands below ``key``."""
    if f"{key}:" not in text:
        raise Refused(
            f"«{key}» is written on a single line. Rule: what signs it is written below its key. "
            "Remedy: write it over several lines, the key alone on the first."
        )
    first = last = text.index(f"{key}:") + 1
    while last < len(text) and (text[last].startswith(" ") or not text[last].strip()):
        last += 1
    while not text[last - 1].strip():
        last -= 1
    return first, last


def _put(text: list[str], block: tuple[int, int], line: str) -> bool:
    """Set the line of the block that says who signed; whether that changed anything."""
    for place in range(*block):
        if text[place].startswith("  signed:"):
            unchanged = text[place] == line
            text[place] = line
            return not unchanged
    text.insert(block[1], line)
    return True


def _write(path: Path, text: list[str]) -> None:
    with written_aside(path) as aside:
        aside.write_text("\n".join(text) + "\n", encoding="utf-8")
