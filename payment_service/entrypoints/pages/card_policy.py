"""What the card page admits in a browser: files of its own, the provider's script, and where that goes."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from servicekit.http.security_headers import content_security_policy

OWN = "'self'"


@dataclass(frozen=True, slots=True)
class ProviderScript:
    """Its address, or its path where it is at our own; and where else it takes the browser, by origin."""

    address: str
    origins: tuple[str, ...]

    @property
    def origin(self) -> str:
        """Where it comes from, as a policy names it."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else OWN


def card_policy(script: ProviderScript) -> str:
    """The page's Content-Security-Policy.

    The number is typed in frames of the provider's. Nothing inline runs, and no form can be sent anywhere.
    """
    reached = dict.fromkeys((script.origin, *script.origins))
    return content_security_policy(
        script_src=tuple(dict.fromkeys((OWN, script.origin))),
        style_src=(OWN,),
        img_src=(OWN,),
        connect_src=tuple(dict.fromkeys((OWN, *reached))),
        frame_src=tuple(reached),
    )
