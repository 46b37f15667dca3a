"""A form speaks both languages: Vietnamese, and its English below.

Here: an entry of the catalogue as a pair. Not here: the entries (``words/forms.toml``).
"""

from __future__ import annotations

from kinhbac.registry.declared.entries import Name
from kinhbac.words.catalogue import Code, words_of


def say(key: str, **arguments: object) -> Name:
    """The entry ``section.key`` in both languages, its placeholders filled.

    An argument that is itself a name in two languages is told in that of the sentence. Raises
    AttributeError for an unknown entry, KeyError for a placeholder without an argument.

    >>> say("cell.only_in_rows", kind=say("period_kind.month"), rule=say("cell.number")).en
    'only in rows about a month: a number'
    """
    section, _, entry = key.partition(".")

    def in_language(code: Code) -> str:
        text: str = getattr(getattr(words_of(code), section), entry)
        told = {
            name: getattr(argument, code) if isinstance(argument, Name) else argument
            for name, argument in arguments.items()
        }
        return text.format(**told)

    return Name(vi=in_language("vi"), en=in_language("en"))


def joined(names: list[Name], sign: str) -> Name:
    """Several as one, ``sign`` between them."""
    return Name(vi=sign.join(name.vi for name in names), en=sign.join(name.en for name in names))


def capitalised(name: Name) -> Name:
    """The same with a capital letter at its beginning."""
    return Name(vi=name.vi[:1].upper() + name.vi[1:], en=name.en[:1].upper() + name.en[1:])
