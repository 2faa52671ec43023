"""Traffic between two hosts, to see what a link does to it. Standard library alone.

traffic.py receive SECONDS             prints its port, then the bytes that came in each tick
traffic.py send ADDRESS PORT SECONDS
traffic.py answer SIZE                 prints its port, then answers each message of that size
traffic.py ask ADDRESS PORT SIZE COUNT REST  prints the times from a message to its answer
traffic.py count SECONDS               prints its port, then the datagrams that came in each tick
traffic.py shower ADDRESS PORT COUNT INTERVAL

But for questions and answers, all read from their input when to begin.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Callable

TICK = 0.05  # seconds
PIECE = 1 << 18
WAIT = 20.0  # seconds for the other end to be there
WORD = b"8 bytes."
DATAGRAM = bytes(1000)
DATAGRAMS_WAITING = 4 << 20  # bytes, so that a receiver that sleeps for a while loses none


def _connect(address: str, port: str) -> socket.socket:
    connection = socket.create_connection((address, int(port)), timeout=WAIT)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _listen() -> socket.socket:
    server = socket.create_server(("", 0))
    server.settimeout(WAIT)
    print(server.getsockname()[1], flush=True)
    connection = server.accept()[0]
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _told_begin() -> float:
    """On the monotonic clock, which all hosts share: flows that are compared run at one time."""
    return float(sys.stdin.readline())


def receive(seconds: str) -> None:
    connection = _listen()
    _count_ticks(connection, _told_begin(), float(seconds), lambda got: got)


def count(seconds: str) -> None:
    taker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    taker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, DATAGRAMS_WAITING)
    taker.bind(("", 0))
    print(taker.getsockname()[1], flush=True)
    _count_ticks(taker, _told_begin(), float(seconds), lambda got: 1)


def _count_ticks(
    taker: socket.socket, begin: float, seconds: float, worth: Callable[[int], int]
) -> None:
    buffer = bytearray(PIECE)
    taker.settimeout(TICK)
    ticks = [0] * round(seconds / TICK)
    while (now := time.monotonic() - begin) < seconds:
        try:
            got = taker.recv_into(buffer)
        except TimeoutError:
            continue
        if got == 0:
            break
        ticks[min(int(now / TICK), len(ticks) - 1)] += worth(got)
    print(json.dumps(ticks))


def send(address: str, port: str, seconds: str) -> None:
    connection = _connect(address, port)
    print("connected", flush=True)
    data = bytes(PIECE)
    begin = _told_begin()
    time.sleep(max(0.0, begin - time.monotonic()))
    end = begin + float(seconds)
    try:
        while time.monotonic() < end:
            connection.send(data)
    except OSError:  # the receiver has seen enough
        pass


def _share_a_processor() -> None:
    """Both ends of a question run on one: waking another takes longer than two bridges."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def answer(size: str) -> None:
    _share_a_processor()
    connection = _listen()
    buffer = bytearray(PIECE)
    left = int(size)
    while got := connection.recv_into(buffer, min(left, PIECE)):
        left -= got
        if left == 0:
            connection.send(WORD)
            left = int(size)


def ask(address: str, port: str, size: str, count: str, rest: str) -> None:
    _share_a_processor()
    connection = _connect(address, port)
    message = bytes(int(size))
    times = []
    for _ in range(int(count)):
        if float(rest) > 0:
            time.sleep(float(rest))
        begin = time.perf_counter()
        connection.sendall(message)
        connection.recv(len(WORD))
        times.append(time.perf_counter() - begin)
    print(json.dumps(times))


def shower(address: str, port: str, number: str, interval: str) -> None:
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    print("ready", flush=True)
    begin = _told_begin()
    for sent in range(int(number)):
        time.sleep(max(0.0, begin + sent * float(interval) - time.monotonic()))
        sender.sendto(DATAGRAM, (address, int(port)))


VERBS = {
    "receive": receive,
    "send": send,
    "answer": answer,
    "ask": ask,
    "count": count,
    "shower": shower,
}

if __name__ == "__main__":
    VERBS[sys.argv[1]](*sys.argv[2:])
