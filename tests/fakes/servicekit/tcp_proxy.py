import socket
import struct
import threading
from typing import Self
from urllib.parse import urlsplit, urlunsplit

RESET = struct.pack("ii", 1, 0)
"""For SO_LINGER: closing then resets the connection, as a host that vanishes does."""


def reset(one: socket.socket) -> None:
    """Ends a connection as a host that vanishes does; one that has ended it leaves alone."""
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        one.shutdown(socket.SHUT_RDWR)
    except OSError:  # its other end was quicker
        pass
    finally:
        one.close()


class TcpProxy:
    """Stands between a client and a server, and can do to their connection what networks do."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 0)
        self._talking = threading.Event()
        self._talking.set()
        self._last_word: bytes | None = None
        self._closed = False
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        login = parts.netloc.rpartition("@")[0]
        self.url = urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{self._listener.getsockname()[1]}"))
        self._spawn(self._accept)

    def mute(self) -> None:
        """From now on the client does not hear what the server says; it is kept for later."""
        self._talking.clear()

    def mute_at(self, word: bytes) -> None:
        """Mute as soon as the client says this: that is passed on, and no answer to it is heard."""
        self._last_word = word

    def unmute(self) -> None:
        self._last_word = None
        self._talking.set()

    def cut(self) -> None:
        """Resets every connection. New ones can be made."""
        sockets, self._sockets = self._sockets, []
        for one in sockets:
            reset(one)

    def close(self) -> None:
        """Takes no connection any more, and ends those there are."""
        if self._closed:
            return
        self._closed = True
        self._talking.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _spawn(self, call, *arguments) -> None:
        thread = threading.Thread(target=call, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._server)
            except OSError:  # nobody is there
                client.close()
                continue
            self._sockets += [client, server]
            self._join(client, server)

    def _join(self, client: socket.socket, server: socket.socket) -> None:
        self._spawn(self._pump, client, server, self._overhear)
        self._spawn(self._pump, server, client, lambda _data: self._talking.wait(60))

    def _overhear(self, data: bytes) -> None:
        if self._last_word is not None and self._last_word in data:
            self.mute()

    def _pump(self, source: socket.socket, target: socket.socket, before) -> None:
        """Passes on what comes; what `before` raises ends it."""
        try:
            while data := source.recv(65536):
                before(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:  # one end is gone: so is the other
            reset(target)
