"""Just enough of CMakeLists.txt: the commands of a file with their words. Shared by the checks of this folder."""

import re
import typing

import tree

_TOKEN = re.compile(r'#[^\n]*|"((?:\\.|[^"\\])*)"|([()])|([^\s()"#]+)')


class Command(typing.NamedTuple):
    file: str  # relative to the tree
    line: int
    name: str
    words: list

    def section(self, keyword, keywords):
        """The words after `keyword`, up to the next of `keywords`."""
        found, inside = [], False
        for word in self.words:
            if word in keywords:
                inside = word == keyword
            elif inside:
                found.append(word)
        return found


UNIT_KEYWORDS = ("SOURCES", "TESTS", "LINK", "LABELS")


def commands(root):
    """Every command of every CMakeLists.txt, in the order of the files. Nested parentheses are flattened."""
    found = []
    for name in tree.files(root, ("CMakeLists.txt",)):
        text = tree.read(root, name)
        depth, last_word = 0, None
        for match in _TOKEN.finditer(text):
            quoted, parenthesis, word = match.groups()
            if parenthesis == "(":
                if depth == 0 and last_word is not None:
                    line = text.count("\n", 0, match.start()) + 1
                    found.append(Command(name, line, last_word.lower(), []))
                depth += 1
            elif parenthesis == ")":
                depth -= 1
            elif match.group().startswith("#"):
                continue
            elif depth > 0:
                found[-1].words.append(quoted if quoted is not None else word)
            last_word = word
    return found
