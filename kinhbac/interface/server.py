"""The interface on a port of this machine.

Here: the server and its bounds. Not here: what is answered (``application``).
"""

from __future__ import annotations

from ipaddress import ip_address

import uvicorn

from kinhbac.data_folder import DataFolder
from kinhbac.interface import bounds
from kinhbac.interface.application import make_application


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(data: DataFolder, host: str, port: int) -> None:
    """Answer until the process is told to end; what is being answered then is answered.

    One process, because one database in memory serves all: its threads do the work.
    """
    uvicorn.run(
        make_application(data),
        host=host,
        port=port,
        limit_concurrency=bounds.CONNECTIONS,
        timeout_keep_alive=bounds.WAITING,
        timeout_graceful_shutdown=2 * bounds.SECONDS,
        server_header=False,
        access_log=False,
        log_level="warning",
    )
