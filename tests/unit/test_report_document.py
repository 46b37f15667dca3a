"""The periodic report as a document: in the prescribed form, with the release's figures.

Past 200 lines: a question a part of the prescribed form.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import vl_convert
from click.testing import CliRunner
from docx import Document
from docx.document import Document as Opened
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm

from kinhbac.cli import main
from kinhbac.data_folder import DataFolder
from kinhbac.scoreboard.periodic_report import (
    NoReport,
    judge,
    period_of_report,
    read_periodic_report,
)
from kinhbac.scoreboard.report_document import write_document
from tests.small_release import AREAS, cell, indicator, make_release

FEBRUARY = date(2026, 2, 1)
MONTH = {"period_kind": "month", "period_start": FEBRUARY, "period": "2026-02"}
TABLES: dict[str, list[dict[str, Any]]] = {
    "indicators": [
        indicator("rate", decimals=1),
        indicator("held_one", indicator_group="output", span="year_to_date"),
        indicator("daily", "day", indicator_group="impact"),
        indicator("quarterly", "quarter"),
        indicator("absent"),
        indicator("refused", owner="SNV", decimals=1),
        indicator("index", indicator_group="composite", unit_vi="điểm"),
    ],
    "indicator_values": [
        cell("rate", 1234.5, status="red", target=2000.0, synthetic=True),
        cell("rate", 1200.0, period="2026-01", status="red", target=2000.0),
        cell("rate", 1100.0, period="2025-12"),
        cell("rate", 1300.0, period="2026-03", state="not_yet_due"),
        cell("rate", 7.0, "00001", status="red"),
        cell(
            "held_one", 5.0, state="held", status="green", held=True, last_good_value=5.0,
            last_good_period_start=FEBRUARY,
        ),
        cell(
            "refused", None, state="held", reason="held", held=True, last_good_value=1234.5,
            last_good_period_start=date(2026, 1, 1),
        ),
        cell("daily", 3.0, period="2026-02-27", status="yellow", indicator_group="impact"),
        cell("daily", None, period="2026-02-28", state="not_yet_due"),
        cell("daily", 9.0, period="2026-03-01", status="yellow"),
        cell("quarterly", 8.0, period="2026-Q1", vintage="estimate"),
        cell("absent", None, reason="late", state="late"),
    ],
    "indicator_changes": [
        MONTH | {"indicator": "rate", "area": "24", "value": 1234.5, "previous_change": 34.5}
    ],
    "limits": [
        {"indicator": "rate", "version": 1, "rule": "threshold", "yellow_low": 1900.0,
         "red_low": 1500.0}
    ],
    "progress": [
        MONTH | {"indicator": "rate", "area": "24", "value": 1234.5, "target": 2000.0,
                 "outlook": "behind", "outlook_vi": "chậm tiến độ", "forecast": 1900.0,
                 "forecast_low": 1800.0, "forecast_high": 2050.0, "required_per_period": 76.55},
    ],
    "paces": [
        MONTH | {"indicator": key, "area": "24", "period_start": day, "value_due": due,
                 "status": status}
        for key, day, due, status in (
            ("rate", date(2026, 1, 1), 1250.0, None), ("rate", FEBRUARY, 1500.0, "yellow"),
        )
    ],
    "warnings": [
        {"warning": key, "area": area, "level": "red", "life": "action_decided", "open": True,
         "owner": "SYT", "period_kind": "month", "first_period_start": first, "last_period_start": last,
         "raised_on": FEBRUARY,
         "text_vi": f"Cảnh báo {key}", "action_vi": "Khắc phục", "action_by": "SYT",
         "action_due": date(2026, 4, 1)}
        for key, area, first, last in (
            ("one", "24", date(2026, 1, 1), FEBRUARY),
            ("two", "24", date(2026, 3, 1), date(2026, 3, 1)),
            ("three", "00001", date(2026, 1, 1), FEBRUARY),
        )
    ],
    "agencies": [
        {"agency": "SYT", "name_vi": "Sở Y tế", "short_vi": "Y tế"},
        {"agency": "SNV", "name_vi": "Sở Nội vụ"},  # which has no short name
    ],
    "composite_ranks": [
        MONTH | {"indicator": "index", "area": area, "value": value, "state": "value",
                 "rank": rank, "units": 2, "rank_low": low}
        for area, value, rank, low in (("00001", 61.25, 1.0, None), ("00002", 40.0, 2.0, None))
    ],
}  # fmt: skip
HEAD = ["Chỉ số", "Đơn vị tính", "Kỳ", "Giá trị"]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(DataFolder(tmp_path_factory.mktemp("report")), 1, TABLES)


@pytest.fixture(scope="module")
def content(warehouse: Path) -> bytes:
    return write_document(read_periodic_report(warehouse, period_of_report("2026-02")))


@pytest.fixture
def document(content: bytes) -> Opened:
    return Document(BytesIO(content))


def cells(document: Opened) -> list[list[list[str]]]:
    return [[[own.text for own in row.cells] for row in one.rows] for one in document.tables]


def told_of(document: Opened, name: str) -> list[str]:
    """The row of an indicator in a table of values."""
    tables = [table for table in cells(document) if table[0][:4] == HEAD]
    (row,) = (row for table in tables for row in table[1:] if row[0] == f"Tỷ lệ {name}")
    return row


def test_the_document_has_the_form_of_the_decree(document: Opened) -> None:
    (page,) = document.sections
    assert page.page_width is not None and page.left_margin is not None
    lengths = (page.page_width, page.page_height, page.top_margin, page.left_margin)
    assert [round(length / Mm(1)) for length in lengths if length] == [210, 297, 20, 30]
    assert page.different_first_page_header_footer
    assert page.header._element.findtext(f".//{qn('w:instrText')}") == "PAGE"
    fonts = {fonts.get(qn("w:ascii")) for fonts in document.styles.element.iter(qn("w:rFonts"))}
    assert "Times New Roman" in fonts
    (left, right), *_ = (row.cells for row in document.tables[0].rows)
    assert left.text.splitlines()[:2] == ["ỦY BAN NHÂN DÂN", "TỈNH BẮC NINH"]
    assert left.text.endswith("/BC-UBND")
    nation, motto, _, day = right.text.split("\n")
    assert (nation, motto) == ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
    assert day.startswith("Bắc Ninh, ngày") and day.endswith("năm 2026")
    kind, subject = document.paragraphs[:2]
    assert kind.text == "BÁO CÁO" and kind.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert subject.text.endswith("tháng 2/2026") or subject.text.endswith("tháng 02/2026")
    (ending,) = (one for one in cells(document) if one[0][0].startswith("Nơi nhận:"))
    unsplit = [row._tr.find(f".//{qn('w:cantSplit')}") for row in document.tables[-1].rows]
    assert None not in unsplit  # a signature stands on one page with its recipients
    assert ending[0][0].endswith("- Lưu: VT, TH.") and "TM. ỦY BAN NHÂN DÂN" in ending[0][1]


def test_figures_are_those_of_the_period_and_what_is_absent_is_a_word(document: Opened) -> None:
    assert told_of(document, "rate")[2:7] == ["02/2026", "1.234,5*", "2.000", "Báo động", "+34,5"]
    assert told_of(document, "held_one")[3] == "5 (tạm giữ)"
    assert told_of(document, "daily")[2:4] == ["27/02/2026", "3"]
    assert told_of(document, "absent")[3] == "chậm nộp"
    every = str(cells(document))
    assert "quarterly" not in every and "1.300" not in every


def test_what_needs_care_is_told_with_its_owner(document: Opened) -> None:
    (gaps,) = (table for table in cells(document) if table[0][2:3] == ["Tình trạng"])
    assert [row[0] for row in gaps[1:]] == ["Tỷ lệ absent", "Tỷ lệ held_one", "Tỷ lệ refused"]
    assert gaps[2][2:] == ["tạm giữ", "Y tế"]
    said = "tạm giữ; giá trị tin cậy gần nhất: 1.234,5 (tháng 01/2026)"
    assert gaps[3][2:] == [said, "Sở Nội vụ"]
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert (
        "có 3/5 chỉ số cấp tỉnh có số liệu: 0 chỉ số đạt mục tiêu, 1 chỉ số trong ngưỡng, 1" in text
    )
    assert "Chưa có số liệu: 1 chỉ số; tạm giữ: 2;" in text and "số liệu mô phỏng: 1." in text
    assert "đánh dấu *" in text


@pytest.mark.parametrize(
    ("row", "judgement"),
    [
        ({"value": 76.1, "status": "green", "target": 100.0, "was_old": True}, "old"),
        ({"value": 76.1, "status": "green", "target": 100.0}, "green"),
        ({"value": 100.0, "status": "green", "target": 100.0}, "reached"),
        ({"value": 100.0, "status": "red", "target": 100.0}, "red"),
        ({"value": 76.1, "status": "green", "pace_status": "red", "target": 100.0}, "red"),
        ({"value": 76.1, "pace_status": "green", "target": 100.0}, "green"),
        ({"value": 3.0}, "no_limits"),
        ({"value": None}, None),
        ({"value": 4.0, "target": 9.0, "direction": "lower_is_better"}, "reached"),
        ({"value": 4.0, "target": 9.0, "direction": "lower_is_better", "span": "year_to_date"},
         "no_limits"),
        ({"value": 4.0, "target": 9.0, "direction": "lower_is_better", "span": "year_to_date",
          "period_start": date(2026, 12, 1)}, "reached"),
    ],
)  # fmt: skip
def test_reached_is_said_of_targets_and_old_of_what_nothing_followed(
    row: dict[str, Any], judgement: str | None
) -> None:
    """A count that is to stay low and runs on has reached its target when the year is over."""
    plain: dict[str, Any] = {
        "status": None, "pace_status": None, "target": None, "was_old": False, "direction": "higher_is_better",
        "span": "period", "period_kind": "month", "period_start": FEBRUARY,
    }  # fmt: skip
    assert judge(plain | row) == judgement


def test_progress_warnings_and_ranks_are_those_of_the_period(document: Opened) -> None:
    tables = {table[0][-1]: table[1:] for table in cells(document) if len(table) > 1}
    assert tables["Triển vọng"] == [
        [
            "Tỷ lệ rate (%)",
            "02/2026",
            "1.234,5*",
            "2.000",
            "1.500",
            "76,6",
            "1.900 (1.800 – 2.050)",
            "chậm tiến độ",
        ],
    ]
    (warning,) = tables["Xử lý"]
    assert warning[1:] == [
        "Cảnh báo one",
        "Y tế",
        "đã có chỉ đạo: Khắc phục (Y tế, hạn 01/04/2026)",
    ]
    assert tables["Cần chú ý"] == [["Xã Một", "1", "0"]]
    assert tables["Khoảng hạng"] == [
        ["Xã Một", "61,3", "1/2", "–"],
        ["Xã Hai", "40", "2/2", "–"],
    ]


def test_a_period_keeps_its_targets_and_warnings_once_the_next_one_has_come(
    warehouse: Path,
) -> None:
    january = read_periodic_report(warehouse, period_of_report("2026-01"))
    tables = {
        table[0][-1]: table[1:]
        for table in cells(Document(BytesIO(write_document(january))))
        if len(table) > 1
    }
    # Where the year was to stand is known of any month; its outlook of the newest figure alone.
    assert tables["Triển vọng"] == [
        ["Tỷ lệ rate (%)", "01/2026", "1.200", "2.000", "1.250", "–", "–", "–"]
    ]
    assert [row[1] for row in tables["Xử lý"]] == ["Cảnh báo one"]
    assert tables["Cần chú ý"] == [["Xã Một", "1", "0"]]


def test_of_a_year_that_is_over_it_is_said_how_it_ended_and_of_an_old_figure_no_pace(
    tmp_path: Path,
) -> None:
    ended = {"period": "2025-12", "target": 90.0}
    told = {
        "indicators": [
            indicator("met"), indicator("short"), indicator("ran", span="year_to_date", covers="to_date"),
        ],
        "indicator_values": [
            cell("met", 95.0, **ended), cell("short", 80.0, **ended), cell("ran", 70.0, **ended),
        ],
        "latest_values": [
            MONTH | {"indicator": "ran", "area": "24", "sound_period_start": date(2025, 12, 1),
                     "newer_due": date(2025, 12, 20)},
        ],
        "paces": [
            MONTH | {"indicator": key, "area": "24", "period_start": date(2025, 12, 1),
                     "value_due": 90.0}
            for key in ("short", "ran")
        ],
    }  # fmt: skip
    report = read_periodic_report(
        make_release(DataFolder(tmp_path), 1, told), period_of_report("2025")
    )
    said = {row["indicator"]: (row["outlook"], row["should_stand"]) for row in report.values}
    assert said == {"met": ("reached", None), "short": ("missed", 90.0), "ran": ("missed", None)}
    (table,) = (
        one
        for one in cells(Document(BytesIO(write_document(report))))
        if one[0][-1] == "Triển vọng"
    )
    assert {row[0]: row[-1] for row in table[1:]} == {
        "Tỷ lệ met (%)": "đã đạt", "Tỷ lệ short (%)": "không đạt",
        "Tỷ lệ ran (lũy kế từ đầu năm) (%)": "không đạt",
    }  # fmt: skip


def test_charts_are_pictures_that_say_what_they_show(document: Opened) -> None:
    said = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert said == [
        "Hình 1. Tỷ lệ rate (%)*", "Hình 2. Tỷ lệ daily (%)",
        "Hình 3. Tỷ lệ index, 02/2026, theo xã, phường",
    ]  # fmt: skip
    assert all(shape.width / Mm(1) < 166 for shape in document.inline_shapes)


def test_charts_stand_on_an_axis_that_ends_where_figures_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A share near a hundred fills its chart and stays below it; the axis says what is summed up."""
    drawn: list[dict[str, Any]] = []
    draw = vl_convert.vegalite_to_png
    monkeypatch.setattr(
        vl_convert, "vegalite_to_png", lambda spec, **more: drawn.append(spec) or draw(spec, **more)
    )
    values = [cell("rate", value, period=f"2026-{month:02}", status="red")
              for month, value in ((1, 92.0), (2, 99.5))]  # fmt: skip
    own = {"span": "year_to_date", "covers": "to_date", "least": 0.0, "most": 100.0}
    told = {"indicators": [indicator("rate", **own)], "indicator_values": values}
    made = make_release(DataFolder(tmp_path), 1, told)
    write_document(read_periodic_report(made, period_of_report("2026-02")))
    axes = [one["encoding"]["y"] for one in drawn[0]["layer"] if "y" in one["encoding"]]
    assert {axis["scale"]["domain"] for axis in axes} == {(91.005, 100.0)}
    assert {axis["title"] for axis in axes} == {"%, lũy kế từ đầu năm"}


def test_a_line_breaks_where_a_figure_is_missing_or_the_definition_changes(
    tmp_path: Path,
) -> None:
    values = [
        cell("rate", 1.0, period="2025-11", status="red"),
        cell("rate", None, period="2025-12"),
        cell("rate", 2.0, period="2026-01", status="red"),
        cell("rate", 3.0, period="2026-02", status="red", version=2),
    ]
    told = {"indicators": [indicator("rate")], "indicator_values": values}
    made = make_release(DataFolder(tmp_path), 1, told)
    drawn = read_periodic_report(made, period_of_report("2026-02")).series["rate"]["cells"]
    assert len({one["part"] for one in drawn}) == len(drawn) == 3


def test_a_quarter_and_a_year_tell_what_has_come_due_in_them(warehouse: Path) -> None:
    quarter = read_periodic_report(warehouse, period_of_report("2026-Q1"))
    told = {row["indicator"]: row["period"] for row in quarter.values}
    assert told["quarterly"] == "2026-Q1" and told["rate"] == "2026-02"
    assert told["daily"] == "2026-03-01"
    assert read_periodic_report(warehouse, period_of_report("2025")).values[0]["value"] == 1100.0


def test_the_same_release_gives_the_same_bytes(warehouse: Path, content: bytes) -> None:
    again = write_document(read_periodic_report(warehouse, period_of_report("2026-02")))
    assert again == content


def test_a_period_that_is_not_reported_is_refused(warehouse: Path) -> None:
    for label, said in (("2026-H1", "a month, a quarter or a year"), ("x", "is not a period")):
        with pytest.raises(NoReport, match=said):
            period_of_report(label)
    with pytest.raises(NoReport, match="no figure of the province within 2027-01"):
        read_periodic_report(warehouse, period_of_report("2027-01"))


def test_the_command_writes_the_document_whole_or_says_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = DataFolder(tmp_path / "data")
    make_release(data, 1, TABLES | {"areas": AREAS})
    monkeypatch.setenv("KINHBAC_DATA", data.root.as_posix())
    file = tmp_path / "out" / "report.docx"
    done = CliRunner().invoke(main, ["report", "2026-02", "--to", file.as_posix()])
    assert done.exit_code == 0, done.output
    assert Document(file.as_posix()).paragraphs[0].text == "BÁO CÁO"
    for label, target, said in (
        ("2026-H1", file, "no period of a report"),
        ("2026-02", file / "below.docx", "can be reached. Remedy: look at the path"),
    ):
        refused = CliRunner().invoke(main, ["report", label, "--to", target.as_posix()])
        assert refused.exit_code == 1 and said in refused.stderr
