"""The ways that a context takes between services: each a request, the hops that it must leave, and where its context gets lost when nobody cares."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Check:
    name: str                  # also the order id of its request
    hops: tuple                # in the order of time
    body: dict
    remedy: str
    lost_at: str = ""          # the hop that has another trace id; empty: the context is kept
    no_baggage_at: str = ""    # the hop whose line has no baggage although its context is kept


CHECKLIST = (
    Check("http", ("edge", "order", "payment"), {"ways": ["http"]}, ""),
    Check("grpc", ("edge", "order", "inventory"), {"ways": ["grpc"]}, ""),
    Check("grpc-careless", ("edge", "order", "inventory"), {"ways": ["grpc"], "careless": True}, "inject into the metadata of the call", "inventory"),
    Check("queue", ("edge", "order", "mailer"), {"ways": ["queue"]}, ""),
    Check("queue-careless", ("edge", "order", "mailer"), {"ways": ["queue"], "careless": True},
          "inject into the record's headers, extract in the consumer", "mailer"),
    Check("pool", ("edge", "order", "pool"), {"ways": ["pool"]}, ""),
    Check("pool-careless", ("edge", "order", "pool"), {"ways": ["pool"], "careless": True}, "attach the caller's context in the new thread", "pool"),
    Check("async", ("edge", "order", "task-1", "task-2"), {"ways": ["async"]}, ""),
    Check("scheduled", ("edge", "order", "scheduled"), {"ways": ["scheduled"]}, "none: a trace of its own, with a link", "scheduled"),
    Check("proxy", ("edge", "order", "payment"), {"ways": ["http"], "proxy": True}, "let traceparent and baggage pass", "order"),
    Check("b3", ("edge", "order", "payment"), {"ways": ["http"], "payment": "b3"}, "the same propagators on both sides, or all of them", "payment"),
    Check("no-baggage", ("edge", "order", "payment"), {"ways": ["http"], "payment": "no-baggage"}, "register the baggage propagator", "", "payment"),
)
