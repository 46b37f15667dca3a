"""Counting on a server that speaks Spark Connect: a cluster of Apache Spark, or Sail.

Here: the connection, what is asked in Spark's SQL, why a server cannot be asked. Not here: what is
asked and when (``counting``), the same in this process (``embedded``).

The server reads the typed Parquet of extracts where the installation says it sees the data folder;
what it answers is as small as the observations of an extract. Keys are compared as they are, so
that nothing of them is kept.
"""

from __future__ import annotations

import socket
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import polars as pl

from kinhbac.problems import Refused
from kinhbac.queries import read_queries
from kinhbac.reduction.engines import ADDRESS, FIGURE, SETTING, Records, Told
from kinhbac.reduction.portable import write_spark
from kinhbac.reduction.selects import Select, select_from

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

QUERIES = read_queries(__file__)
PATIENCE = 10.0
"""Seconds in which a server must let us in."""
TRIES = 6
"""How often a question is asked again, after pauses that grow to a few seconds."""
CONDITIONS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
}
"""A time without a zone is no instant that a server may shift, a sum too large is an error, and
keys by the million go to no worker as a whole."""


class EngineUnreachable(Refused):
    """The server gives no answer: the message names it and says what to look at."""


@contextmanager
def connected(server: str, address: str) -> Iterator[SparkConnect]:
    """A session on ``server``, which sees the data folder at ``address``.

    Raises EngineUnreachable when there is no client, no server or no answer, also later on.
    """
    _knock(server)
    try:
        session = _open(server)
    except ImportError as error:
        raise EngineUnreachable(
            f"{SETTING}={server} needs the client of Spark Connect, which is not installed "
            f"({error.name or error}): pip install 'kinhbac[spark]'"
        ) from error
    try:
        yield SparkConnect(session, server, address)
    finally:
        session.stop()


def _knock(server: str) -> None:
    """Whether anybody listens there at all: the client would go on trying for minutes."""
    place = urlsplit(server)
    try:
        socket.create_connection((place.hostname or "", place.port or 0), PATIENCE).close()
    except OSError as error:
        raise _unreachable(server, f"{error.strerror or error}") from error


def _unreachable(server: str, told: str) -> EngineUnreachable:
    return EngineUnreachable(
        f"{SETTING}={server} gives no answer: {told}. Look whether the server runs and sees the "
        f"data folder (as {ADDRESS} says); without the setting this machine counts"
    )


def _open(server: str) -> SparkSession:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of pandas, which nothing here uses
        from pyspark.errors import PySparkException
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession

    with _naming(server, PySparkException):
        session = SparkSession.builder.remote(server).create()
        session.client.set_retry_policies([DefaultPolicy(max_retries=TRIES)])
        for name, value in CONDITIONS.items():
            session.conf.set(name, value)
    return session


@contextmanager
def _naming(server: str, *errors: type[Exception]) -> Iterator[None]:
    """Let an error of the client say which server it is about."""
    from grpc import RpcError

    try:
        yield
    except (*errors, RpcError) as error:
        told = f"{error}".strip().partition("\n")[0] or type(error).__name__
        raise _unreachable(server, told) from error


class SparkConnect:
    """The engine on the other side of a session."""

    def __init__(self, session: SparkSession, server: str, address: str) -> None:
        self._session, self._server, self._address = session, server, address

    def count(
        self, selects: Sequence[Select], extracts: Sequence[Told], keys: Sequence[str]
    ) -> list[pl.DataFrame]:
        """As ``Engine.count``."""
        records = [self._records(n, told, keys) for n, told in enumerate(extracts)]
        return [self._count(select, records) for select in selects]

    def _records(self, number: int, told: Told, keys: Sequence[str]) -> str:
        """The query that gives an extract's records without those that later ones tell again."""
        records = QUERIES["records"].format(
            records=self._show(f"of_{number}", [told.records]), period_start=told.period_start
        )
        if not told.later:
            return records
        later = self._show(f"later_than_{number}", told.later)
        return records + " " + QUERIES["not_told_again"].format(keys=_listed(keys), later=later)

    def _count(self, select: Select, records: Sequence[str]) -> pl.DataFrame:
        figures = ", ".join(f"cast(`{e}` as {FIGURE}) as `{e}`" for e in select.elements)
        counts = [
            QUERIES["count"].format(
                number=number,
                records=one,
                select=write_spark(select_from(select, f"records_{number}")),
                figures=figures,
            )
            for number, one in enumerate(records)
        ]
        return self._ask(" union all ".join(counts))

    def find_shared(
        self, new: Mapping[str, Records], known: Mapping[str, Records], keys: Sequence[str]
    ) -> set[frozenset[str]]:
        """As ``Engine.find_shared``, by the keys themselves."""
        listed = [*new, *(extract for extract in known if extract not in new)]
        all_of_them = {**known, **new}
        parts = [
            QUERIES["keys"].format(
                number=n, keys=_listed(keys), records=self._show(f"of_{n}", [all_of_them[extract]])
            )
            for n, extract in enumerate(listed)
        ]
        found = self._ask(
            QUERIES["shared"].format(
                new=" union all ".join(parts[: len(new)]),
                all=" union all ".join(parts),
                keys=_listed(keys),
            )
        )
        return {frozenset((listed[a], listed[b])) for a, b in found.iter_rows()}

    def _show(self, name: str, records: Sequence[Records]) -> str:
        """Let the server know Parquet files under a name; returns the name."""
        from pyspark.errors import PySparkException

        with _naming(self._server, PySparkException):
            files = [f"{self._address}/{one.path}" for one in records]
            self._session.read.parquet(*files).createOrReplaceTempView(name)
        return name

    def _ask(self, question: str) -> pl.DataFrame:
        from pyspark.errors import PySparkException

        with _naming(self._server, PySparkException):
            answer = pl.from_arrow(self._session.sql(question).toArrow())
        assert isinstance(answer, pl.DataFrame), "a table answers a question"
        return answer


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys)
