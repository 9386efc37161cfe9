"""What an HTTP provider's behaviour means for a message.

Nothing was accepted as long as the request had not been written: such failures are temporary. Once it was written,
only an answer tells what became of it; without a usable one the delivery is ambiguous.
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp

from activities.channels.network import ForbiddenAddress
from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure

MAX_RETRY_AFTER = timedelta(days=1)
MAX_DETAIL = 300


@contextmanager
def http_failures() -> Generator[None]:
    """Turn what aiohttp raises into the three delivery failures."""
    try:
        yield
    except aiohttp.ConnectionTimeoutError as error:
        raise TemporaryDeliveryFailure("unreachable", "The connection was not made in time.") from error
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, ForbiddenAddress):
            raise PermanentDeliveryFailure("forbidden_address", str(error.os_error)) from error
        raise TemporaryDeliveryFailure("unreachable", str(error)) from error
    except aiohttp.InvalidURL as error:
        raise PermanentDeliveryFailure("invalid_address", "The address is not a URL that can be called.") from error
    except TimeoutError as error:
        raise AmbiguousDelivery("timed_out", "The request was written, the answer did not come in time.") from error
    except aiohttp.ClientConnectionError as error:
        raise AmbiguousDelivery("connection_lost", "The connection ended before the answer.") from error
    except aiohttp.ClientError as error:
        raise AmbiguousDelivery("malformed_answer", f"The answer is not HTTP: {error}"[:MAX_DETAIL]) from error


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """How long a `Retry-After` asks to wait, in either of its forms (RFC 9110), a day at most; None when unreadable."""
    if not header:
        return None
    try:
        wait = timedelta(seconds=int(header)) if header.strip().isdigit() else parsedate_to_datetime(header) - now
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), MAX_RETRY_AFTER)


def later_reason(status: int) -> str:
    """The reason to give for an answer that asks to come back later."""
    return "rate_limited" if status == HTTPStatus.TOO_MANY_REQUESTS else f"provider_error_{status}"


async def read_detail(response: aiohttp.ClientResponse, answer_bytes: int | None = None) -> str:
    """The start of the answer's body, for people to read; a longer one is cut off with its connection.

    Where the answer itself means something, `answer_bytes` of it are waited for.
    """
    if answer_bytes is None:
        body = await response.content.read(MAX_DETAIL)
    else:
        try:
            body = await response.content.readexactly(answer_bytes)
        except asyncio.IncompleteReadError as whole:
            body = whole.partial
    return body.decode(errors="replace").strip()
