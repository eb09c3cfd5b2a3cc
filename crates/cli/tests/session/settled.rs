//! `Settled`: a session on both desktops whose user has something of their own in every setting.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Bus, PROXY, Place, text_of};

/// Its place, and its bus.
pub(crate) struct Settled {
    pub(crate) place: Place,
    pub(crate) bus: Bus,
}

impl Settled {
    pub(crate) fn new() -> Settled {
        let place = Place::new();
        let rc = "# mine\n[Proxy Settings]\nProxyType=2\nProxy Config Script=http://wpad/x.pac\nOdd=x\n\n[Z]\na=b\n";
        fs::write(place.kioslaverc(), rc).unwrap();
        let session = Settled { bus: Bus::start(&place), place };
        for (part, key, value) in [
            (".http", "host", "proxy.corp.example"),
            (".http", "port", "3128"),
            ("", "ignore-hosts", "['intranet']"),
            ("", "autoconfig-url", "http://wpad/x.pac"),
            ("", "mode", "manual"),
        ] {
            text_of(session.command("gsettings").args(["set", &format!("{PROXY}{part}"), key, value]));
        }
        session
    }

    /// A program of this session.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        self.surround(&mut command);
        command
    }

    pub(crate) fn surround(&self, command: &mut Command) {
        self.place.surround(command, "KDE");
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus.address);
    }

    /// Of both desktops.
    pub(crate) fn settings(&self) -> String {
        let gnome = text_of(self.command("gsettings").args(["list-recursively", PROXY]));
        gnome + &fs::read_to_string(self.place.kioslaverc()).unwrap()
    }

    /// What the desktop runs when the user logs in, if there is anything.
    pub(crate) fn log_in(&self) {
        let Ok(entry) = fs::read_to_string(self.place.login_entry()) else { return };
        let exec = entry.lines().find_map(|line| line.strip_prefix("Exec=")).unwrap();
        // The paths of this test need no more quoting than a shell does.
        text_of(self.command("/bin/sh").args(["-c", exec]));
    }
}
