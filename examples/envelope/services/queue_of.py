"""Kafka, as far as this system needs it."""
import os
import threading

from confluent_kafka import Consumer, Producer

producer = Producer({"bootstrap.servers": os.environ["KAFKA_BROKERS"], "linger.ms": 0, "log_level": 3})


def publish(topic, key, message):
    producer.produce(topic, message, key.encode())
    producer.flush(10)


def consume(group, topic, handle):
    """Calls `handle(bytes)` for each message, in a thread; the event returned is set once there are partitions."""
    assigned = threading.Event()

    def run():
        consumer = Consumer({"bootstrap.servers": os.environ["KAFKA_BROKERS"], "group.id": group, "auto.offset.reset": "earliest",
                             "enable.auto.commit": False, "topic.metadata.refresh.interval.ms": 200, "allow.auto.create.topics": True, "log_level": 3})
        consumer.subscribe([topic], on_assign=lambda *_: assigned.set())
        while True:
            message = consumer.poll(1)
            if message is not None and not message.error():
                handle(message.value())
                consumer.commit(message)
    threading.Thread(target=run, daemon=True).start()
    return assigned
