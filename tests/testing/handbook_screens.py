"""A handbook for whoever looks at every screen, with what is hard to fit on a phone."""

from pathlib import Path

from doubles.git_server import Files, GitRepository
from testing.handbook import PNG, named

PAGE = f"""---
title: A disk that is {"very " * 30}full
last_reviewed_on: 2026-01-01
review_in: 1 month
---
# Here

See [another](gone.md) and [this](#here). `{"a-long-command-" * 20}`

|{"a wide column|" * 12}
|{"-|" * 12}
|{"one-long-word|" * 12}

```sh
kubectl {"--flag=value " * 30}
```

1. - [x] done

> said

<details><summary>More</summary><p>Words.</p></details>

### Deep

![plan](img/plan.png)
"""
HANDBOOK = (
    "/handbook/",
    "/handbook/?q=disk",
    "/handbook/docs/",
    "/handbook/docs/runbooks/a-name-that-is-long.md",
    "/handbook/review",
)


def with_handbook(folder: Path) -> Path:
    """Make a handbook there; give the process file that names it."""
    pages: Files = {"runbooks/a-name-that-is-long.md": PAGE, "runbooks/img/plan.png": PNG}
    GitRepository(folder / "docs").write(pages)
    file = folder / "process.yaml"
    file.write_text(named(f"file://{folder}/docs"), encoding="utf-8")
    return file
