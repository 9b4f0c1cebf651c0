"""Stands in for a mail server: at slow.example the first attempt of each order fails."""
import threading
import time

attempts, lock = {}, threading.Lock()


class GreetingTimeout(Exception):
    pass


def send(order, recipient):
    with lock:
        attempts[order] = attempts.get(order, 0) + 1
        first = attempts[order] == 1
    if first and recipient.endswith("@slow.example"):
        time.sleep(0.1)
        raise GreetingTimeout("smtp: greeting timeout")
    time.sleep(0.01)
