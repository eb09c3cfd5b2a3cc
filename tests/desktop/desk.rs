//! `Desk`: a desktop of one's own: home folder, screen and session bus. Nothing of the real user's is seen or touched.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::process::kill;

/// A desktop that ends, with every program started on it, when dropped.
pub(crate) struct Desk {
    home: TempDir,
    env: Vec<(String, String)>,
    programs: Vec<Child>,
    bus: String,
    /// The processes of both.
    screen_and_bus: [u32; 2],
}

impl Desk {
    /// A GNOME desktop, as far as programs can tell.
    pub(crate) fn new() -> Desk {
        let home = TempDir::with_prefix("parasol-desk-").expect("a folder can be made");
        let path = std::env::var("PATH").expect("PATH is set");
        let mut env: Vec<(String, String)> = [
            ("PATH", path.as_str()),
            ("LANG", "C.UTF-8"),
            ("XDG_CURRENT_DESKTOP", "GNOME"),
            ("DESKTOP_SESSION", "gnome"),
            ("XDG_SESSION_TYPE", "x11"),
            // no accessibility bus, and no graphics card to look for
            ("NO_AT_BRIDGE", "1"),
            ("WEBKIT_DISABLE_COMPOSITING_MODE", "1"),
            ("PARASOL_LOG", "debug"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        for (name, folder) in [
            ("HOME", ""),
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_DATA_HOME", ".local/share"),
            ("XDG_CACHE_HOME", ".cache"),
            ("XDG_RUNTIME_DIR", "run"),
        ] {
            let folder = home.path().join(folder);
            make_private(&folder);
            env.push((name.to_owned(), folder.to_str().expect("a temporary path is plain text").to_owned()));
        }

        let mut desk = Desk { home, env, programs: Vec::new(), bus: String::new(), screen_and_bus: [0; 2] };
        desk.start_screen();
        desk.start_bus();
        desk
    }

    /// A screen, for the programs that are started from now on.
    pub(crate) fn start_screen(&mut self) {
        let (screen, pid) =
            self.start_and_read("Xvfb", &["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"]);
        self.set("DISPLAY", &format!(":{screen}"));
        self.screen_and_bus[0] = pid;
    }

    /// A session bus, likewise.
    pub(crate) fn start_bus(&mut self) {
        let arguments = &["--session", "--nofork", "--nopidfile", "--print-address=1"];
        let (bus, pid) = self.start_and_read("dbus-daemon", arguments);
        self.set("DBUS_SESSION_BUS_ADDRESS", &bus);
        self.bus = bus;
        self.screen_and_bus[1] = pid;
    }

    /// The screen is gone from one moment to the next.
    pub(crate) fn lose_screen(&mut self) {
        kill(self.screen_and_bus[0]);
    }

    /// The session bus is.
    pub(crate) fn lose_bus(&mut self) {
        kill(self.screen_and_bus[1]);
    }

    /// A folder under the desk's home.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// A file of this name anywhere under the desk's home.
    pub(crate) fn find(&self, name: &str) -> Option<PathBuf> {
        find(self.home.path(), name)
    }

    /// The screen.
    pub(crate) fn display(&self) -> &str {
        let display = self.env.iter().rfind(|(name, _)| name == "DISPLAY");
        display.map(|(_, value)| value.as_str()).expect("there is one from the beginning")
    }

    /// What programs that are started from now on find in their environment.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.env.push((name.to_owned(), value.to_owned()));
    }

    /// What they do not find there.
    pub(crate) fn unset(&mut self, name: &str) {
        self.env.retain(|(known, _)| known != name);
    }

    /// The session bus.
    pub(crate) fn bus(&self) -> &str {
        &self.bus
    }

    /// A program that knows this desktop only, in a process group of its own.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        use std::os::unix::process::CommandExt;

        let mut command = Command::new(program);
        command.env_clear().envs(self.env.iter().cloned()).current_dir(self.home.path()).process_group(0);
        command.stdin(Stdio::null());
        command
    }

    /// Starts a program that ends with the desk, together with whatever it starts itself. Returns its process id.
    pub(crate) fn start(&mut self, mut command: Command) -> u32 {
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let pid = child.id();
        self.programs.push(child);
        pid
    }

    /// Starts a program and returns the first line it prints, which says where it is to be found, and its process id.
    fn start_and_read(&mut self, program: &str, args: &[&str]) -> (String, u32) {
        let mut command = self.command(program);
        command.args(args).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        let mut line = String::new();
        let (output, pid) = (child.stdout.take().expect("the output is piped"), child.id());
        self.programs.push(child);
        BufReader::new(output).read_line(&mut line).expect("the output can be read");
        assert!(!line.trim().is_empty(), "{program} ended without saying where it is");
        (line.trim().to_owned(), pid)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        for program in self.programs.iter_mut().rev() {
            // the group: the bus starts the settings' keeper, the driver starts the desktop program
            let kill = format!("kill -KILL -{}", program.id());
            let _ = Command::new("sh").args(["-c", &kill]).stderr(Stdio::null()).status();
            let _ = program.wait();
        }
    }
}

/// A program of this workspace, as built beside the tests.
pub(crate) fn built(program: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a running program has a path");
    let folder = test.ancestors().nth(2).expect("tests lie in target/PROFILE/deps");
    let path = folder.join(program);
    assert!(path.exists(), "{} is missing: npm test builds it, and so does cargo build -p {program}", path.display());
    path
}

fn make_private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;

    std::fs::create_dir_all(folder).expect("a folder can be made");
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).expect("our own folder");
}

/// The file of this name in a folder or below it.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found = entries.filter_map(|path| match path.is_dir() {
        true => find(&path, name),
        false => path.ends_with(name).then_some(path),
    });
    found.next()
}
