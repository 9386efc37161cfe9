"""Reading a small public document over https, such as a provider's certificate."""

import aiohttp

from activities.channels.network import guarded_socket

LARGEST = 64_000
SECONDS = 10


async def fetch_public(url: str) -> bytes:
    """The document at a public address; redirects are not followed.

    Raises:
        OSError: it could not be had.
    """
    connector = aiohttp.TCPConnector(socket_factory=guarded_socket)
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.get(url, allow_redirects=False, raise_for_status=True) as response,
        ):
            return await response.content.read(LARGEST)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise OSError(f"{url} could not be read: {error}") from error
