"""Where programs are."""
import os
import shutil
import subprocess
from pathlib import Path

COMPARE = Path(__file__).resolve().parent.parent
REPO = COMPARE.parent.parent
LOADGEN = COMPARE / "loadgen"


def find(name):
    """The path of a program, or None: our own as it was built, a peer from the folder in SSBENCH_PEERS, from
    .peers/bin (where npm test puts one), or from PATH."""
    if "/" in name:
        return name if os.access(name, os.X_OK) else None
    if name == "parasol":
        built = target_folder() / "release" / name
        return str(built) if built.exists() else None
    return shutil.which(name, path=os.pathsep.join([*map(str, peer_folders()), os.environ.get("PATH", os.defpath)]))


def peer_folders():
    given = os.environ.get("SSBENCH_PEERS")
    given = [Path(given) / "bin", Path(given)] if given else []
    return [*given, REPO / ".peers" / "bin"]


def target_folder():
    return Path(os.environ.get("CARGO_TARGET_DIR", REPO / "target"))


def loadgen():
    """The load generator; cargo looks each time whether it has to be built. SSBENCH_LOADGEN names another one."""
    given = os.environ.get("SSBENCH_LOADGEN")
    if given:
        return given
    target = LOADGEN / "target"
    # from within its folder, so that it has the target folder of a workspace of its own
    build = ["cargo", "build", "--release", "--quiet", "--locked", "--target-dir", str(target)]
    subprocess.run(build, cwd=LOADGEN, check=True)
    return str(target / "release" / "loadgen")
