"""A small shell for the script in the docs: commands of the portal in this process, files, variables, calls by curl."""

import os
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from flask import Flask
from werkzeug.test import TestResponse

SCRIPT = re.compile(r"```sh\n(.*?)```", re.S)
ASSIGNED = re.compile(r"(\w+)=\$\((.*)\)")


def scripts(text: str) -> list[str]:
    """The scripts of a document."""
    return SCRIPT.findall(text)


@dataclass
class Shell:
    """What was said and answered so far; ``after`` is done after each line, as a worker would beside it."""

    app: Flask
    folder: Path
    after: Callable[[], None]
    now: str
    variables: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    answers: list[TestResponse] = field(default_factory=list)

    def run(self, script: str) -> None:
        """Every line in turn; the first that fails ends it."""
        here = Path.cwd()
        os.chdir(self.folder)
        try:
            for line, text in _lines(script):
                self._do(line, Template(text).safe_substitute(self.variables))
                self.after()
        finally:
            os.chdir(here)

    def _do(self, line: str, text: str) -> None:
        assigned = ASSIGNED.fullmatch(line)
        if assigned:
            self.variables[assigned[1]] = self._said(shlex.split(assigned[2]), "").strip()
            return
        words = [Template(word).safe_substitute(self.variables) for word in shlex.split(line)]
        if words[0] == "export":
            self.variables |= dict(word.split("=", 1) for word in words[1:])
        elif words[:2] == ["cat", ">"]:
            Path(words[2]).write_text(text, encoding="utf-8")
        elif words[0] == "curl":
            self._call(words)
        else:
            self.outputs[line] = self._said(words, text)

    def _said(self, words: list[str], text: str) -> str:
        if words[0] == "date":
            return self.now
        assert words[0] == "paradero", words
        result = self.app.test_cli_runner().invoke(args=["portal", *words[1:]], input=text)
        assert result.exit_code == 0, (words, result.output)
        return str(result.output)

    def _call(self, words: list[str]) -> None:
        assert words[1] == "-s" and words[3] == "-H" and words[5] == "--json", words
        path = words[2].removeprefix(self.variables["PORTAL"])
        name, _, value = words[4].partition(": ")
        headers = {name: value, "Content-Type": "application/json"}
        self.answers.append(self.app.test_client().post(path, data=words[6], headers=headers))


def _lines(script: str) -> Iterator[tuple[str, str]]:
    """Each line with the text that is handed to it."""
    lines = iter(script.splitlines())
    for line in lines:
        if not line.strip():
            continue
        command, marks, end = line.partition(" <<")
        text = ""
        if marks:
            while (following := next(lines)) != end:
                text += following + "\n"
        yield command, text
