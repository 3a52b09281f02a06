"""Film for every browser: H.264 and AAC in an .mp4 of at most 720 lines, upright, and a poster."""

from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from wiki.files.making import opening, pictures, sounds
from wiki.files.making.peaks import Peaks

NAME, POSTER, THUMB = "video.mp4", "poster.webp", "thumb.webp"
LONG, SHORT = 1280, 720  # pixels of the longer and the shorter edge
FASTEST = 30  # pictures a second
THREADS = 2
BASE = Fraction(1, 1000)  # of a second, when the source does not say how it counts
LOOK = 1.0  # second whose picture stands for the film: the first are often black


def make(file: BinaryIO, mime: str, folder: Path, say) -> dict:
    """Write the film and its poster, or the sound when there is nothing to see."""
    with opening.open_media(file, mime) as source:
        film, sound = opening.film_of(source), opening.sound_of(source)
        if film is not None:
            with sounds.output(folder / NAME, "mp4") as made:
                work = _Film(made, film, sound, folder)
                work.zero = opening.start_of(source)
                return work.run(source, file, say)
    file.seek(0)
    if sound is None:
        raise opening.Failure("no_film")
    return sounds.make(file, mime, folder, say)


def silence(file: BinaryIO, folder: Path, say, silences: list) -> dict:
    """Write a film made by us again, its pictures as they are, its sound silent at moments."""
    with (
        opening.open_media(file, "video/mp4") as source,
        sounds.output(folder / NAME, "mp4") as made,
    ):
        film, voice = source.streams.video[0], opening.sound_of(source)
        picture = made.add_stream_from_template(film)
        track = None
        if voice is not None:
            track = sounds.Sound(made, voice, opening.start_of(source), silences)
        for packet in source.demux([one for one in (film, voice) if one is not None]):
            say(file)
            if packet.stream is film and packet.dts is not None:
                packet.stream = picture
                made.mux(packet)
            elif packet.stream is voice:
                for frame in packet.decode():
                    track.take(frame)
        if track:
            track.end()
    return {"family": "video", "made": [NAME]}


class _Film:
    """One film on its way from the source to the output."""

    def __init__(self, made, film, sound, folder: Path):
        self.made, self.film, self.sound, self.folder = made, film, sound, folder
        film.thread_type = "AUTO"
        film.codec_context.thread_count = THREADS
        self.rate = _rate(film)
        self.graph = self.encoder = self.track = None
        self.count, self.has_poster, self.last = 0, False, None
        self.zero, self.next = 0.0, 0
        self.peaks = Peaks()
        self.width = self.height = 0
        self.waiting: list = []  # sound that comes before the first picture

    def run(self, source, file: BinaryIO, say) -> dict:
        streams = [one for one in (self.film, self.sound) if one is not None]
        for stream, frame in opening.frames(source, streams):
            if stream is self.film:
                self.show(frame)
            else:
                self.hear(frame)
            opening.check_length(self.seconds)
            say(file)
        if not self.count:
            raise opening.Failure("damaged")
        self.end()
        length = max(self.seconds, self.track.seconds if self.track else 0)
        return {
            "family": "video",
            "duration_ms": round(length * 1000),
            "width": self.width,
            "height": self.height,
            "peaks": self.peaks.columns(),
            "made": [NAME, POSTER, THUMB],
        }

    @property
    def seconds(self) -> float:
        return self.count / self.rate

    def show(self, frame) -> None:
        """One picture of the source; the first decides of the size."""
        if self.graph is None:
            self._begin(frame)
        frame.pts = self._time(frame)
        self.graph.push(frame)
        self._pull()

    def hear(self, frame) -> None:
        """Some sound of the source."""
        if self.track is None:
            self.waiting.append(frame)
            if len(self.waiting) > 2000:
                raise opening.Failure("damaged")
            return
        self.peaks.hear(frame)
        self.track.take(frame)

    def end(self) -> None:
        """What is left in filters and encoders."""
        self.graph.push(None)
        self._pull()
        self.made.mux(self.encoder.encode(None))
        if self.track:
            self.peaks.hear(None)
            self.track.end()
        if not self.has_poster:
            self._keep_poster(self.last)

    def _time(self, frame) -> int:
        """When it is to be seen, counted from the beginning; made up when the source is silent."""
        base = self.film.time_base or BASE
        at = self.next if frame.pts is None else round(frame.pts - self.zero / base)
        at = max(0, at)
        opening.check_length(float(at * base))
        self.next = at + max(1, round(1 / (self.rate * base)))
        return at

    def _begin(self, frame) -> None:
        turn = _turn(frame)
        width, height = self._shown_size(frame)
        if turn in (90, -90):
            width, height = height, width
        self.width, self.height = _fitted(width, height)
        self._open_graph(frame, turn)
        self.encoder = self.made.add_stream("libx264", rate=self.rate)
        self.encoder.width, self.encoder.height = self.width, self.height
        self.encoder.pix_fmt = "yuv420p"
        self.encoder.codec_context.thread_count = THREADS
        self.encoder.codec_context.gop_size = 2 * self.rate
        self.encoder.options = {"preset": "veryfast", "crf": "25", "profile": "high",
                                "x264-params": "vbv-maxrate=2500:vbv-bufsize=5000"}  # fmt: skip
        if self.sound is not None:
            self.track = sounds.Sound(self.made, self.sound, self.zero)
            early, self.waiting = self.waiting, []
            for one in early:
                self.hear(one)

    def _shown_size(self, frame) -> tuple[int, int]:
        """Width and height as they are to be seen: the points of old cameras are not square."""
        shape = self.film.sample_aspect_ratio or 1
        wide = frame.width * (shape if 0.25 < shape < 4 else 1)
        return round(wide), frame.height

    def _open_graph(self, frame, turn: int) -> None:
        from av.filter import Graph

        self.graph = graph = Graph()
        base = self.film.time_base or BASE
        chain = [graph.add_buffer(width=frame.width, height=frame.height,
                                  format=frame.format, time_base=base)]  # fmt: skip
        chain += [graph.add(*one) for one in _TURNS.get(turn, [])]
        chain.append(graph.add("scale", f"{self.width}:{self.height}:flags=bicubic"))
        chain.append(graph.add("setsar", "1"))
        chain.append(graph.add("fps", f"{self.rate}:start_time=0"))
        chain.append(graph.add("format", "yuv420p"))
        chain.append(graph.add("buffersink"))
        graph.link_nodes(*chain).configure()

    def _pull(self) -> None:
        import av

        while True:
            try:
                frame = self.graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            frame.pts, frame.time_base = self.count, Fraction(1, self.rate)
            frame.pict_type = 0
            self.last = frame
            if not self.has_poster and self.seconds >= LOOK:
                self._keep_poster(frame)
            self.count += 1
            self.made.mux(self.encoder.encode(frame))

    def _keep_poster(self, frame) -> None:
        image = frame.to_image()
        pictures.write(image, self.folder / POSTER)
        image.thumbnail((pictures.SIZES["thumb"],) * 2)
        pictures.write(image, self.folder / THUMB)
        self.has_poster = True


_TURNS = {
    90: [("transpose", "cclock")],
    -90: [("transpose", "clock")],
    180: [("hflip", None), ("vflip", None)],
}


def _turn(frame) -> int:
    """By how much the picture must be turned to the left to stand upright."""
    turn = round(frame.rotation / 90) * 90
    return 180 if abs(turn) == 180 else turn


def _rate(stream) -> int:
    """Pictures a second: those of the source, when it tells a number that can be believed."""
    told = stream.average_rate or stream.guessed_rate
    if not told or told < 5 or told > 240:
        return FASTEST
    return min(FASTEST, round(told))


def _fitted(width: int, height: int) -> tuple[int, int]:
    part = min(1, LONG / max(width, height), SHORT / min(width, height))
    return max(2, round(width * part / 2) * 2), max(2, round(height * part / 2) * 2)
