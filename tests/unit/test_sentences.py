"""Every sentence that people read exists in both languages: none is added in one alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kinhbac.words import sentences
from kinhbac.words.sentences import KNOWN, NUMBERS, read_sentences, template_of, translate
from tests.conftest import PROJECT

ROOMS = ("kinhbac/ingest", "kinhbac/registry/definitions/standing.py")
"""Where what is wrong with deliveries and definitions is put in words."""
NO_SENTENCE = {
    "kinhbac/ingest/demonstration/",  # what makes the demonstration says to its maintainers
    "kinhbac/ingest/ledger_tables.py",  # what columns mean, for the data dictionary
    "kinhbac/ingest/personal_kinds.py",  # headers as sectors type them
    "kinhbac/ingest/total_texts.py",  # the same
    "kinhbac/ingest/landed_names.py",  # names of files
    "kinhbac/ingest/titles.py",  # titles as sectors type them
    "kinhbac/ingest/kept_bytes.py",  # told to whoever runs the night, in its log
    "kinhbac/ingest/ledger_proof.py",  # the same, beside problems
    "kinhbac/ingest/landing_zone.py",  # the same
}
ASSEMBLED = {
    "7 (row set aside)",
    ", or correct 7 in the contract",
    "deliver 7, or correct the contract",
    "the column is",
    "7 7 the source «7», owned by 7 (7)",
    " by its header",
    "/proc/self/statm",
    "%s is no receipt: %s",
    "that were in 7",
    "of the contract",
    "7, or declare «codes: {pad: true}»",
    "7 7 hidden, 7, and read",
    "xl/workbook.xml",
    "xl/workbook.bin",
    "word/document.xml",
    "packed by gzip",
    "packed by xz",
    "packed by zstd",
    "is sent back",
    "is not published",
    "7, its new owner, signs until 7",
    "«7» is not a period: write it as 2026-10, 2026-Q3 or 2026.",
    "select line from reject_errors limit 1",
    "and the door refused it",
    "from the delivered bytes",
}
"""Pieces and SQL that no sentence is."""


def texts_of(tree: ast.AST) -> Iterator[str]:
    """Texts of at least three words of small letters, with a sample in each place that is filled."""
    skipped = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            skipped.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            for part in node.values:
                skipped.add(id(part))
                if isinstance(part, ast.FormattedValue) and part.format_spec:
                    skipped.update(id(inner) for inner in ast.walk(part.format_spec))
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values
            )
        else:
            continue
        if len(re.findall(r"(?<![\w-])[a-z']{2,}(?![\w-])", text)) >= 3 and not re.search(
            r"[\\\n]|\(\?", text
        ):
            yield text


def is_translated(text: str) -> bool:
    """As a sentence, as the beginning of one about a limit (``limits.hold``), or inside of one."""
    parts = {template_of(part.en) for part in read_sentences()["parts"]}
    wholes = (text, f"{text} 7 rows")
    is_part = text in parts or text.replace("7", "{}") in parts
    return is_part or any(translate(whole, "vi") != whole for whole in wholes)


def untranslated(path: Path) -> list[str]:
    found = texts_of(ast.parse(path.read_text(encoding="utf-8")))
    return [text for text in found if text not in ASSEMBLED and not is_translated(text)]


TELLING = {
    "Problem", "ProblemFound", "_problem", "problem", "report", "Refused", "RefusedFor", "Refusal",
    "EditionRefused", "PublicationRefused", "busy", "tell", "info", "warning",
}  # fmt: skip
"""Calls whose texts people read: problems, refusals, what a command says, the log of a night."""
OF_SHAPES = "kinhbac/registry/declared/"
"""Where a ValueError is a problem of a file of the registry (``yaml_models``)."""
PUT_TOGETHER = {
    "it is 7",  # of the sealed forms of text files, each a part
    "7 are internal",  # of the subjects of the interface, each a part
    "7 is not there",  # observations.sql
    "7 stands beside it",
    "7 is the signature of the key over 7",  # names of files
    "it holds neither 7 nor 7",
    "it is that of another 7",  # release or edition
    "7; a unit that does add up says «adds_up: true» in vocabulary.yml",
    "7; the unit of a count whose means add up says «adds_up: true»",
    "correct what is named above and deliver again; meanwhile 7",
    "send from a later release (--as-of), or say --despite 7",
    "7 figures of 7 indicators 7 (77)",
    "the last night 7 7 s; usual are 7 s",
    "7 MB 7 made free; all figures stay",
    "7 on http://7:7/ (openapi.json says what can be asked)",
    "the shares7 of 7 do not name each successor once",
    "the shares7 of 7 add up to 7",
    "7 between 7 (to 7) and 7 (from 7)",
    "7 7 the source «7», owned by 7 (7)",
    "7 7 hidden, 7, and read",
    "deliver 7, or correct the contract",
    "7, or declare «codes: {pad: true}»",
    "answers with status 7 and no problem",  # of an address
    "open: it leads to no edition (7). 7",
    "editions/7: not as sealed: 7 (7 of what the next edition is compared with). 7",
    "open or close what is named above (`access`, and `open` in publication.yml), so that nothing "
    "closed can be had; meanwhile 7. The release is in force all the same",
}
"""Sentences with a part that is not any text: both languages have one for each."""
TO_MAINTAINERS = {
    "kinhbac/ingest/demonstration/",  # what makes the demonstration
    "kinhbac/checks/dbt_project.py",  # dbt's own parse
    "kinhbac/ingest/kept_bytes.py",
    "kinhbac/ingest/ledger_proof.py",
    "kinhbac/ingest/landing_zone.py",
    "kinhbac/scoreboard/site.py",  # pages that are made anew
    "kinhbac/words/",
    "kinhbac/exchange/sdmx/",  # ``warning`` and ``problem`` are no calls of these kinds there
}
"""What is said to whoever looks after the code."""


def told_in(tree: ast.AST, *, shapes: bool) -> Iterator[str]:
    """Texts that are given to a call by which people are told, sentence by sentence: what was found,
    the rule, the remedy."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in TELLING or (shapes and name == "ValueError"):
            named = (
                one.value for one in node.keywords if one.arg in (None, "found", "rule", "remedy")
            )
            for given in (*node.args, *named):
                for text in _alternatives(given):
                    yield from _sentences(text)
    for text in texts_of(tree):
        if "Rule: " in text or "Remedy: " in text:
            yield from _sentences(text)


def _alternatives(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*_alternatives(node.body), *_alternatives(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.sub("%[sd]", "7", node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values
        )


def _sentences(text: str) -> Iterator[str]:
    for said in re.split(r"(?:Rule|Remedy): |\n", text):
        sentence = said.strip().removesuffix(".")
        if len(re.findall("[a-z]{2,}", sentence)) >= 2 and not re.match(r"[\w.]+$", sentence):
            yield sentence


def is_told(text: str) -> bool:
    """Whether a sentence stands in the catalogue, with its full stop or without it."""
    return any(is_translated(whole) for whole in (text, f"{text}.", f"  {text}"))


def untold(path: Path) -> list[str]:
    """Sentences of a file that people are told in English alone."""
    shapes = path.as_posix().find(OF_SHAPES) >= 0
    told = told_in(ast.parse(path.read_text(encoding="utf-8")), shapes=shapes)
    return sorted({text for text in told if text not in PUT_TOGETHER and not is_told(text)})


def test_nobody_is_refused_or_told_anything_in_one_language_alone() -> None:
    """In every room: problems, refusals, answers of commands, the log of a night."""
    paths = [
        path for room in ("kinhbac", "orchestration") for path in (PROJECT / room).rglob("*.py")
    ]
    left = {
        path.relative_to(PROJECT).as_posix(): found
        for path in sorted(paths)
        if not any(path.relative_to(PROJECT).as_posix().startswith(no) for no in TO_MAINTAINERS)
        and (found := untold(path))
    }
    assert left == {}


def test_a_refusal_that_is_added_in_one_language_is_found(tmp_path: Path) -> None:
    code = tmp_path / "door.py"
    code.write_text(
        'def ask(n):\n    raise Refused(f"The goose is asleep. Rule: it lays {n} golden eggs")\n'
    )
    assert untold(code) == ["The goose is asleep", "it lays 7 golden eggs"]
    code.write_text('def ask(n):\n    raise Refused(f"There is no release {n}.")\n')
    assert untold(code) == []


def test_no_sentence_is_told_in_one_language_alone() -> None:
    paths = [
        path
        for room in ROOMS
        for path in ([PROJECT / room] if room.endswith(".py") else (PROJECT / room).rglob("*.py"))
    ]
    left = {
        path.relative_to(PROJECT).as_posix(): found
        for path in sorted(paths)
        if not any(path.relative_to(PROJECT).as_posix().startswith(no) for no in NO_SENTENCE)
        and (found := untranslated(path))
    }
    assert left == {}


def test_a_sentence_that_is_added_in_one_language_is_found(tmp_path: Path) -> None:
    code = tmp_path / "door.py"
    code.write_text('def told(n):\n    return f"the goose has laid {n} golden eggs"\n')
    assert untranslated(code) == ["the goose has laid 7 golden eggs"]
    code.write_text('def told(n):\n    return f"byte {n} is not utf-8"\n')
    assert untranslated(code) == []


@pytest.mark.parametrize("section", ["sentences", "parts"])
def test_each_sentence_is_found_by_its_own_english(section: str) -> None:
    """No sentence is taken for another one: each is found again, with what filled it."""
    samples = dict.fromkeys(NUMBERS, ("7", "7")) | dict.fromkeys(KNOWN, ("the file", "tệp"))
    for one in read_sentences()[section]:
        en = re.sub(r"\{(\w+)\}", lambda name: samples.get(name[1], ("Xy",))[0], one.en)
        vi = re.sub(r"\{(\w+)\}", lambda name: samples.get(name[1], ("Xy",))[-1], one.vi)
        assert sentences._find(en, sentences._ordered(section)) == vi, one.en


@pytest.mark.parametrize(
    ("said", "vi"),
    [
        ("it has 1,234,567 bytes", "tệp có 1.234.567 byte"),
        (
            "received on 2026-12-24, which has not come yet",
            "ngày nhận 24/12/2026 còn chưa đến",
        ),
        (
            "2 of 3 communes that were in 2026-10 are not in it: 00001 (Xã Một), 00002 (Xã Hai)",
            "thiếu 2 trong 3 xã, phường đã có ở kỳ 10/2026: 00001 (Xã Một), 00002 (Xã Hai)",
        ),
        (
            "the form was made for this period, and lies in the folder 2026-10",
            "biểu mẫu được lập cho kỳ này, mà nằm ở thư mục 2026-10",
        ),
        (
            "it is not a number with decimal «,» and thousands «not separated»",
            "không phải là số có dấu thập phân «,» và dấu hàng nghìn «không phân cách»",
        ),
        (
            "the total is 1234.5, its rows add up to 1200",
            "tổng ghi 1234,5, các dòng cộng lại là 1200",
        ),
        ("its rule is nobody's", "its rule is nobody's"),
        (
            "dbt builds and tests 2 data_elements, 1,001 indicators, 1 sources (all others are kept) …",
            "dbt tính và kiểm tra 2 trường số liệu, 1.001 chỉ số, 1 nguồn dữ liệu (phần còn lại giữ nguyên) …",
        ),
    ],
)
def test_what_fills_a_sentence_is_written_as_people_write_it(said: str, vi: str) -> None:
    assert translate(said, "vi") == vi
    assert translate(said, "en") == said


def test_both_languages_have_the_same_placeholders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "door.toml").write_text('[sentences]\n"it has {n} bytes" = "tệp có byte"\n')
    monkeypatch.setattr(sentences, "TRANSLATED", tmp_path)
    with pytest.raises(ValueError, match="other placeholders"):
        read_sentences.__wrapped__()


def test_of_a_refusal_every_sentence_is_translated_and_not_only_its_first() -> None:
    told = sentences.translate_refusal(
        "A night of 30/11/2026 would come before release 8, which is of 17/12/2026. Rule: nothing is "
        "overwritten. Remedy: write it so.",
        "vi",
    )
    assert told.startswith("Đêm 30/11/2026") and "Quy định: " in told and "Cách khắc phục: " in told
    assert "Rule:" not in told and "Remedy:" not in told
