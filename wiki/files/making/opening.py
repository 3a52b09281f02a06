"""Opening sound and film that may be hostile: few formats, few decoders, no other file, an end."""

from collections.abc import Iterator
from typing import BinaryIO

FORMATS = {
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
    "video/ogg": "ogg",
    "audio/mp4": "mov",
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "audio/webm": "matroska",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
}
SOUND = {"aac", "mp3", "mp3float", "mp2", "mp2float", "opus", "libopus", "vorbis", "flac", "alac",
         "amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "pcm_s16le", "pcm_s16be",
         "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le", "pcm_u8", "pcm_alaw", "pcm_mulaw",
         "adpcm_ima_wav", "adpcm_ms"}  # fmt: skip
FILM = {"h264", "hevc", "vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "mpeg4", "h263",
        "theora", "mjpeg", "mpeg2video", "mpeg1video", "prores"}  # fmt: skip
LONGEST = 4 * 3600  # seconds: beyond, it is no interview, and perhaps has no end
EDGE = 8192  # pixels of a film's side
FAULTS = 200  # damaged pieces that are passed over


class Failure(Exception):
    """It cannot be made; `reason` is one of those that media.py puts in words."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def open_media(file: BinaryIO, mime: str):
    """The container, read as what its bytes are and as nothing else. Raises Failure."""
    import av

    av.logging.set_level(None)
    options = {
        "protocol_whitelist": "none",  # nothing inside may name another file, or an address
        "codec_whitelist": ",".join(sorted(SOUND | FILM)),
        "enable_drefs": "0",
        "probesize": "10000000",
        "analyzeduration": "20000000",
    }
    try:
        return av.open(file, "r", format=_format(file, mime), container_options=options)
    except MemoryError:
        raise
    except Exception as error:  # on hostile bytes its readers raise anything
        raise Failure("damaged") from error


def sound_of(source):
    """The first sound that can be decoded, or None."""
    return next((one for one in source.streams.audio if _is_known(one, SOUND)), None)


def film_of(source):
    """The first moving picture that can be decoded, or None; the cover of a song is none."""
    found = [one for one in source.streams.video if _is_known(one, FILM) and not _is_cover(one)]
    if not found:
        return None
    width, height = found[0].codec_context.width, found[0].codec_context.height
    if not (0 < width <= EDGE and 0 < height <= EDGE):
        raise Failure("too_large")
    return found[0]


def start_of(source) -> float:
    """Where its time begins, in seconds: that of a live recording rarely is zero."""
    return source.start_time / 1_000_000 if source.start_time else 0.0


def frames(source, streams: list) -> Iterator[tuple]:
    """(stream, frame) as they come; damaged pieces are passed over, up to a number of them."""
    faults = 0
    packets = source.demux(streams)
    while True:
        try:
            packet = next(packets, None)
        except MemoryError:
            raise
        except Exception:  # cut in the middle: what came before is whole
            packet = None
        if packet is None:
            break
        try:
            for frame in packet.decode():
                yield packet.stream, frame
        except (MemoryError, Failure):
            raise
        except Exception as error:  # as above
            faults += 1
            if faults > FAULTS:
                raise Failure("damaged") from error


def check_length(seconds: float) -> None:
    """Stop what goes on for ever."""
    if seconds > LONGEST:
        raise Failure("too_long")


def _format(file: BinaryIO, mime: str) -> str:
    """The reader for a type; behind a list of titles (ID3) stands more than one kind of sound."""
    if mime not in FORMATS:
        raise Failure("unknown")
    if mime == "audio/mpeg":
        file.seek(0)
        head = file.read(10)
        at = 0
        if head[:3] == b"ID3" and len(head) == 10:
            at = 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
        file.seek(at)
        start = file.read(4)
        file.seek(0)
        if start == b"fLaC":
            return "flac"
        if len(start) > 1 and start[0] == 0xFF and start[1] & 0xF6 == 0xF0:
            return "aac"
    return FORMATS[mime]


def _is_known(stream, names: set[str]) -> bool:
    context = stream.codec_context
    return context is not None and context.name in names


def _is_cover(stream) -> bool:
    return bool(stream.disposition & type(stream.disposition).attached_pic)
