#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures what compilers say about mistakes: python3 table.py [--readme] [--case NAME]… COMPILER [FLAG…]

Each case is a file that is compiled twice. As it stands it has to compile. With WRONG defined it has to give one
error, which says every text of the lines `// expect: TEXT` (`// expect-g++:`, `// expect-clang:` for one compiler) and quotes
those of `// quoted: TEXT`,
in at most LINES lines, none longer than LONGEST, without a name of a detail namespace. The headers are precompiled
once. Prints a table; with --readme, also writes the one for readers.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

LINES = {"g++": 8, "clang": 12}
LONGEST = 400
FLAGS = ["-Wall", "-Wextra", "-Wconversion", "-Werror"]
FLAGS += [f"-Wno-{name}" for name in ("unused-variable", "unused-parameter", "unused-const-variable", "shadow")]
# clang's -Wconversion holds it, g++'s does not; where a number is narrowed it would be a second error.
FLAGS += ["-Wno-sign-conversion"]
FORBIDDEN = ["detail::", "::detail"]
HERE = pathlib.Path(__file__).resolve().parent
QUOTE = re.compile(r"^ *\d* \|")
INCLUDES = re.compile(r"^(In file included from|                 from) ")


class Compiler:
    def __init__(self, command, folder):
        version = subprocess.run([command[0], "--version"], capture_output=True, text=True, check=True).stdout
        self.family = "clang" if "clang" in version else "g++"
        self.command = command
        header = HERE.parents[1] / "include/espalier/espalier.hpp"
        if self.family == "clang":
            self.precompiled = ["-include-pch", f"{folder}/espalier.pch"]
            target = f"{folder}/espalier.pch"
        else:
            self.precompiled = ["-I", folder]
            pathlib.Path(folder, "espalier").mkdir()
            target = f"{folder}/espalier/espalier.hpp.gch"
        subprocess.run([*command, "-w", "-x", "c++-header", header, "-o", target], check=True)
        if self.family == "g++":
            self.precompiled += [f"-I{header.parents[1]}"]

    def run(self, source, *options):
        """The exit status, the lines that it prints, and how many they would be without the precompiled header."""
        command = [self.command[0], *self.precompiled, *self.command[1:], *FLAGS, *options, "-fsyntax-only", source]
        run = subprocess.run(command, capture_output=True, text=True,
                             env={"LC_ALL": "C", "PATH": "/usr/local/bin:/usr/bin:/bin"})
        lines = run.stderr.replace(f"{HERE.parents[1]}/", "").splitlines()
        # Of a precompiled header g++ does not say by which file it was included.
        hidden = self.family == "g++" and any(INCLUDES.match(line) for line in lines)
        return run.returncode, lines, len(lines) + hidden


def check_right_versions(sources, compiler, folder):
    """All of them in one file, each in a namespace of its own; lines of complaint by case."""
    # An explicit instantiation stands in no namespace of its own.
    alone = [source for source in sources if "ESPALIER_DECLARE(" in source.read_text()]
    complaints = [line for source in alone for line in compiler.run(source)[1]]
    sources = [source for source in sources if source not in alone]
    includes, bodies = {"#include <espalier/espalier.hpp>": None}, []
    for source in sources:
        lines = source.read_text().splitlines()
        includes.update((line, None) for line in lines if line.startswith("#include"))
        body = ["" if line.startswith("#include") else line for line in lines]
        bodies += [f"namespace case_{source.stem} {{", f'#line 1 "{source}"', *body, "}"]
    together = pathlib.Path(folder, "right.cpp")
    together.write_text("\n".join([*includes, *bodies, ""]))
    status, lines, _ = compiler.run(together)
    return complaints + lines or [f"exit status {status}"] * (status != 0)


def expected(source, family):
    texts = re.findall(r"^// expect(?:-(\S+))?: *(.*)$", source.read_text(), re.MULTILINE)
    return [text for only, text in texts if only in ("", family)]


def sentence(lines, family):
    """What the first error says, without file and preamble."""
    first = next((line for line in lines if "error:" in line), "")
    text = first.split("error: ", 1)[-1]
    text = re.sub(r"^static assertion failed( due to requirement '.*'(?=: ))?: ", "", text)
    return text


def check(source, compiler):
    """The faults of a case, and the figures and the sentence of its table row."""
    faults = []
    status, lines, count = compiler.run(source, "-DWRONG")
    if status == 0:
        faults.append("the wrong version compiles")
    errors = sum("error:" in line for line in lines)
    longest = max((len(line) for line in lines), default=0)
    # Quoted source lines would let a text match though its assertion was never reached.
    said = "\n".join(line for line in lines if not QUOTE.match(line))
    texts = expected(source, compiler.family)
    quoted = re.findall(r"^// quoted: *(.*)$", source.read_text(), re.MULTILINE)
    if not texts and not quoted:
        faults.append("the file states no '// expect:'")
    faults += [f"the compiler does not say '{text}'" for text in texts if text not in said]
    faults += [f"the compiler does not quote '{text}'" for text in quoted if not any(text in line for line in lines)]
    if errors != 1:
        faults.append(f"{errors} errors instead of one")
    if count > LINES[compiler.family]:
        faults.append(f"{count} lines, more than {LINES[compiler.family]}")
    if longest > LONGEST:
        faults.append(f"a line of {longest} characters, more than {LONGEST}")
    faults += [f"prints '{word}'" for word in FORBIDDEN if any(word in line for line in lines)]
    if faults:
        faults += ["it says:", *lines]
    return faults, (source.stem, count, longest, sentence(lines, compiler.family))


def write_readme(sources, rows):
    """For readers: what is wrong, and what the compiler says."""
    text = ["# Mistakes and what the compiler says", "",
            "Each is one error of at most 8 lines (g++ 12) or 12 lines (clang 19), whose note names the layer's index, "
            "its kind with", "its arguments and the shape that it receives, where there is a layer. The sentences are "
            "g++'s, of the error's line.", "Written by `table.py --readme`.", "",
            "| mistake | error |", "| --- | --- |"]
    for source, row in zip(sources, rows):
        wrong = re.search(r"#ifdef WRONG\n(.*?)\n#(?:else|endif)", source.read_text(), re.DOTALL)
        code = f"[{source.stem}]({source.name})"
        if wrong and "\n" not in wrong.group(1):
            code = f"`{wrong.group(1).strip()}`"
        quoted = re.search(r'^// quoted: throw "(.*)"$', source.read_text(), re.MULTILINE)
        said = quoted.group(1) if quoted else row[3]
        text.append("| " + code.replace("|", "\\|") + " | " + said.replace("|", "\\|").replace("<", "\\<") + " |")
    HERE.joinpath("README.md").write_text("\n".join(text) + "\n")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--readme", action="store_true")
    arguments.add_argument("--case", action="append", default=[])
    arguments.add_argument("command", nargs=argparse.REMAINDER)
    given = arguments.parse_args()
    sources = sorted(HERE.glob("*.cpp"))
    if given.case:
        sources = [source for source in sources if source.stem in given.case]
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        compiler = Compiler(given.command, folder)
        complaints = check_right_versions(sources, compiler, folder)
        if complaints:
            wrong.append("the right versions")
            print("\n".join(["the right versions do not compile cleanly:", *complaints]))
        print(f"{'case':28} lines longest first error")
        rows = []
        for source in sources:
            faults, (name, count, longest, text) = check(source, compiler)
            rows.append((name, count, longest, text))
            print(f"{name:28} {count:5} {longest:7} {text[:120]}", flush=True)
            if faults:
                wrong.append(name)
                print("\n".join(f"    {fault}" for fault in faults), flush=True)
    if given.readme and not given.case:
        write_readme(sources, rows)
    print(f"{len(sources)} cases, {len(wrong)} of them wrong{': ' if wrong else ''}{', '.join(wrong)}")
    return 1 if wrong or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
