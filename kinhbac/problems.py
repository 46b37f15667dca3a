"""What is wrong with an input, said to a person.

Here: the one shape in which every part of kinhbac reports a user's mistake, and what an
exception is called that a person reads instead of a traceback.
Not here: deciding that something is wrong; that is the work of the rule's owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinhbac.words.catalogue import Code

SHOWN = 20
"""Problems of one input, and lines and values of one problem, that are named."""
NAMED = 3
"""Lines and values of one problem that a sentence names."""


@dataclass(frozen=True)
class Problem:
    """One mistake, told once: what was found, the rule, the remedy, and where.

    Who finds it may not know the file; whoever does places it there (``dataclasses.replace``).
    ``line`` counts from 1 as an editor or spreadsheet does; ``value`` is the text
    as delivered and is never taken from a column declared personal. What a delivery says stands in ``value``, ``values``, ``column`` or ``sheet`` and in no sentence: there the door finds
    it, and tells it by its shape where it could name a person. ``library`` is what a library
    says of a file, and may quote it. ``check`` is the short name of the rule. Where the same is wrong ``count`` times, ``line`` and ``value`` are
    the first of ``lines`` and ``values``, of which no more than ``SHOWN`` are kept.
    """

    found: str
    rule: str
    remedy: str
    file: str = ""
    line: int | None = None
    column: str | None = None
    value: str | None = None
    sheet: str | None = None
    check: str = "shape"
    count: int = 1
    lines: tuple[int, ...] = ()
    values: tuple[str, ...] = ()
    library: str | None = None

    @property
    def on_several_lines(self) -> bool:
        """Whether it stands on more lines than the first."""
        return len(self.lines) > 1

    def __str__(self) -> str:
        return self.tell("en")

    def tell(self, code: Code) -> str:
        """The problem as one line, in the language of its reader."""
        from kinhbac.words.language import Language
        from kinhbac.words.sentences import translate

        language = Language(code)
        place = self.file
        if self.sheet:
            place += f" [{self.sheet}]"
        if self.line and not self.on_several_lines:
            place += f":{self.line}"
        if self.column:
            place += f", {language.told(self.column)}"
        if self.on_several_lines:
            place += language.words.problem.lines.format(
                n=language.count(self.count), lines=name_lines(self.lines)
            )
        values = self.values[:NAMED] or ([self.value] if self.value is not None else [])
        told = " " + ", ".join(f"«{language.told(value)}»" for value in values) if values else ""
        library = f" ({self.library})" if self.library else ""
        told_as: str = language.words.problem.told
        return told_as.format(
            place=f"{place}:{told}",
            found=f"{translate(self.found, code)}{library}",
            rule=translate(self.rule, code),
            remedy=translate(self.remedy, code),
        )


def name_lines(lines: Iterable[int]) -> str:
    """The first lines as a sentence names them.

    >>> name_lines([2, 3, 4, 5])
    '2, 3, 4'
    """
    return ", ".join(map(str, list(lines)[:NAMED]))


class Refused(Exception):
    """What was asked is not done; the message says to a person why, and all that is to be said.
    ``exit_code`` is what the command ends with."""

    exit_code = 1

    def tell(self, code: Code) -> str:
        """The message in the language of its reader, as far as it has been translated."""
        from kinhbac.words.sentences import translate_refusal

        return translate_refusal(str(self), code)


class RefusedFor(Refused):
    """What was asked is not done because of problems; ``then`` says what became of it."""

    def __init__(self, problems: Problem | ProblemsFound, then: str = "") -> None:
        self.because, self.then = problems, then
        super().__init__("\n".join(filter(None, (str(problems), then))))

    def tell(self, code: Code) -> str:
        from kinhbac.words.sentences import translate_refusal

        return "\n".join(
            filter(None, (self.because.tell(code), translate_refusal(self.then, code)))
        )

    def __reduce__(self) -> tuple[type[RefusedFor], tuple[Problem | ProblemsFound, str]]:
        return type(self), (self.because, self.then)


class ProblemFound(Exception):
    """One problem that ends the reading; who catches it says in which file."""

    def __init__(
        self,
        found: str,
        rule: str,
        remedy: str,
        line: int | None = None,
        values: Iterable[str] = (),
        library: Exception | str | None = None,
    ) -> None:
        """``values`` is what the file says of it, word for word; ``library`` what a library says."""
        said = tuple(values)
        self.problem = Problem(
            found,
            rule,
            remedy,
            line=line,
            value=said[0] if said else None,
            values=said if len(said) > 1 else (),
            library=str(library).partition("\n")[0] if library else None,
        )
        super().__init__(found)


class ProblemsFound(Refused):
    """All problems of one input, raised together and never one at a time."""

    def __init__(self, subject: str, problems: Iterable[Problem]) -> None:
        self.subject = subject
        self.problems = tuple(problems)
        super().__init__("\n".join(_lines(subject, self.problems)))

    def tell(self, code: Code) -> str:
        return "\n".join(_lines(self.subject, self.problems, code))

    def __reduce__(self) -> tuple[type[ProblemsFound], tuple[str, tuple[Problem, ...]]]:
        """Made again of its parts in another process: the door may have been shut in a worker."""
        return type(self), (self.subject, self.problems)


def describe(subject: str, problems: tuple[Problem, ...], code: Code = "en") -> str:
    """Say the problems of an extract, the first twenty in full; the table holds all."""
    from kinhbac.words.sentences import translate

    lines = _lines(subject, problems, code)
    if len(problems) > SHOWN:
        more = translate(f"  … and {len(problems) - SHOWN} more in the table `problems`", code)
        lines = [*lines[: SHOWN + 1], more]
    return "\n".join(lines)


def _lines(subject: str, problems: tuple[Problem, ...], code: Code = "en") -> list[str]:
    from kinhbac.words.catalogue import words_of
    from kinhbac.words.sentences import translate

    words, subject = words_of(code), translate(subject, code)
    told = words.problem.one if len(problems) == 1 else words.problem.counted
    counted = told.format(n=len(problems))
    return [f"{subject}: {counted}", *(f"  {problem.tell(code)}" for problem in problems)]
