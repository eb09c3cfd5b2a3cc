"""The implementations of `impls.toml`."""
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from . import programs

# of 32 and 16 bytes; other methods than those of 2022 take them as any password
KEY_32 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
KEY_16 = "AAECAwQFBgcICQoLDA0ODw=="


def password(method):
    return KEY_16 if method == "2022-blake3-aes-128-gcm" else KEY_32


@dataclass
class Role:
    """How an implementation is started as a local or as a server."""
    command: list[str]
    config: str | None
    methods: list[str]


@dataclass
class Implementation:
    name: str
    local: Role
    server: Role
    env: dict[str, str] = field(default_factory=dict)
    # files that must be there, besides the programs
    needs: list[str] = field(default_factory=list)
    version: list[str] = field(default_factory=list)

    def missing(self):
        """The first thing that is not on this machine, or None."""
        for command in (self.local.command, self.server.command):
            if not programs.find(command[0]):
                return command[0]
        return next((path for path in self.needs if not Path(path.replace("{repo}", str(programs.REPO))).exists()), None)


def load(more_tables=(), builds=()):
    """All implementations by name. `builds` are NAME=PATH: further builds of parasol, started as it is."""
    raw = {"groups": {}, "impl": {}}
    for path in [programs.COMPARE / "impls.toml", *map(Path, more_tables)]:
        read = tomllib.loads(path.read_text())
        raw["groups"].update(read.get("groups", {}))
        raw["impl"].update(read.get("impl", {}))
    for build in builds:
        name, _, path = build.partition("=")
        ours = raw["impl"]["parasol"]
        path = str(Path(path).resolve())
        raw["impl"][name] = {**ours, **{role: [path, *ours[role][1:]] for role in ("local", "server", "version")}}
    return {name: implementation(name, entry, raw) for name, entry in raw["impl"].items()}


def implementation(name, entry, raw):
    entry = {**raw["impl"][entry["like"]], **entry} if "like" in entry else entry

    def role(side):
        names = entry.get(side + "_methods", entry["methods"])
        methods = [m for name in names for m in (raw["groups"][name[1:]] if name.startswith("@") else [name])]
        return Role(entry[side] + entry.get(side + "_extra", []), entry.get(side + "_config"), methods)

    return Implementation(name, role("local"), role("server"), entry.get("env", {}), entry.get("needs", []),
                          entry.get("version", []))


def available(table):
    """Those whose programs are on this machine; says which are not."""
    here = {name: impl for name, impl in table.items() if not impl.missing()}
    absent = [f"{name} ({impl.missing()})" for name, impl in table.items() if name not in here]
    if absent:
        print(f"not on this machine: {', '.join(absent)}", file=sys.stderr)
    if "parasol" not in here:
        sys.exit("target/release/parasol is missing: cargo build --release -p parasol-cli, or npm run build")
    return here


def pair(table, name):
    """The local's and the server's implementation of a name, which may be LOCAL>SERVER."""
    local, _, server = name.partition(">")
    for one in (local, server or local):
        if one not in table:
            sys.exit(f"{one} is not an implementation of the table, or not on this machine")
    return table[local], table[server or local]
