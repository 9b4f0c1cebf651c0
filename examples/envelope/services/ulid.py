"""ULIDs: 48 bits of milliseconds, 80 random ones, as 26 characters whose order is the order of time."""
import secrets
import threading
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
lock, last = threading.Lock(), [0]


def new():
    """Larger than every one before in this process, also within a millisecond."""
    with lock:
        fresh = time.time_ns() // 10**6 << 80 | secrets.randbits(80)
        last[0] = fresh if fresh >> 80 > last[0] >> 80 else last[0] + 1
        bits = last[0]
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(125, -1, -5))


def milliseconds(text):
    """The time inside an id."""
    bits = 0
    for c in text[:10]:
        bits = bits << 5 | ALPHABET.index(c)
    return bits
