"""The memory of a server that answers many requests."""

import gc

from gateway.transport.huge_pages import HugePages


def settle_memory(*, huge_pages: bool = True) -> None:
    """Spare the collector what lives as long as the process, and have it look less often at what does not.

    An answer makes some ten thousand objects that reference counting frees by itself; by its own measure the collector
    would look through them several times before each is sent. With `huge_pages` the system is asked for those.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    if huge_pages:
        HugePages().keep_asking()
