"""How many cases a test tries: few in a check, and in a soak as many times more as it is told."""

from typing import Any

from hypothesis import settings


def tries(few: int, **more: Any) -> settings:
    """Try so many cases times `--times`, with these settings of Hypothesis else."""
    return settings(max_examples=few * settings.get_profile("times").max_examples, **more)
