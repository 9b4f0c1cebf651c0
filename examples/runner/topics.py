"""Creates the topics that a Kafka cluster does not have: a consumer alone does not make a broker create them.

    topics.py BROKERS TOPIC…
"""
import sys

from confluent_kafka.admin import AdminClient, NewTopic

PARTITIONS = 4

client = AdminClient({"bootstrap.servers": sys.argv[1]})
there = client.list_topics(timeout=20).topics
missing = [NewTopic(t, PARTITIONS) for t in sys.argv[2:] if t not in there]
for created in client.create_topics(missing).values() if missing else ():
    created.result(20)
