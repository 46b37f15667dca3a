"""Templates of pages, compiled once for every data folder.

Here: where templates lie, how they are read, what they may call. Not here: what they are filled with
(``site``). Compiling a template costs more than filling it in, and only its text and the installed
packages decide what comes of it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, MutableMapping
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.bccache import Bucket

from kinhbac.data_folder import hash_file
from kinhbac.quality.assessment_text import describe_assessment
from kinhbac.quality.letter_text import say_act, say_gain, say_good
from kinhbac.scoreboard.kept import keep
from kinhbac.words.operands import say_formula

TEMPLATES = Path(__file__).with_name("templates")


class _Compiled(FileSystemLoader):
    """Reads the code that is kept of a template; ``compilers`` are those whose change makes another."""

    def __init__(self) -> None:
        super().__init__(TEMPLATES)
        here = hash_file(Path(__file__))
        self.compilers = f"{version('jinja2')} {sys.version} {here}"

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        source, path, is_new = self.get_source(environment, name)
        bucket = Bucket(environment, name, self.compilers)

        def compile_it() -> bytes:
            bucket.code = environment.compile(source, name, path)
            return bucket.bytecode_to_string()

        bucket.bytecode_from_string(keep(name, f"{self.compilers}\n{source}", compile_it))
        assert bucket.code
        return environment.template_class.from_code(environment, bucket.code, globals or {}, is_new)


def make_environment(named: Mapping[str, object] = MappingProxyType({})) -> Environment:
    """What fills templates in, with what is ``named`` in all of them; any other name is an error."""
    environment = Environment(
        loader=_Compiled(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= named
    for sentence in (describe_assessment, say_act, say_formula, say_gain, say_good):
        environment.globals[sentence.__name__] = sentence
    return environment


def keep_templates() -> None:
    """Compile all of them, before a night that waits for it."""
    environment = make_environment()
    for name in environment.list_templates():
        environment.get_template(name)
