"""Loguru's serialised JSON on standard output: what is bound stands under record.extra, the text repeats the user id."""
import dataclasses
import datetime
import os
import sys

from loguru import logger

import context

CLOCK_MS = int(os.environ.get("CLOCK_MS", "0"))  # how far this process's clock is ahead


def wrong_clock(record):
    record["time"] += datetime.timedelta(milliseconds=CLOCK_MS)


logger.remove()
logger.add(sys.stdout, format="{message}", serialize=True, enqueue=True)
logger.configure(patcher=wrong_clock if CLOCK_MS else None)


def say(service, event, text, **fields):
    """One line, with the ids of the current context where there is one."""
    c = context.current.get()
    ids = dataclasses.asdict(c) if c else {}
    user = " user_id=%s" % fields["user_id"] if fields.get("user_id") else ""
    logger.bind(service=service, event=event, **ids, **{k: v for k, v in fields.items() if v is not None}).info(text + user)
