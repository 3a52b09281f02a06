"""Files made for the tests: photos that tell too much, and hostile ones."""

import io
import struct
import zipfile
import zlib
from functools import cache

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

SECRETS = (b"SECRETDEVICE", b"SECRETCOMMENT", b"SECRETXMP", b"SECRETIPTC", b"SECRETTEXT",
           b"SECRETTAIL")  # fmt: skip
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRETXMP</x:xmpmeta>"


def exif(orientation: int = 1) -> Image.Exif:
    """A device, an artist, a place, an orientation."""
    tags = Image.Exif()
    tags[0x010F], tags[0x013B], tags[0x0112] = "SECRETDEVICE", "SECRETDEVICE", orientation
    gps = tags.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (48.0, 23.0, 27.0), "W", (4.0, 29.0, 8.0)
    return tags


def picture(width: int = 640, height: int = 400) -> Image.Image:
    """Red at the top left, blue elsewhere: which way is up can be told."""
    image = Image.new("RGB", (width, height), (20, 40, 200))
    image.paste((220, 20, 20), (0, 0, width // 2, height // 2))
    return image


def saved(image: Image.Image, form: str, **options) -> bytes:
    """The bytes of a picture."""
    made = io.BytesIO()
    image.save(made, form, **options)
    return made.getvalue()


@cache
def photo(orientation: int = 1) -> bytes:
    """A JPEG with all that can tell: EXIF with a place, XMP, IPTC, comment, a tail."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(
        picture(), "JPEG", exif=exif(orientation), comment=b"SECRETCOMMENT", xmp=XMP,
        icc_profile=profile,
    )  # fmt: skip
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x0aSECRETIPTC"
    segment = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    return data[:2] + segment + data[2:] + b"SECRETTAIL"


def png() -> bytes:
    """A PNG with a text, an XMP text, EXIF and a tail."""
    info = PngInfo()
    info.add_text("Author", "SECRETTEXT")
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved(picture(), "PNG", pnginfo=info, exif=exif()) + b"SECRETTAIL"


def webp() -> bytes:
    """A WebP with EXIF and XMP."""
    return saved(picture(), "WEBP", exif=exif(), xmp=XMP)


def gif() -> bytes:
    """A GIF with a comment and a tail."""
    return saved(picture(), "GIF", comment=b"SECRETCOMMENT") + b"SECRETTAIL"


def avif() -> bytes:
    """An AVIF with EXIF and XMP."""
    return saved(picture(), "AVIF", exif=exif(), xmp=XMP)


def tiff() -> bytes:
    """A TIFF with EXIF and XMP."""
    return saved(picture(), "TIFF", exif=exif(), tiffinfo={700: XMP, 270: "SECRETTEXT"})


PHOTOS = {"photo.jpg": photo, "a.png": png, "a.webp": webp, "a.gif": gif, "a.avif": avif,
          "a.tif": tiff}  # fmt: skip


def bomb() -> bytes:
    """A PNG that claims fifty thousand pixels a side."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)

    def chunk(name, data):
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    pixels = zlib.compress(bytes(1_000_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def docx(words: str) -> bytes:
    """The least Word document."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:p><w:t>{words}</w:t></w:p>")
    return made.getvalue()


HOSTILE = {
    "page.jpg": b"<!DOCTYPE html><script>alert(1)</script>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "drawing.png": b'\n <?xml version="1.0"?><svg onload="alert(1)" xmlns="x"></svg>',
    "polyglot.gif": b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)",
    "polyglot.jpg": b"\xff\xd8\xff\xe0*/=1;alert(1)<script>alert(1)</script>",
    "page.html": "<p>Été <img src=x onerror=alert(1)>".encode(),
    "wide.txt": "<script>alert(1)</script>".encode("utf-16"),
    "code.js": b"alert(document.cookie)",
    "sheet.css": b"body{display:none}",
    "program.exe": b"MZ\x90\x00" + bytes(range(256)),
    "paper.pdf": b"%PDF-1.7\n/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
    "truncated.jpg": photo()[:900],
    "cut.jpg": photo(6)[:5000],
    "cut.png": png()[:700],
    "empty-riff.webp": b"RIFF\xff\xff\xff\xffWEBP",
    "film.mp4": b"\x00\x00\x00\x18ftypisom" + bytes(64),
    "short.heic": b"\x00\x00\x00\x18ftypheic" + b"\xff" * 64,
    "bomb.png": bomb(),
    "broken.zip": b"PK\x03\x04" + b"\xff" * 100,
    "nul.txt": b"a\x00b",
    "feed.xml": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
}
