"""What is counted. Labels are account ids and kinds, never anything a person wrote."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry(auto_describe=True)

REQUESTS = Counter(
    "tongdai_http_requests_total", "Requests by route and status.", ["route", "status"], registry=REGISTRY
)
SECONDS = Histogram(
    "tongdai_http_seconds",
    "Time to answer a request, by route.",
    ["route"],
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10),
    registry=REGISTRY,
)
EVENTS = Counter(
    "tongdai_events_total", "Events taken in, by account and kind.", ["account", "kind"], registry=REGISTRY
)
DUPLICATES = Counter("tongdai_duplicate_events_total", "Events that had been taken in before.", registry=REGISTRY)
REFUSED = Counter("tongdai_refused_webhooks_total", "Webhooks with a wrong signature.", ["account"], registry=REGISTRY)
UNRECOGNISED = Counter(
    "tongdai_unknown_events_total", "Signed items of a kind we do not know.", ["account"], registry=REGISTRY
)
QUARANTINED = Counter("tongdai_quarantined_total", "Webhooks kept for a replay.", ["account"], registry=REGISTRY)
NOTICES = Counter(
    "tongdai_account_notices_total", "What platforms told about the account.", ["account", "kind"], registry=REGISTRY
)
TICKETS = Counter("tongdai_tickets_total", "Tickets opened.", ["account"], registry=REGISTRY)
WAITING = Gauge("tongdai_intake_waiting", "Requests and acts waiting for a transaction.", registry=REGISTRY)
OUTBOX = Gauge(
    "tongdai_outbox_messages", "Outgoing messages by account and state.", ["account", "state"], registry=REGISTRY
)
OLDEST = Gauge("tongdai_outbox_oldest_seconds", "Age of the oldest unsent message.", ["account"], registry=REGISTRY)
ALERTS = Gauge("tongdai_open_alerts", "Open alerts to operators, by urgency.", ["urgency"], registry=REGISTRY)
