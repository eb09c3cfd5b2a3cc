"""`Flows`: many SOCKS5 connections through Parasol and a server to an echo on this machine; each sends a little every
second and reads it back."""
import itertools
import resource
import selectors
import socket
import struct
import threading
import time

SAID = b'a little of what a quiet connection says in a second: 64 bytes..'
ROUNDS = 100  # parts of a second that the flows are spread over


class Flows:
    def __init__(self, count, port):
        # this process holds both ends of each
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        self.received = 0
        self.lost = 0
        self._ready = selectors.DefaultSelector()
        self._echo = socket.create_server(('127.0.0.1', 0), backlog=1024)
        self._ready.register(self._echo, selectors.EVENT_READ, self._accept)
        self._flows = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        try:
            target = socket.inet_aton('127.0.0.1') + struct.pack('>H', self._echo.getsockname()[1])
            for _ in range(count):
                self._flows.append(opened(port, target))
                self._ready.register(self._flows[-1], selectors.EVENT_READ, self._read)
        except BaseException:
            self.end()
            raise

    def end(self):
        self._ended.set()
        self._thread.join()
        for key in list(self._ready.get_map().values()):
            key.fileobj.close()
        self._ready.close()

    def _run(self):
        for part in itertools.count():
            if self._ended.is_set():
                return
            until = time.monotonic() + 1 / ROUNDS
            for flow in self._flows[part % ROUNDS::ROUNDS]:
                say(flow, SAID)
            while (left := until - time.monotonic()) > 0:
                for key, _ in self._ready.select(left):
                    key.data(key.fileobj)

    def _accept(self, echo):
        flow = echo.accept()[0]
        flow.setblocking(False)
        self._ready.register(flow, selectors.EVENT_READ, self._answer)

    def _answer(self, flow):
        if said := heard(flow):
            say(flow, said)
        else:
            self._ready.unregister(flow)
            flow.close()

    def _read(self, flow):
        said = heard(flow)
        self.received += len(said)
        if not said:
            self.lost += 1
            self._ready.unregister(flow)


def opened(port, target):
    flow = socket.create_connection(('127.0.0.1', port), 10)
    flow.sendall(b'\5\1\0')
    expect(flow, b'\5\0', 2)
    flow.sendall(b'\5\1\0\1' + target)
    expect(flow, b'\5\0', 10)
    flow.setblocking(False)
    return flow


def expect(flow, start, length):
    said = b''
    while len(said) < length:
        more = flow.recv(length - len(said))
        said += more
        if not more:
            break
    if not (said.startswith(start) and len(said) == length):
        raise SystemExit(f'the relay answers {said!r}')


def heard(flow):
    try:
        return flow.recv(4096)
    except ConnectionError:
        return b''


def say(flow, what):
    try:
        flow.send(what)
    except OSError:
        pass  # who reads from it will see that it has gone
