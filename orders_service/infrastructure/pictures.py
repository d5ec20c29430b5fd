"""Pictures that people send, by Pillow."""

import threading
import warnings
from io import BytesIO

from PIL import Image as Pillow
from PIL import ImageCms, ImageOps

from orders_service.domain.catalogue_errors import BrokenImage, TooManyPixels, UnsupportedImage
from orders_service.domain.image import Image
from orders_service.ports.image_ports import PicturePort

MOST_PIXELS = 25_000_000
"""A little more than a phone's camera makes of a usual picture; decoded, it is 100 MB."""
BOX = (1024, 1024)
QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP")
SRGB = ImageCms.createProfile("sRGB")
SIXTEEN_BITS = 256

# Pillow looks at the size before it decodes. Beyond its limit it warns, beyond twice the limit it refuses:
# here it refuses both.
Pillow.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Pillow.DecompressionBombWarning)


class PillowPictures(PicturePort):
    """WebP images that fit into BOX. One at a time, since each takes its time and memory."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    def prepare(self, raw: bytes) -> Image:
        """Decode, turn upright, shrink, and encode anew: nothing of the file is copied."""
        if not _is_supported(raw):
            raise UnsupportedImage("A picture is a JPEG, PNG or WebP file.")
        with self._turn:
            try:
                return _encoded(_shrunk(raw))
            except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
                raise TooManyPixels(f"A picture has at most {MOST_PIXELS} pixels.") from error
            except Exception as error:  # Pillow's parsers stumble over broken files in every possible way
                raise BrokenImage("The picture cannot be read: the file is damaged.") from error


def _is_supported(raw: bytes) -> bool:
    return raw.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        raw.startswith(b"RIFF") and raw[8:12] == b"WEBP"
    )


def _shrunk(raw: bytes) -> Pillow.Image:
    """Shrink first, so that the full size is not copied; a large JPEG is not even decoded in full."""
    with Pillow.open(BytesIO(raw), formats=FORMATS) as picture:
        shrunk = _in_shades(picture)
        shrunk.thumbnail(BOX, Pillow.Resampling.LANCZOS)
        return _in_usual_colours(ImageOps.exif_transpose(shrunk))


def _in_shades(picture: Pillow.Image) -> Pillow.Image:
    """Pixels between which there are others: neither numbers of a palette, nor greys of sixteen bits."""
    if picture.mode in {"1", "P"}:
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if picture.mode.startswith("I"):  # of which Pillow would cut off the bright ones
        return picture.convert("I").point(lambda grey: grey / SIXTEEN_BITS).convert("L")
    return picture


def _in_usual_colours(picture: Pillow.Image) -> Pillow.Image:
    """Red, green and blue as every screen shows them, in eight bits each; what is transparent stays so."""
    usual = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode == "CMYK":
        return usual
    try:
        ImageCms.profileToProfile(usual, ImageCms.ImageCmsProfile(BytesIO(profile)), SRGB, inPlace=True)
    except (ImageCms.PyCMSError, OSError):
        return usual  # a profile of something else: as if there were none
    return usual


def _encoded(picture: Pillow.Image) -> Image:
    encoded = BytesIO()
    picture.save(encoded, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return Image.of(encoded.getvalue(), "image/webp")
