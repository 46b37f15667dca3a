"""The templates of pages, compiled once for an installation as Python compiles modules.

Here: the environment in which pages are written, where its templates lie compiled. Not here: what
they are given (``site``). Compiling takes as long as writing all the pages of a night on which one
extract was corrected.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

from kinhbac.data_folder import MADE
from kinhbac.quality.assessment_text import describe_assessment
from kinhbac.quality.letter_text import say_act, say_gain, say_good
from kinhbac.rights import share

TEMPLATES = Path(__file__).parent / "templates"
COMPILED = MADE / "templates"


def open_templates(compiled: Path = COMPILED) -> Environment:
    """The templates of pages by their names; each is compiled when it is asked for and has changed
    since it was laid down in ``compiled``."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=_Compiled(compiled.as_posix()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for sentence in (describe_assessment, say_act, say_gain, say_good):
        environment.globals[sentence.__name__] = sentence
    return environment


def keep_templates(compiled: Path = COMPILED) -> None:
    """Compile all of them, for everybody, before a night that waits for it."""
    environment = open_templates(compiled)
    with suppress(OSError):
        compiled.mkdir(parents=True, exist_ok=True)
        for name in environment.list_templates():
            environment.get_template(name)
        share(compiled)


class _Compiled(FileSystemBytecodeCache):
    def dump_bytecode(self, bucket: Bucket) -> None:
        """Lay a template down; in a folder that cannot be written (an image, a package) nothing."""
        with suppress(OSError):
            super().dump_bytecode(bucket)
