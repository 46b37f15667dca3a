"""An explanation in words, for a person at the command line.

Here: the tree of ``explanation`` as lines, in the language of the reader. Not here: where it comes
from; the words (``words/explanation.toml``). Keys and rules of methods stay as the tables have them.
Past 200 lines because what is told of one figure is read in its order.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from kinhbac.answers.composition import Composition
from kinhbac.answers.explanation import Explanation
from kinhbac.calendar import HANOI
from kinhbac.digits import settled
from kinhbac.words.catalogue import CODES, Code, words_of
from kinhbac.words.language import Language
from kinhbac.words.sentences import translate

SCREEN = 50
"""Lines of an explanation that are told at once; of a longer one each operand is a line."""
MARGIN: dict[Code, int] = {"en": 12, "vi": 16}
"""Letters of the left column, in which is said what a line tells."""


def describe(
    explained: Explanation, release: dict[str, Any], *, deep: bool = True, code: Code = "en"
) -> str:
    """The explanation as lines for a person; ``release`` is the release's manifest. Without ``deep``
    one that is longer than a screen tells its operands in a line each, and how to unfold them."""
    return "\n".join(_Teller(code).tell(explained, release, deep))


class _Teller:
    """Lines in one language."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.language = Language(code)
        self.words = words_of(code)

    def tell(self, explained: Explanation, release: dict[str, Any], deep: bool) -> list[str]:
        cell, definition = explained.cell, explained.definition
        lines = [
            explained.label,
            self.words.explanation.cell.format(
                name=explained.name,
                area=cell["area"],
                period=self.language.labelled(cell["period"]),
                said=self._value(explained),
            ),
            *self._steps(explained),
        ]
        if cell["holds"]:
            lines.append(f"  {self.words.explanation.held.format(holds=', '.join(cell['holds']))}")
            if cell["last_good_value"] is not None:
                good = self.words.explanation.last_good.format(
                    value=self._number(cell["last_good_value"]),
                    start=self._day(cell["last_good_period_start"]),
                    release=cell["last_good_release"],
                )
                lines.append(f"  {good}")
        defined = self.words.explanation.definition.format(
            version=cell["version"],
            span=self._span(definition),
            step=self.language.own(definition, "step") or definition["step"],
            decision=definition["decision_of_its_time"] or self.words.explanation.no_decision,
        )
        state = self._coded("state", cell["state"])
        if cell["published_in"]:
            state = self.words.explanation.published_in.format(
                state=state, release=cell["published_in"]
            )
        vintage = self._coded("vintage", cell["vintage"] or "-")
        kind = (
            self.words.explanation.demonstration
            if cell["synthetic"]
            else self.words.explanation.real
        )
        lines += [
            self._row("formula", explained.formula),
            self._row("figures", self._figures(explained)),
            self._row("definition", defined),
            self._row("owner", f"{definition['owner']} ({definition['source']})"),
            self._row("state", state),
            self._row("vintage", kind.format(vintage=vintage)),
        ]
        if explained.age:
            lines.append(self._row("age", self._age(explained)))
        lines += self._composition(explained.composition, "  ")
        if cell["target"] is not None or cell["status"]:
            kind = self.words.explanation.target
            if explained.age.get("is_old"):
                kind = self.words.explanation.target_of_old
            told = kind.format(
                target=self._number(cell["target"]),
                status=self._coded("status", cell["status"] or "-"),
            )
            lines.append(self._row("target", told))
        if explained.outlook.get("outlook_vi") and not explained.age.get("is_old"):
            # A release from before has no such words.
            codes = CODES if self.code == "en" else (self.code,)
            outlook = " / ".join(explained.outlook[f"outlook_{code}"] for code in codes)
            lines.append(self._row("outlook", outlook))
        lines += [
            self._row(
                "by_chance",
                self.words.explanation.by_chance.format(
                    rule=self.words.judged_figure[told["rule"]],
                    alarms=self._number(round(told["alarms"], 2)),
                    judged=told["judged"],
                ),
            )
            for told in explained.by_chance
        ]
        lines += [
            self._row(
                "revised",
                self.words.explanation.revised.format(
                    day=self._day(told["revised_on"]),
                    release=told["new_release"],
                    old=self._number(told["old_value"]),
                    new=self._number(told["new_value"]),
                    cause=self._coded("cause", told["cause"]),
                ),
            )
            for told in explained.revisions
        ]
        return lines + self._operands(explained, deep, len(lines)) + self._release(release)

    def _operands(self, explained: Explanation, deep: bool, before: int) -> list[str]:
        unfolded = [line for operand in explained.operands for line in self._operand(operand, 1)]
        if deep or before + len(unfolded) <= SCREEN:
            return unfolded
        folded = [self._operand(operand, 1)[0] for operand in explained.operands]
        more = self.language.count(len(unfolded) - len(folded))
        return [*folded, f"  {self.words.explanation.folded.format(n=more)}"]

    def _release(self, release: dict[str, Any]) -> list[str]:
        checks = release["checks"]
        told = self.words.explanation.release.format(
            release=release["release"],
            published=self._moment(release["published_at"]),
            as_of=self._day(release["as_of"]),
            registry=release["registry"][:12],
        )
        asked = self.words.explanation.checks.format(
            n=len(checks),
            failed=sum(not check["passed"] for check in checks),
            proofs=len(release["proofs"]),
        )
        return [self._row("checks", asked, ""), self._row("release", told, "")]

    def _moment(self, text: str) -> str:
        """A time in Hà Nội, to the minute; empty where a release tells none."""
        if not text:
            return ""
        at = datetime.fromisoformat(text).astimezone(HANOI)
        return f"{at:%H:%M} {self._day(at.date().isoformat())}"

    def _row(self, key: str, told: str, pad: str = "  ") -> str:
        return f"{pad}{self.words.explanation_row[key]:<{MARGIN[self.code]}}{told}"

    def _steps(self, explained: Explanation) -> list[str]:
        """What would raise the composite most in this area, each step alone; what could not be
        tried."""
        lines = []
        for step in explained.composition.steps:
            name = f"{step['component']} ({step[f'name_{self.code}']})"
            if step["place"] is None:
                reason = self._coded("step_reason", step["reason"])
                lines.append(self._row("no_step", f"{name}: {reason}"))
                continue
            mark = self._coded("step_mark", step["mark"]).replace("_", " ")
            if grouping := step["grouping"]:
                mark = self.words.explanation.mark_of.format(mark=mark, grouping=grouping)
            moved = f"{self._number(step['component_value'])} → {self._number(step['aim'])}"
            told = self.words.explanation.step.format(
                name=name,
                moved=f"{moved} {step[f'unit_{self.code}']}".strip(),
                mark=mark,
                gain=f"{self._number(step['gain'])} {self._unit(explained)}".strip(),
                rank=self._climb(step["rank"], step["rank_after"]),
            )
            lines.append(self._row("raised_by", told))
        return lines + self._together(explained)

    def _together(self, explained: Explanation) -> list[str]:
        """What all steps give together, computed again; nothing where there is one alone, or where
        the release is older than that."""
        taken = [one for one in explained.composition.steps if one["place"] is not None]
        if len(taken) < 2 or taken[0].get("gain_together") is None:
            return []
        told = self.words.explanation.together.format(
            n=len(taken),
            gain=f"{self._number(taken[0]['gain_together'])} {self._unit(explained)}".strip(),
            rank=self._climb(taken[0]["rank"], taken[0]["rank_together"]),
        )
        return [self._row("raised_together", told)]

    def _climb(self, before: float, after: float | None) -> str:
        """``, rank 4 → 2``; nothing where no rank was computed."""
        if after is None:
            return ""
        told: str = self.words.explanation.step_rank.format(
            before=f"{before:g}", after=f"{after:g}"
        )
        return told

    def _operand(self, operand: Explanation, depth: int) -> list[str]:
        pad = "  " * depth
        times = f"{operand.coefficient:g} × " if operand.coefficient != 1 else ""
        taken = f", {self._taken(operand.taken)}" if operand.taken else ""
        role = self._role(operand.role)
        lines = [f"{pad}{role}: {times}{operand.name}{taken} = {self._value(operand)}"]
        told = "; ".join(translate(one, self.code) for one in operand.formula.split("; "))
        lines.append(f"{pad}  {operand.label}; {told}")
        if operand.cell:
            figures = self.words.explanation.operand_figures.format(figures=self._figures(operand))
            lines.append(f"{pad}  {figures}")
        if operand.age.get("is_old"):
            lines.append(f"{pad}  {self._age(operand)}")
        lines += self._composition(operand.composition, pad + "  ")
        for inner in operand.operands:
            lines += self._operand(inner, depth + 1)
        if operand.observation_count:
            count = self.language.count(operand.observation_count)
            lines.append(f"{pad}  {self.words.explanation.observations.format(n=count)}")
            lines += [f"{pad}    {self._observation(seen)}" for seen in operand.observations]
        lines += [f"{pad}  {self._extract(extract)}" for extract in operand.extracts]
        return lines

    def _role(self, role: str) -> str:
        """``numerator, divided by``: the words of the term and of its factor."""
        first, _, factor = role.partition(", ")
        told = str(self.words.explanation_role.get(first, first))
        if factor and self.code == "vi":
            factor = self.words.taken[factor.replace(" ", "_")]
        return f"{told}, {factor}" if factor else told

    def _taken(self, taken: str) -> str:
        """When an operand is taken; how it spans periods and areas stays as the tables write it."""
        taken_before = self.words.taken

        def before(found: re.Match[str]) -> str:
            many = found["n"] != "1"
            told = taken_before[f"{found['unit']}{'s' if many else ''}_before"]
            return str(told.format(n=found["n"]))

        return taken if self.code == "en" else _EARLIER.sub(before, taken)

    def _observation(self, seen: dict[str, Any]) -> str:
        row = (
            self.words.explanation.row.format(n=seen["line"])
            if seen["line"]
            else self.words.explanation.counted
        )
        corrected = seen["correction"]
        corrected = (
            self.words.explanation.corrected.format(correction=corrected) if corrected else ""
        )
        return (
            f"{seen['name_vi']}, {self.language.labelled(seen['period'])}: "
            f"{self._number(seen['value'])} "
            f"({self._coded('vintage', seen['vintage'])}{corrected}) ← {seen['extract']}{row}"
        )

    def _extract(self, extract: dict[str, Any]) -> str:
        """A file, when it came, and what else made it count; a release from before says less."""
        received = self.words.explanation.received.format(day=self._day(extract["received_on"]))
        if again := extract.get("delivered_again_on"):
            received += self.words.explanation.again.format(day=self._day(again))
        if arrived := extract.get("arrived_on"):
            received += self.words.explanation.arrived.format(day=self._day(arrived))
        sender = extract.get("sender")
        return str(
            self.words.explanation.extract.format(
                file=extract["file"],
                received=received,
                standing=self.words.extract_standing[extract["standing"]],
                owner=extract["owner"],
                sender=f" ({self._coded('sender_short', sender)})" if sender else "",
                sha256=extract["sha256"],
            )
        )

    def _age(self, explained: Explanation) -> str:
        """Until when a newer figure is on time; of an old one since when it is due, and from whom: the
        sources that owe a delivery, or, where none has a calendar, whoever answers for the
        indicator."""
        age = explained.age
        due = self._day(age["newer_due"])
        if not age["is_old"]:
            return str(self.words.explanation.newest.format(day=due))
        cell, definition = explained.cell, explained.definition
        said = " / ".join(
            Language(code).age(cell["period_kind"], cell["period_start"], age["as_of"])
            for code in (CODES if self.code == "en" else (self.code,))
        )
        owed = [f"{row['owner']} ({row['source']}/{row['period']})" for row in age["owed"]]
        whom = owed or [f"{definition['owner']} ({definition['source']})"]
        return str(self.words.explanation.old.format(said=said, day=due, whom=", ".join(whom)))

    def _composition(self, composition: Composition, pad: str) -> list[str]:
        """The method, each component from stage to stage, and the rank with its interval."""
        lines = []
        if composition.method:
            first = composition.method[0]
            named = f"{first['name_vi']} / {first['name_en']} ({first['method']})"
            lines.append(self._row("method", named, pad))
            lines += [f"{pad}  {self._stage_of_method(row)}" for row in composition.method]
        declared = {row["stage"] for row in composition.method}
        for component, stages in composition.stages.items():
            told = f"{self._stages(stages, declared)}{self._scale(composition, component)}"
            lines.append(self._row("component", f"{component}: {told}", pad))
        if rank := composition.rank:
            lines.append(self._row("rank", self._rank(rank), pad))
        return lines

    def _stage_of_method(self, row: dict[str, Any]) -> str:
        """``impute    mean: grouping settlement``; in Vietnamese what the stage does, with its
        settings as ``methods.yml`` has them."""
        stage = self._coded("composite_stage", row["stage"])
        if self.code == "en" or row["stage"] == "based_on":
            return f"{stage:<10}{row['rule']}" if self.code == "en" else f"{stage}: {row['rule']}"
        name, settings = re.split(_AFTER_NAME, f"{row['rule']} ", maxsplit=1)
        said = self._coded("area_kind" if row["stage"] == "among" else "composite_rule", name)
        return f"{stage}: {said}{f' ({settings.strip()})' if settings else ''}"

    def _rank(self, rank: dict[str, Any]) -> str:
        told = str(self.words.explanation.of.format(rank=f"{rank['rank']:g}", units=rank["units"]))
        if rank["imputed"]:
            told += self.words.explanation.imputed
        if rank["draws"]:
            told += self.words.explanation.interval.format(
                low=f"{rank['rank_low']:g}",
                high=f"{rank['rank_high']:g}",
                median=f"{rank['rank_median']:g}",
                draws=self.language.count(rank["draws"]),
            )
            if of := rank.get("interval_of"):  # older releases do not tell
                told += f": {self.words.interval_of[of]}"
        return told

    def _scale(self, composition: Composition, component: str) -> str:
        """The figures between which a component was put on its scale."""
        scale = composition.scales.get(component)
        if scale is None:
            return ""
        return str(
            self.words.explanation.scale.format(
                lowest=self._number(scale["lowest"]),
                highest=self._number(scale["highest"]),
                figures=self.language.count(scale["figures"]),
                period=self.language.labelled(scale["period"]),
            )
        )

    def _stages(
        self, stages: dict[str, tuple[float | None, str | None]], declared: set[str]
    ) -> str:
        """``figure 52.1 → imputed (median) 60 → normalised 74.2 → weighted 0.25``; what a stage leaves
        as it was is not said again."""
        said: list[str] = []
        before = None
        for stage, (value, mark) in stages.items():
            scaled = stage == "normalised" and "normalise" in declared
            if not said or mark or value != before or scaled:
                column = self._coded("composite_column", stage).lower()
                if stage == "weighted":
                    column = self.words.explanation.weighted
                name = column if said or mark else self.words.explanation.figure
                why = f" ({self._coded('composite_mark', mark)})" if mark else ""
                said.append(f"{name}{why} {self._number(value)}")
            before = value
        return " → ".join(said)

    def _figures(self, explained: Explanation) -> str:
        """The formula with its numbers in the operands' places."""
        cell, number = explained.cell, self._number
        value, above, below = (number(cell[k]) for k in ("value", "numerator", "denominator"))
        if explained.composition.method:
            return str(self.words.explanation.stage_by_stage.format(value=value))
        if cell["numerator"] is not None and cell["denominator"] is not None:
            return f"{above} ÷ {below} → {value}"
        if cell["numerator"] is not None and any("," in one.role for one in explained.operands):
            return f"{above} → {value}"  # products
        parts = [
            f"{operand.coefficient:g} × {number(operand.value)}" for operand in explained.operands
        ]
        return f"{' + '.join(parts)} → {value}"

    def _value(self, explained: Explanation) -> str:
        if explained.value is None:
            return str(self.words.explanation.no_value.format(reason=explained.reason))
        return f"{self._number(explained.value)} {self._unit(explained)}".strip()

    def _unit(self, explained: Explanation) -> str:
        return str(explained.definition.get(f"unit_{self.code}", explained.unit))

    def _span(self, definition: dict[str, Any]) -> str:
        """Over how much time its figures speak; releases of earlier versions have no word for it."""
        known = self.code == "vi" and definition.get("covers")
        return self.language.covers(definition) if known else str(definition["span"])

    def _coded(self, section: str, key: str) -> str:
        """What the tables call it; in Vietnamese by its word, if it has one."""
        return key if self.code == "en" else str(self.words[section].get(key, key))

    def _day(self, day: date | str) -> str:
        """As the tables write it; in Vietnamese as people do."""
        if self.code == "en":
            return f"{day}"
        known = date.fromisoformat(day) if isinstance(day, str) and _DAY.fullmatch(day) else day
        return self.language.day(known) if isinstance(known, date) else known

    def _number(self, value: float | None) -> str:
        if value is None:
            return "-"
        told = f"{settled(value):,.10g}"
        return told.translate(_SWAPPED) if self.code == "vi" else told


_EARLIER = re.compile(r"(?P<n>\d+) (?P<unit>month|year)s? earlier")
_AFTER_NAME = re.compile(r":? ")
"""What stands between the name of a rule and its settings."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SWAPPED = str.maketrans(",.", ".,")
