//! What a package does as it is removed: the system proxy of every user is given back, with their own rights. In a mount
//! namespace, in which there is one user only; SKIPPED by whoever may not make one. Whoever may must succeed.
#![cfg(target_os = "linux")]

mod session;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use parasol_platform::system_proxy::{Lease, desktop};
use session::{INSIDE, PROXY, Place, text_of, this_program, wanted};

const USER: u32 = 54_321;

#[test]
fn every_user_gets_back_what_a_parasol_that_died_has_left() {
    let place = Place::new();
    let user = User::new(&place);
    if !may_be_anybody() {
        eprintln!("SKIPPED: this takes root, and the right to a mount namespace (CAP_SYS_ADMIN)");
        return;
    }
    user.settle_in();
    user.run(user.program("gsettings").args(["set", PROXY, "mode", "auto"]));
    let died = user.in_session(&mut this_program("leaves_the_proxy")).status().unwrap();
    assert!(!died.success());
    assert_eq!(user.run(user.program("gsettings").args(["get", PROXY, "mode"])), "'manual'\n");
    let journal = user.journal();
    assert!(journal.exists());

    let removed = user.alone("exec \"$@\"").args([PARASOL, "proxy", "release", "--every-user"]).output().unwrap();
    assert!(removed.status.success(), "{removed:?}");
    assert!(!journal.exists());
    assert_eq!(user.run(user.program("gsettings").args(["get", PROXY, "mode"])), "'auto'\n");
}

const PARASOL: &str = env!("CARGO_BIN_EXE_parasol");

#[test]
#[ignore = "started by another test, to die"]
fn leaves_the_proxy() {
    let place = Place::here().expect("started by another test");
    let journal = place.path().join(".config/parasol/system-proxy.json");
    let _lease = Lease::acquire(desktop().unwrap(), &journal, &wanted()).unwrap();
    std::process::abort();
}

/// Whether this process is root with CAP_SYS_ADMIN, which the kernel tells it.
fn may_be_anybody() -> bool {
    const SYS_ADMIN: u32 = 21;
    let status = fs::read_to_string("/proc/self/status").expect("the kernel tells");
    let line = |begin: &str| status.lines().find_map(|line| line.strip_prefix(begin)).expect("a line of rights").trim();
    let held = u64::from_str_radix(line("CapEff:"), 16).expect("a number");
    line("Uid:").starts_with("0\t") && held & 1 << SYS_ADMIN != 0
}

/// Somebody who is not logged in.
struct User<'a> {
    home: &'a Path,
}

impl User<'_> {
    fn new(place: &Place) -> User<'_> {
        let user = User { home: place.path() };
        fs::create_dir_all(user.home.join(".config/parasol")).unwrap();
        fs::set_permissions(user.home, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(user.list(), format!("test:x:{USER}:{USER}::{}:/bin/sh\n", user.home.display())).unwrap();
        fs::write(user.sources(), "passwd: files\ngroup: files\n").unwrap();
        user
    }

    /// The system's list of users, with this one alone.
    fn list(&self) -> PathBuf {
        self.home.join("passwd")
    }

    /// Where users are looked for: in that list, and nowhere else.
    fn sources(&self) -> PathBuf {
        self.home.join("nsswitch.conf")
    }

    fn journal(&self) -> PathBuf {
        self.home.join(".config/parasol/system-proxy.json")
    }

    /// Has what is theirs, and can run programs.
    fn settle_in(&self) {
        for path in [self.home.to_owned(), self.home.join(".config"), self.home.join(".config/parasol")] {
            chown(path, Some(USER), Some(USER)).expect("root gives things away");
        }
        text_of(&mut self.alone("true"));
        text_of(&mut self.in_session(Command::new(PARASOL).arg("--version")));
    }

    /// A shell on this machine as it would be if there were nobody else. Its arguments can be added.
    fn alone(&self, script: &str) -> Command {
        let mut command = Command::new("unshare");
        let mount = |file: PathBuf, place: &str| format!("mount --bind {} {place}", file.display());
        let mounts = [mount(self.list(), "/etc/passwd"), mount(self.sources(), "/etc/nsswitch.conf")].join(" && ");
        let script = format!("{mounts} && {script}");
        command.args(["--mount", "sh", "-c", &script, "sh"]);
        command
    }

    /// A program of this user's, with a bus of its own.
    fn in_session(&self, command: &mut Command) -> Command {
        let ids = format!("--reuid {USER} --regid {USER} --clear-groups");
        let mut session = self.alone(&format!("exec setpriv {ids} dbus-run-session -- \"$@\""));
        session.arg(command.get_program()).args(command.get_args());
        session.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", self.home);
        session.env(INSIDE, self.home).env("LANG", "C.UTF-8").current_dir("/");
        session
    }

    fn program(&self, program: &str) -> Command {
        Command::new(program)
    }

    fn run(&self, command: &mut Command) -> String {
        text_of(&mut self.in_session(command))
    }
}
