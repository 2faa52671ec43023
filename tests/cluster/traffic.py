"""Bytes between two hosts over time, to see what their link does. Standard library alone.

traffic.py receive SECONDS           prints its port, then the bytes that came each tick
traffic.py send ADDRESS PORT SECONDS
traffic.py answer                    prints its port, then answers what comes
traffic.py ask ADDRESS PORT COUNT    prints the least and the median time there and back
"""

from __future__ import annotations

import json
import socket
import statistics
import sys
import time

TICK = 0.05  # seconds
PIECE = 1 << 18
WORD = b"8 bytes."


def listen() -> socket.socket:
    server = socket.create_server(("", 0))
    server.settimeout(20)
    print(server.getsockname()[1], flush=True)
    return server.accept()[0]


def receive(seconds: float) -> None:
    connection = listen()
    connection.settimeout(TICK)
    buffer = bytearray(PIECE)
    begin = time.monotonic()
    ticks = [0] * round(seconds / TICK)
    while (now := time.monotonic() - begin) < seconds:
        try:
            got = connection.recv_into(buffer)
        except TimeoutError:
            continue
        if got == 0:
            break
        ticks[min(int(now / TICK), len(ticks) - 1)] += got
    print(json.dumps(ticks))


def send(address: str, port: int, seconds: float) -> None:
    connection = socket.create_connection((address, port), timeout=20)
    data = bytes(PIECE)
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            connection.send(data)
    except OSError:  # the receiver had enough
        pass


def answer() -> None:
    connection = listen()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while word := connection.recv(len(WORD)):
        connection.send(word)


def ask(address: str, port: int, count: int) -> None:
    connection = socket.create_connection((address, port), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    times = []
    for _ in range(count):
        begin = time.perf_counter()
        connection.send(WORD)
        connection.recv(len(WORD))
        times.append(time.perf_counter() - begin)
    print(json.dumps([min(times), statistics.median(times)]))


if __name__ == "__main__":
    verb, *words = sys.argv[1:]
    if verb == "receive":
        receive(float(words[0]))
    elif verb == "send":
        send(words[0], int(words[1]), float(words[2]))
    elif verb == "answer":
        answer()
    else:
        ask(words[0], int(words[1]), int(words[2]))
