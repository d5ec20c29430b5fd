"""Sealing without any secret."""


class TurnsAround:
    """Turns texts around, behind the name of the newest of its keys; `cannot_unseal` is the port's error."""

    cannot_unseal: type[Exception]

    def __init__(self, *keys):
        self.keys = keys or ("key",)

    def seal(self, text):
        return f"{self.keys[0]}:{text[::-1]}"

    def unseal(self, sealed):
        key, _, text = sealed.partition(":")
        if key not in self.keys:
            raise self.cannot_unseal
        return text[::-1]

    def seal_again(self, sealed):
        return self.seal(self.unseal(sealed))
