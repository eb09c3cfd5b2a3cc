"""`Desk`: a desktop of one's own: home folder, screen and session bus. Nothing of the real user's is seen or touched."""
import os
import signal
import subprocess
import tempfile


class Desk:
    """Ends, with every program started on it, at the end of its `with` block."""

    def __init__(self, width, height, more_env):
        self._folder = tempfile.TemporaryDirectory(prefix='parasol-bench-', ignore_cleanup_errors=True)
        self._programs = []
        self.home = self._folder.name
        self.env = {'PATH': os.environ['PATH'], 'LANG': 'C.UTF-8', 'XDG_SESSION_TYPE': 'x11', 'NO_AT_BRIDGE': '1'}
        folders = [
            ('HOME', '.'),
            ('XDG_CONFIG_HOME', '.config'),
            ('XDG_DATA_HOME', '.local/share'),
            ('XDG_CACHE_HOME', '.cache'),
            ('XDG_RUNTIME_DIR', 'run'),
            ('PARASOL_CONFIG_DIR', 'parasol'),
        ]
        for name, folder in folders:
            self.env[name] = os.path.normpath(os.path.join(self.home, folder))
            os.makedirs(self.env[name], mode=0o700, exist_ok=True)
        self.env |= more_env
        try:
            size = ['-screen', '0', f'{width}x{height}x24']
            # -fbdir: the pixels lie in a file that can be looked at without asking the X server
            self.env['DISPLAY'] = ':' + self._says('Xvfb', '-displayfd', '1', *size, '-nolisten', 'tcp', '-fbdir', self.home)
            bus = self._says('dbus-daemon', '--session', '--nofork', '--nopidfile', '--print-address=1')
            self.env['DBUS_SESSION_BUS_ADDRESS'] = bus
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in reversed(self._programs):
            end(program, signal.SIGKILL)
        self._folder.cleanup()

    def start(self, *command, env={}, stdout=subprocess.DEVNULL):
        """Starts a program that knows this desktop only, in a process group of its own."""
        program = subprocess.Popen(
            command, env=self.env | env, cwd=self.home, stdin=subprocess.DEVNULL, stdout=stdout,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )
        self._programs.append(program)
        return program

    def _says(self, *command):
        line = self.start(*command, stdout=subprocess.PIPE).stdout.readline().decode().strip()
        if not line:
            raise SystemExit(f'{command[0]} ended without saying where it is')
        return line


def end(program, how=signal.SIGTERM):
    """Ends a program of ours with all that it started: what is left of its group after its end is killed."""
    if program.poll() is None:
        program.send_signal(how)
        try:
            program.wait(10)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(program.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    program.wait()
