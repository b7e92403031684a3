"""What GitHub keeps of a repository's files: branches, contents, and pull requests.

Sources: https://docs.github.com/en/rest/git/refs, /rest/repos/contents, /rest/pulls/pulls.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Answer = tuple[int, Any]
GONE = 404, {"message": "Not Found"}
FORBIDDEN = 403, {"message": "Resource not accessible by personal access token"}


@dataclass
class Commit:
    """What a branch holds, by whom, and what the commit says."""

    files: dict[str, str]
    message: str = ""
    author: Any = None
    parent: "Commit | None" = None
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        told = repr((sorted(self.files.items()), self.message, self.parent and self.parent.sha))
        self.sha = hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()


def blob(text: str) -> str:
    whole = b"blob %d\0" % len(text.encode()) + text.encode()
    return hashlib.sha1(whole, usedforsecurity=False).hexdigest()


class Code:
    """The branches of one repository, and who asked for which to be taken into another."""

    def __init__(self, repository: str) -> None:
        self.repository = repository
        self.branches = {"main": Commit({})}
        self.pulls: list[dict[str, Any]] = []
        self.writable, self.visible, self.has_issues = True, True, True

    def commit(
        self, branch: str, path: str, text: str | None, message: str = "", by: Any = None
    ) -> None:
        head = self.branches[branch]
        files = {name: kept for name, kept in head.files.items() if name != path}
        files |= {path: text} if text is not None else {}
        self.branches[branch] = Commit(files, message, by, head)

    def merge(self, number: int) -> None:
        """Take a pull request in, as somebody does who says yes to it."""
        pull = self.pulls[number - 1]
        theirs, head = self.branches[pull["head"]["ref"]], self.branches[pull["base"]["ref"]]
        common = theirs
        while common.parent is not None and common.sha not in self._shas(head):
            common = common.parent
        files = dict(head.files)
        for name in {*theirs.files, *common.files}:
            if theirs.files.get(name) != common.files.get(name):
                files.pop(name, None)
                files |= {name: theirs.files[name]} if name in theirs.files else {}
        self.branches[pull["base"]["ref"]] = Commit(files, "Merge", None, head)
        pull.update(state="closed", merged=True)

    @staticmethod
    def _shas(commit: Commit | None) -> set[str]:
        found = set()
        while commit is not None:
            found.add(commit.sha)
            commit = commit.parent
        return found

    def answer(self, method: str, path: str, asked: dict[str, str], given: Any) -> Answer | None:
        """Answer what is asked of files, branches and pull requests; None if it is about others."""
        for pattern, do in self._routes().items():
            found = re.fullmatch(pattern, f"{method} {path}")
            if found is None or (path.startswith("/contents/") and method == "GET" and not asked):
                continue
            if not self.visible:
                return GONE
            if method != "GET" and not self.writable:
                return FORBIDDEN
            return do(found, asked, given)
        return None

    def _routes(self) -> dict[str, Callable[..., Answer]]:
        return {
            "GET ": lambda found, asked, given: (
                200,
                {"full_name": self.repository, "has_issues": self.has_issues},
            ),
            "GET /git/ref/heads/(.+)": self._ref,
            "POST /git/refs": self._new_ref,
            "PATCH /git/refs/heads/(.+)": self._move_ref,
            "DELETE /git/refs/heads/(.+)": self._drop_ref,
            "GET /contents/(.+)": self._content,
            "(PUT|DELETE) /contents/(.+)": self._write,
            r"GET /compare/(\w+)\.\.\.(\w+)": self._compare,
            "GET /pulls": self._pulls,
            "POST /pulls": self._new_pull,
            r"GET /pulls/(\d+)": self._pull,
            r"PATCH /pulls/(\d+)": self._change_pull,
        }

    def _told(self, name: str) -> Any:
        return {"ref": f"refs/heads/{name}", "object": {"sha": self.branches[name].sha}}

    def _ref(self, found: Any, asked: Any, given: Any) -> Answer:
        return (200, self._told(found[1])) if found[1] in self.branches else GONE

    def _at(self, sha: str) -> Commit | None:
        for commit in self.branches.values():
            here: Commit | None = commit
            while here is not None:
                if here.sha == sha:
                    return here
                here = here.parent
        return None

    def _compare(self, found: Any, asked: Any, given: Any) -> Answer:
        base, head = self._at(found[1]), self._at(found[2])
        if base is None or head is None:
            return GONE
        return 200, {"ahead_by": len(self._shas(head) - self._shas(base))}

    def _new_ref(self, found: Any, asked: Any, given: Any) -> Answer:
        name, commit = given["ref"].removeprefix("refs/heads/"), self._at(given["sha"])
        if name in self.branches:
            return 422, {"message": "Reference already exists"}
        if commit is None:
            return 422, {"message": "Object does not exist"}
        self.branches[name] = commit
        return 201, self._told(name)

    def _move_ref(self, found: Any, asked: Any, given: Any) -> Answer:
        commit = self._at(given["sha"])
        if found[1] not in self.branches or commit is None:
            return 422, {"message": "Reference does not exist"}
        if not given.get("force") and self.branches[found[1]].sha not in self._shas(commit):
            return 422, {"message": "Update is not a fast forward"}
        self.branches[found[1]] = commit
        return 200, self._told(found[1])

    def _drop_ref(self, found: Any, asked: Any, given: Any) -> Answer:
        if self.branches.pop(found[1], None) is None:
            return 422, {"message": "Reference does not exist"}
        for pull in self.pulls:
            if pull["head"]["ref"] == found[1]:
                pull["state"] = "closed"
        return 204, None

    def _html(self, branch: str, path: str) -> str:
        return f"https://github.com/{self.repository}/blob/{branch}/{path}"

    def _content(self, found: Any, asked: Any, given: Any) -> Answer:
        branch, path = asked["ref"], found[1]
        files = self.branches[branch].files if branch in self.branches else {}
        if any(name.startswith(f"{path}/") for name in files):
            return 200, [{"type": "file", "path": n} for n in files if n.startswith(f"{path}/")]
        if path not in files:
            return GONE
        text = base64.encodebytes(files[path].encode()).decode()
        told = {"type": "file", "encoding": "base64", "content": text, "sha": blob(files[path])}
        return 200, {**told, "html_url": self._html(branch, path)}

    def _write(self, found: Any, asked: Any, given: Any) -> Answer:
        method, path, branch = found[1], found[2], given["branch"]
        if branch not in self.branches:
            return 404, {"message": f"Branch {branch} not found"}
        old = self.branches[branch].files.get(path)
        if old is None and method == "DELETE":
            return GONE
        if old is not None and "sha" not in given:
            return 422, {"message": 'Invalid request.\n\n"sha" wasn\'t supplied.'}
        if old is not None and given["sha"] != blob(old):
            return 409, {"message": f"{path} does not match {given['sha']}"}
        text = base64.b64decode(given["content"]).decode() if method == "PUT" else None
        self.commit(branch, path, text, given["message"], given.get("author"))
        told = {"commit": {"sha": self.branches[branch].sha}, "content": None}
        return (201 if old is None else 200), told

    def _pulls(self, found: Any, asked: Any, given: Any) -> Answer:
        _, _, head = asked.get("head", "").partition(":")
        state = asked.get("state", "open")
        return 200, [
            one
            for one in self.pulls
            if state in ("all", one["state"]) and head in ("", one["head"]["ref"])
        ]

    def _pull(self, found: Any, asked: Any, given: Any) -> Answer:
        number = int(found[1])
        return (200, self.pulls[number - 1]) if number <= len(self.pulls) else GONE

    def _new_pull(self, found: Any, asked: Any, given: Any) -> Answer:
        head, base = given["head"], given["base"]
        if head not in self.branches or base not in self.branches:
            return 422, {"message": "Validation Failed"}
        if any(one["state"] == "open" and one["head"]["ref"] == head for one in self.pulls):
            return 422, {"message": f"A pull request already exists for acme:{head}."}
        if self.branches[head].sha in self._shas(self.branches[base]):
            return 422, {"message": f"No commits between {base} and {head}"}
        number = len(self.pulls) + 1
        made = {
            "number": number,
            "state": "open",
            "merged": False,
            "title": given["title"],
            "body": given["body"] or None,
            "head": {"ref": head},
            "base": {"ref": base},
            "html_url": f"https://github.com/{self.repository}/pull/{number}",
        }
        self.pulls.append(made)
        return 201, made

    def _change_pull(self, found: Any, asked: Any, given: Any) -> Answer:
        number = int(found[1])
        if number > len(self.pulls):
            return GONE
        self.pulls[number - 1].update(given)
        return 200, self.pulls[number - 1]
