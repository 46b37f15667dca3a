"""A few records of every shipped source of records, and what they count to by hand.

Here: rows and figures. Not here: who counts them (``test_engines``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

Row = dict[str, Any]


def dossier(number: str, area: str, received: str, finished: str | None, **more: Any) -> Row:
    """A dossier that is due on 1 February 2026."""
    return {
        "dossier_id": number,
        "channel": 1,
        "received_at": datetime.fromisoformat(received),
        "due_at": datetime(2026, 2, 1),
        "finished_at": datetime.fromisoformat(finished) if finished else None,
        "online_payment": 0,
        "fee": 0.0,
        "digitised": False,
        "area": area,
        **more,
    }


def candidate(number: str, area: str, **scores: float) -> Row:
    """A candidate with scores by subject."""
    return {
        "candidate": number,
        "area": area,
        **{f"score_{subject}": score for subject, score in scores.items()},
    }


BAC_NINH, FORMER = "24", "former-24"
COMMUNE, OTHER = "07210", "07339"
RECORDS: dict[str, dict[str, list[Row]]] = {
    "one_stop": {
        "2026-01": [
            dossier(
                "a", COMMUNE, "2026-01-05T08:00", "2026-01-06T20:00", channel=2, digitised=True
            ),
            dossier("b", COMMUNE, "2026-01-31T23:59:59", None, fee=12000.5, online_payment=2),
            dossier("c", OTHER, "2025-12-31T23:59:59", "2026-01-01T00:00", fee=1.0),
        ],
        "2026-02": [
            dossier("b", COMMUNE, "2026-01-31T23:59:59", "2026-02-01T00:00:00.000001"),
            dossier("d", COMMUNE, "2026-02-01T00:00", "2026-03-01T00:00"),
        ],
    },
    "graduation_exam": {
        "2025": [
            candidate("1", BAC_NINH, mathematics=7.25, literature=6.3),
            candidate("2", BAC_NINH, mathematics=0.1),
            candidate("3", FORMER, history=0.0),
        ],
        "2026": [candidate("1", BAC_NINH, mathematics=0.2)],
    },
}
"""By source and period; candidates' numbers begin anew every year, dossiers are told again."""

JANUARY, FEBRUARY = "2026-01-01", "2026-02-01"
EXPECTED: dict[str, dict[tuple[str, str, str], float]] = {
    "one_stop": {
        ("dossiers_received_in_month", COMMUNE, JANUARY): 2,
        ("dossiers_received_online", COMMUNE, JANUARY): 1,
        ("dossiers_received_in_month", OTHER, JANUARY): 0,
        ("dossiers_resolved", OTHER, JANUARY): 1,
        ("dossiers_received", COMMUNE, "2026-01-31"): 1,
        ("dossiers_received", COMMUNE, "2026-01-30"): 0,
        ("dossiers_resolved", COMMUNE, JANUARY): 1,
        ("dossiers_resolved_on_time", COMMUNE, JANUARY): 1,
        ("dossiers_resolved_digitised", COMMUNE, JANUARY): 1,
        ("dossier_processing_days", COMMUNE, JANUARY): 1.5,
        ("dossier_processing_days", OTHER, JANUARY): 1 / 86400,
        ("dossiers_with_charge", COMMUNE, JANUARY): 0,  # the later extract tells it without
        ("dossiers_charge_paid_online", COMMUNE, JANUARY): 0,
        ("dossiers_resolved", COMMUNE, FEBRUARY): 1,  # the other one ends in March
        ("dossiers_resolved_on_time", COMMUNE, FEBRUARY): 0,
        ("dossier_processing_days", COMMUNE, FEBRUARY): 1_000_001 / 86_400_000_000,
    },
    "graduation_exam": {
        ("exam_papers", BAC_NINH, "2025-01-01"): 3,
        ("exam_score_total", BAC_NINH, "2025-01-01"): 13.65,
        ("exam_papers.subject.mathematics", BAC_NINH, "2025-01-01"): 2,
        ("exam_score_total.subject.mathematics", BAC_NINH, "2025-01-01"): 7.35,
        ("exam_papers.subject.history", BAC_NINH, "2025-01-01"): 0,
        ("exam_papers.subject.history", FORMER, "2025-01-01"): 1,
        ("exam_score_total.subject.history", FORMER, "2025-01-01"): 0,
        ("exam_papers", BAC_NINH, "2026-01-01"): 1,
        ("exam_score_total", BAC_NINH, "2026-01-01"): 0.2,
    },
}


def expected_of(source: str) -> dict[tuple[str, str, str], float]:
    """Data element, area and first day → figure, those that a person has counted."""
    return EXPECTED[source]
