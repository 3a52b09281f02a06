"""How loud a sound is along the way: the little columns on which one sees and chooses a moment."""

RATE = 8000  # samples a second are enough to see
STEP = 400  # samples in each measure, a twentieth of a second
COLUMNS = 240


class Peaks:
    """Listens to frames as they pass, and tells at most COLUMNS heights from 0 to 100."""

    def __init__(self):
        from av import AudioResampler

        self._small = AudioResampler("s16", "mono", RATE)
        self._rest = b""
        self._loudest: list[int] = []

    def hear(self, frame) -> None:
        """Measure one frame, or what is left when it is None."""
        for small in self._small.resample(frame):
            size = small.samples * 2
            self._measure(bytes(memoryview(small.planes[0])[:size]))

    def columns(self) -> list[int]:
        """The heights, the loudest being 100; nothing for silence."""
        heard = self._loudest
        if not heard or max(heard) < 40:  # below the noise of an empty room
            return [0] * min(len(heard), COLUMNS)
        count = min(len(heard), COLUMNS)
        cut = [heard[i * len(heard) // count : (i + 1) * len(heard) // count] for i in range(count)]
        loud = [sum(part) / len(part) for part in cut]
        most = max(loud)
        return [round(100 * (one / most) ** 0.7) for one in loud]  # quiet words stay to be seen

    def _measure(self, data: bytes) -> None:
        data = self._rest + data
        step = STEP * 2
        whole = len(data) - len(data) % step
        samples = memoryview(data)[:whole].cast("h")
        for at in range(0, len(samples), STEP):
            part = samples[at : at + STEP]
            self._loudest.append(max(abs(max(part)), abs(min(part))))
        self._rest = data[whole:]
