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
