"""PagerDuty, by the vendor's own client."""
