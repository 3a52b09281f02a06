"""Sound for every browser: AAC in an .m4a that can be sought, without a word on who made it."""

from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from wiki.files.making import opening
from wiki.files.making.peaks import Peaks

NAME = "audio.m4a"
RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000)
FRAME = 1024  # samples that the encoder takes at once
GAP = 0.1  # seconds that a recording jumps over before it is heard as a hole


def make(file: BinaryIO, mime: str, folder: Path, say, silences=()) -> dict:
    """Write the sound, and return what is known of it. Raises opening.Failure."""
    with opening.open_media(file, mime) as source:
        stream = opening.sound_of(source)
        if stream is None:
            raise opening.Failure("no_sound")
        peaks = Peaks()
        with output(folder / NAME, "ipod") as made:
            sound = Sound(made, stream, opening.start_of(source), silences)
            for _stream, frame in opening.frames(source, [stream]):
                peaks.hear(frame)
                sound.take(frame)
                opening.check_length(sound.seconds)
                say(file)
            if sound.seconds < 0.05:
                raise opening.Failure("damaged")
            peaks.hear(None)
            sound.end()
    return {"family": "audio", "duration_ms": round(sound.seconds * 1000),
            "peaks": peaks.columns(), "made": [NAME]}  # fmt: skip


def output(path: Path, form: str):
    """A file to write sound and film in: its table of contents first, no date, no maker."""
    import av

    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    return av.open(str(path), "w", format=form, container_options=options)


class Sound:
    """The sound of an output: takes frames of any kind, encodes them, keeps their times."""

    def __init__(self, made, stream, zero: float, silences=()):
        from av import AudioResampler

        context = stream.codec_context
        rate = next((one for one in RATES if one <= (context.sample_rate or 0)), 16_000)
        layout = "mono" if context.channels == 1 else "stereo"
        self.made, self.rate = made, rate
        self.encoder = made.add_stream("aac", rate=rate)
        self.encoder.layout = layout
        self.encoder.bit_rate = 64_000 if layout == "mono" else 112_000
        self.encoder.time_base = Fraction(1, rate)
        self.resampler = AudioResampler("fltp", layout, rate, frame_size=FRAME)
        self.zero = zero  # where the time of the source begins, in seconds
        self.taken = 0.0  # seconds of the source
        self.sent = 0  # samples
        self.silences = silences  # ms, [from, to]

    @property
    def seconds(self) -> float:
        """How long it is, up to here."""
        return self.sent / self.rate

    def take(self, frame) -> None:
        """Encode one frame of the source, after the silence that it left before."""
        gap = frame.time - self.zero - self.taken if frame.pts is not None else 0
        opening.check_length(self.taken + gap)
        while gap > GAP:
            silence = _silence(frame, min(gap, 1.0))
            self._resample(silence)
            gap -= silence.samples / silence.sample_rate
        self._resample(frame)

    def end(self) -> None:
        """Encode what is left."""
        for part in self.resampler.resample(None):
            self._encode(part)
        self.made.mux(self.encoder.encode(None))

    def _resample(self, frame) -> None:
        self.taken += frame.samples / frame.sample_rate
        frame.pts = None  # the resampler must not count the silences a second time
        for part in self.resampler.resample(frame):
            self._encode(part)

    def _encode(self, part) -> None:
        # Times are counted again: those of a recording jump, or are missing, and players stumble.
        part.pts = self.sent
        part.time_base = Fraction(1, self.rate)
        if self._is_silent(part.samples):
            for plane in part.planes:
                plane.update(bytes(plane.buffer_size))
        self.sent += part.samples
        self.made.mux(self.encoder.encode(part))

    def _is_silent(self, samples: int) -> bool:
        """Whether what is about to be encoded touches a moment of silence."""
        start = self.sent * 1000 / self.rate
        end = start + samples * 1000 / self.rate
        return any(start < to and since < end for since, to in self.silences)


def _silence(like, seconds: float):
    from av.audio.frame import AudioFrame

    samples = max(1, round(seconds * like.sample_rate))
    frame = AudioFrame(format=like.format.name, layout=like.layout.name, samples=samples)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate = like.sample_rate
    return frame
