"""A Kafka cluster of one broker in memory, as librdkafka brings along for tests. Writes its address to the file given and runs until it is ended.

    broker.py FILE TOPIC…

It speaks the protocol with record headers, partitions and consumer groups, starts in milliseconds, and forgets everything at its end.
"""
import os
import signal
import sys

from confluent_kafka import Producer

cluster = Producer({"test.mock.num.brokers": "1", "log_level": 3})
brokers = cluster.list_topics(timeout=10).brokers.values()
for topic in sys.argv[2:]:
    cluster.list_topics(topic, timeout=10)  # asking creates it
with open(sys.argv[1] + ".new", "w") as f:
    f.write(",".join("%s:%d" % (b.host, b.port) for b in brokers))
os.rename(sys.argv[1] + ".new", sys.argv[1])
signal.sigwait({signal.SIGTERM, signal.SIGINT})
os._exit(0)  # the cluster's threads need no farewell
