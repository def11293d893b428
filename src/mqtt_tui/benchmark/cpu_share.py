"""How busy this process itself is."""

import time


class CpuShare:
    """What the process takes of one core, from its making until ``stop``."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), time.process_time()
        self._stopped: float | None = None

    def stop(self) -> None:
        """The time that counts is over."""
        self._stopped = self.value

    @property
    def value(self) -> float:
        """1 is a whole core."""
        if self._stopped is not None:
            return self._stopped
        began, cpu_began = self._began
        elapsed = time.perf_counter() - began
        return (time.process_time() - cpu_began) / elapsed if elapsed > 0 else 0.0
