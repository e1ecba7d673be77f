"""What tests of targets ask for."""

from attio_relay.targets.target import Intent

INTENT = Intent(run_id="run-1", connection="crm", route="acme", changes=3, baseline=None, at=0.0)
