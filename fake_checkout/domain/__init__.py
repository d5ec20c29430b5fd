"""What the provider knows of payments, refunds, notifications and faults. The standard library alone."""
