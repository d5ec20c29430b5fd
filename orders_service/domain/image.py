"""A picture of a product, as it is served."""

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Image:
    """Bytes that never change, known by their SHA-256: another picture is another image."""

    hash: str
    media_type: str
    content: bytes = field(repr=False)

    @classmethod
    def of(cls, content: bytes, media_type: str) -> "Image":
        """The image of these bytes."""
        return cls(hashlib.sha256(content).hexdigest(), media_type, content)
