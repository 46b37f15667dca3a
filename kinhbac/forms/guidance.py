"""How a form is filled in and delivered, told to the person who does it.

Here: the sentences of the sheet «Hướng dẫn», each in Vietnamese with its English below.
Not here: rules of single cells (``cell_rules``), the sheet (``workbook``). One file past 200
lines because it is one text and should be read as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kinhbac.forms.cell_rules import (
    MISSING,
    NOT_APPLICABLE,
    SUPPRESSED,
    absence_in_words,
    marks_of,
    rule_sentence,
)
from kinhbac.forms.columns import FormColumn
from kinhbac.forms.layout import Form
from kinhbac.forms.period_names import KINDS, name_period
from kinhbac.ingest.workbooks import say_period
from kinhbac.registry.declared.contract import Source, due_date
from kinhbac.registry.declared.entries import Name, Tolerance


@dataclass(frozen=True)
class Section:
    """A heading and its sentences."""

    heading: Name
    sentences: tuple[Name, ...]


def day_due(form: Form) -> date | None:
    """The last day on which the form is on time; None where nothing is expected by a day."""
    delivery = form.source.delivery
    return due_date(delivery, form.period) if delivery.expected_from else None


def sentence_of_column(form: Form, column: FormColumn) -> Name:
    """The rule of a column, and the rows to which it belongs where there are several kinds."""
    if column.fixed:
        return Name(vi="đã điền sẵn, không sửa", en="filled in, not to be changed")
    rule = rule_sentence(column.rule)
    kinds = {other.kind for other in form.columns if other.kind}
    if column.kind is None or len(kinds) < 2:
        return rule
    return Name(
        vi=f"chỉ ở dòng về {KINDS[column.kind]}: {rule.vi}",
        en=f"only in rows about a {column.kind.value.replace('_', '-')}: {rule.en}",
    )


def explain(form: Form, column: FormColumn) -> str:
    """What a column means, its unit and its rule, as a note for whoever stands on it."""
    unit = f" ({column.unit.vi})" if column.unit else ""
    rule = sentence_of_column(form, column).vi
    return f"{column.meaning.vi}{unit}. {rule[:1].upper()}{rule[1:]}."


def sections(form: Form, sheet: str) -> tuple[Section, ...]:
    """Everything but the list of columns; ``sheet`` is the name of the sheet with the cells."""
    told: list[tuple[str, str, Iterable[Name]]] = [
        ("Biểu này", "This form", _about(form)),
        ("Cách điền", "How to fill it in", _filling(form, sheet)),
        ("Khi không có số liệu", "Where there is no figure", _absence(form.source)),
        ("Không bao giờ ghi", "Never write", _never()),
        ("Cách nộp", "How to deliver", _delivering(form)),
        ("Khi tệp bị từ chối", "When it is refused", _refusal(form)),
    ]
    if conditions := list(_conditions(form.source)):
        told.append(("Điều kiện giữa các cột", "What must hold between columns", conditions))
    return tuple(Section(Name(vi=vi, en=en), tuple(said)) for vi, en, said in told)


def _about(form: Form) -> Iterator[Name]:
    source = form.source
    yield Name(
        vi=f"Nguồn dữ liệu: {source.name.vi} (mã: {source.source})",
        en=f"Source: {source.name.en} ({source.source})",
    )
    yield Name(
        vi=f"Cơ quan chủ sở hữu: {form.agency_name.vi} ({form.agency}); chỉ cơ quan này được nộp",
        en=f"Owner: {form.agency_name.en} ({form.agency}), who alone delivers it",
    )
    yield Name(
        vi=say_period(name_period(form.period), form.period.label),
        en=f"Period: {form.period.label}",
    )
    if due := day_due(form):
        yield Name(vi=f"Hạn nộp: ngày {due:%d/%m/%Y}", en=f"Due on {due:%d/%m/%Y}")
    else:
        yield Name(
            vi="Hạn nộp: không có hạn định kỳ, nộp khi có số liệu",
            en="Due: on no fixed day, whenever there are figures",
        )


def _filling(form: Form, sheet: str) -> Iterator[Name]:
    yield Name(
        vi=f"Chỉ nhập vào ô màu vàng ở trang «{sheet}». Ô khác đã khóa (không đặt mật khẩu): "
        "không đổi tiêu đề, không thêm hoặc xóa cột.",
        en=f"Type only into the yellow cells of «{sheet}». All others are locked, without a "
        "password: headers and columns stay as they are.",
    )
    if form.open:
        yield Name(
            vi=f"Mỗi dòng là một bản ghi; biểu có {len(form.rows)} dòng, dòng trống được bỏ qua. "
            "Cần nhiều dòng hơn thì đề nghị cấp biểu dài hơn.",
            en=f"A row is a record; there are {len(form.rows)}, and empty ones are passed over. "
            "Ask for a longer form if they do not suffice.",
        )
    else:
        yield Name(
            vi="Mỗi dòng đã ghi sẵn nội dung phải báo cáo; không thêm dòng cộng, không xóa dòng.",
            en="The rows are those that are expected: add no total, remove none.",
        )
    yield Name(
        vi="Ô chuyển màu đỏ là ô trái quy tắc, kể cả khi dán từ nơi khác: sửa trước khi nộp.",
        en="A cell that turns red breaks its rule, also where it was pasted: correct it first.",
    )
    yield Name(
        vi="Chỉ gõ số, không gõ đơn vị tính hoặc ký hiệu %; dấu thập phân theo cài đặt của máy.",
        en="Type the number alone, without its unit or %; the decimal mark is your machine's.",
    )


def _absence(source: Source) -> Iterator[Name]:
    yield Name(
        vi="Không ghi 0 thay cho ô trống: số 0 là một số liệu.",
        en="Zero is a figure and never stands for an empty cell.",
    )
    marks = marks_of(source.delivery)
    for meaning in (MISSING, NOT_APPLICABLE, SUPPRESSED):
        if meaning == MISSING or meaning in marks.values():
            vi, en = absence_in_words(marks, meaning)
            yield Name(
                vi=f"{meaning.vi[:1].upper()}{meaning.vi[1:]}: {vi}.",
                en=f"{meaning.en[:1].upper()}{meaning.en[1:]}: {en}.",
            )


def _never() -> Iterator[Name]:
    yield Name(
        vi="Thông tin cá nhân (họ tên, số định danh, số điện thoại, địa chỉ …), kể cả trong ô chữ: "
        "biểu không có cột nào cho chúng.",
        en="Personal data (names, identity and telephone numbers, addresses …), in no cell of "
        "text either: no column is made for them.",
    )
    yield Name(
        vi="Số liệu ước đoán để lấp ô trống, ghi chú trong ô số, liên kết đến tệp khác.",
        en="Guesses to fill a cell, notes within figures, links to other files.",
    )


def _delivering(form: Form) -> Iterator[Name]:
    day = day_due(form) or form.period.end
    example = f"{day:%Y-%m-%d}_{form.file_name}"
    folder = f"{form.source.source}/{form.period.label}"
    yield Name(
        vi=f"Đặt tên tệp bắt đầu bằng ngày nộp (năm-tháng-ngày), ví dụ {example}; giữ đuôi .xlsx.",
        en=f"Begin the file's name with the day of delivery, such as {example}; keep .xlsx.",
    )
    yield Name(
        vi=f"Chép tệp vào thư mục {folder}/ của nơi tiếp nhận, hoặc {form.agency}/{folder}/ nếu "
        "cơ quan có thư mục riêng.",
        en=f"Lay it into {folder}/ of the landing zone, or {form.agency}/{folder}/ where the "
        "agency has a folder of its own.",
    )
    yield Name(
        vi="Số liệu thay đổi thì nộp tệp mới với ngày mới; không sửa tệp đã nộp, không nộp hai "
        "tệp trong một ngày.",
        en="What changes is delivered anew, on another day; a delivered file is never changed.",
    )


def _refusal(form: Form) -> Iterator[Name]:
    if aside := form.source.delivery.set_aside:
        share = f"{100 * aside:g}".replace(".", ",")
        yield Name(
            vi=f"Tối đa {share} % số dòng sai được để riêng; nhiều hơn thì cả tệp bị từ chối.",
            en=f"Up to {100 * aside:g} % of its rows are set aside; beyond that it is refused.",
        )
    else:
        yield Name(
            vi="Một ô sai thì cả tệp bị từ chối; mọi ô sai được nêu cùng lúc.",
            en="One wrong cell refuses the file; all wrong cells are told at once.",
        )
    yield Name(
        vi="Số liệu được chấp nhận gần nhất vẫn có hiệu lực và được đánh dấu; danh sách việc cần "
        f"xử lý của {form.agency} nêu dòng, cột, quy tắc và cách khắc phục.",
        en=f"The last accepted figures stay in force, marked; the work list of {form.agency} names "
        "row, column, rule and remedy.",
    )
    yield Name(
        vi="Sửa ngay trong biểu này rồi nộp lại như một tệp mới.",
        en="Correct this form and deliver it again as a new file.",
    )


def _conditions(source: Source) -> Iterator[Name]:
    for element in source.data_elements.values():
        for told in element.breakdowns.values() if element.column else ():
            exact = told.tolerance == Tolerance()
            sign = ("=" if exact else "≈") if told.complete else "≤"
            parts = " + ".join(f"«{column}»" for column in told.columns.values())
            sentence = f"{parts} {sign} «{element.column}»"
            yield Name(vi=sentence, en=sentence)
    for check in source.checks.values():
        yield check.name
