"""Sounds and films made for the tests: a tone, moving stripes, and names that must not come out."""

import io
import math
from array import array
from fractions import Fraction

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

SECRETS = (b"SECRETPLACE", b"SECRETNAME", b"SECRETDEVICE", b"+48.3904-004.4861")
TAGS = {"title": "SECRETNAME", "artist": "SECRETNAME", "comment": "SECRETPLACE",
        "location": "+48.3904-004.4861/", "make": "SECRETDEVICE", "album": "SECRETPLACE",
        "creation_time": "2026-05-04T12:00:00Z"}  # fmt: skip


def sound(form: str = "webm", codec: str = "libopus", seconds: float = 1.5, rate: int = 48_000,
          *, metadata: dict | None = None, layout: str = "mono") -> bytes:  # fmt: skip
    """A voice of sorts: a tone that grows louder."""
    made = io.BytesIO()
    with av.open(made, "w", format=form) as container:
        container.metadata.update(TAGS if metadata is None else metadata)
        stream = container.add_stream(codec, rate=rate)
        stream.layout = layout
        speak(container, stream, seconds, rate, layout)
    return made.getvalue()


def film(form: str = "mp4", codec: str = "libx264", *, seconds: float = 1.0, width: int = 320,
         height: int = 180, with_sound: bool = True, metadata: dict | None = None,
         options: dict | None = None) -> bytes:  # fmt: skip
    """Red at the top, blue below, with a tone."""
    made = io.BytesIO()
    with av.open(made, "w", format=form, container_options=options or {}) as container:
        container.metadata.update(TAGS if metadata is None else metadata)
        picture = container.add_stream(codec, rate=25)
        picture.width, picture.height, picture.pix_fmt = width, height, "yuv420p"
        voice = None
        if with_sound:
            voice = container.add_stream("libopus" if form == "webm" else "aac", rate=48_000)
            voice.layout = "mono"
        for number in range(round(25 * seconds)):
            frame = _stripes(width, height)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        if voice:
            speak(container, voice, seconds, 48_000, "mono")
    return made.getvalue()


def opened(data: bytes, form: str | None = None):
    """The container of bytes that came back."""
    return av.open(io.BytesIO(data), format=form)


def speak(container, stream, seconds: float, rate: int, layout: str) -> None:
    """Write a tone into a stream."""
    size = 960 if rate == 48_000 else 1152
    resampler = av.AudioResampler(stream.codec_context.format or "s16", layout, rate,
                                  frame_size=stream.codec_context.frame_size or size)  # fmt: skip
    for start in range(0, round(seconds * rate), size):
        loud = 2000 + 24_000 * start / (seconds * rate)
        wave = array("h", (round(loud * math.sin(i * 0.06)) for i in range(start, start + size)))
        frame = AudioFrame(format="s16", layout="mono", samples=size)
        frame.planes[0].update(wave.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        for part in resampler.resample(frame):
            container.mux(stream.encode(part))
    container.mux(stream.encode(None))


def _stripes(width: int, height: int) -> VideoFrame:
    frame = VideoFrame(width, height, "rgb24")
    line = frame.planes[0].line_size
    red = (b"\xdc\x14\x14" * width).ljust(line, b"\0")
    blue = (b"\x14\x28\xc8" * width).ljust(line, b"\0")
    frame.planes[0].update(red * (height // 2) + blue * (height - height // 2))
    return frame.reformat(format="yuv420p")


def jumping() -> bytes:
    """A sound whose second half comes five hours later."""
    made = io.BytesIO()
    with (
        av.open(io.BytesIO(sound()), "r") as source,
        av.open(made, "w", format="webm") as container,
    ):
        stream = container.add_stream_from_template(source.streams[0])
        for number, packet in enumerate(source.demux()):
            if packet.pts is not None:
                late = 5 * 3600 * 1000 if number > 20 else 0
                packet.pts, packet.dts, packet.stream = packet.pts + late, packet.pts + late, stream
                container.mux(packet)
    return made.getvalue()


def tracked(words: bytes) -> bytes:
    """A film with a track of data that holds words, as cameras write the places they pass."""
    made = io.BytesIO()
    with (
        av.open(io.BytesIO(film(with_sound=False, metadata={})), "r") as source,
        av.open(made, "w", format="mov") as container,
    ):
        picture = container.add_stream_from_template(source.streams[0])
        places = container.add_stream("pcm_s16le", rate=8000)
        places.layout = "mono"
        for packet in source.demux():
            if packet.pts is not None:
                packet.stream = picture
                container.mux(packet)
        for number in range(3):
            data = words.ljust(400, b" ")
            frame = AudioFrame(format="s16", layout="mono", samples=200)
            frame.planes[0].update(data)
            frame.sample_rate, frame.pts, frame.time_base = 8000, 200 * number, Fraction(1, 8000)
            container.mux(places.encode(frame))
    return made.getvalue().replace(b"mhlrsoun", b"mhlrmeta")
