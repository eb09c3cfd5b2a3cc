//! A desktop entry in the user's autostart folder.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use super::ARGUMENT;
use crate::desktop_entry;

/// The name under which desktops show it in their own list of such programs.
const NAME: &str = "io.github.parasol.Parasol.desktop";
/// No entry is as long.
const MOST_BYTES: u64 = 1 << 20;

#[derive(Debug)]
pub(super) struct Entry {
    path: PathBuf,
    program: PathBuf,
}

impl Entry {
    /// `None` for a user without a home, and for a program that cannot be found by its path.
    pub(super) fn of_this_user() -> Option<Entry> {
        let absolute = |path: &PathBuf| path.is_absolute();
        let named = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(absolute);
        let config = named.or_else(|| Some(std::env::home_dir().filter(absolute)?.join(".config")))?;
        Some(Entry { path: config.join("autostart").join(NAME), program: desktop_entry::program()? })
    }

    /// Desktops switch an entry off by a word in it; that is as good as none.
    pub(super) fn is_on(&self) -> io::Result<bool> {
        let mut text = String::new();
        match crate::private_file::open_of_others(&self.path) {
            Ok(file) => file.take(MOST_BYTES).read_to_string(&mut text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        let exec = self.exec().ok_or(io::ErrorKind::InvalidFilename)?;
        let off = key(&text, "Hidden") == Some("true") || key(&text, "X-GNOME-Autostart-enabled") == Some("false");
        Ok(!off && key(&text, "Exec") == Some(&exec))
    }

    pub(super) fn write(&self) -> io::Result<()> {
        let named =
            || io::Error::new(io::ErrorKind::InvalidFilename, "the program's path cannot be written in an entry");
        let exec = self.exec().ok_or_else(named)?;
        let program = desktop_entry::value(&self.program).ok_or_else(named)?;
        // Without the program, it is as if this were not there.
        let text = format!(
            "[Desktop Entry]\nType=Application\nName=Parasol\nComment=Starts without a window\nIcon=parasol-desktop\nTerminal=false\nTryExec={program}\nExec={exec}\n"
        );
        desktop_entry::replace(&self.path, &text)
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn exec(&self) -> Option<String> {
        Some(format!("{} {ARGUMENT}", desktop_entry::argument(&self.program)?))
    }
}

/// The value of a key of the entry itself; not of an action behind it.
fn key<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let entry = text.lines().skip_while(|line| line.trim_end() != "[Desktop Entry]").skip(1);
    let mut lines = entry.take_while(|line| !line.starts_with('['));
    lines.find_map(|line| line.split_once('=').filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(folder: &tempfile::TempDir) -> Entry {
        Entry { path: folder.path().join("autostart").join(NAME), program: "/opt/Parasol 1/parasol-desktop".into() }
    }

    #[test]
    fn it_is_switched_on_and_off_again() {
        let folder = tempfile::tempdir().unwrap();
        let entry = entry(&folder);
        assert!(!entry.is_on().unwrap());
        entry.remove().unwrap();
        for _ in 0..2 {
            entry.write().unwrap();
            assert!(entry.is_on().unwrap());
        }
        let text = fs::read_to_string(&entry.path).unwrap();
        assert_eq!(text.matches("\nExec=\"/opt/Parasol 1/parasol-desktop\" --at-login\n").count(), 1, "{text}");
        entry.remove().unwrap();
        assert!(!entry.is_on().unwrap());
        assert_eq!(fs::read_dir(folder.path().join("autostart")).unwrap().count(), 0);
    }

    #[test]
    fn what_the_desktop_has_switched_off_or_points_elsewhere_is_off() {
        let folder = tempfile::tempdir().unwrap();
        let entry = entry(&folder);
        entry.write().unwrap();
        let ours = fs::read_to_string(&entry.path).unwrap();
        for (text, on) in [
            (format!("{ours}X-GNOME-Autostart-enabled=true\n"), true),
            (format!("# ours\n{ours}\n[Desktop Action Off]\nHidden=true\n"), true),
            (format!("{ours}X-GNOME-Autostart-enabled=false\n"), false),
            (format!("{ours}Hidden = true\n"), false),
            (ours.replace("/opt", "/other"), false),
            (ours.replace("[Desktop Entry]", "[Other]"), false),
            (String::new(), false),
        ] {
            fs::write(&entry.path, &text).unwrap();
            assert_eq!(entry.is_on().unwrap(), on, "{text}");
            entry.write().unwrap();
            assert!(entry.is_on().unwrap(), "to switch it on is to say so anew");
        }
    }

    #[test]
    fn what_is_no_entry_is_an_error_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let entry = entry(&folder);
        fs::create_dir_all(&entry.path).unwrap();
        assert!(entry.is_on().is_err());
        assert!(entry.write().is_err());
        fs::remove_dir(&entry.path).unwrap();
        fs::write(&entry.path, [0xff, 0xfe, b'=']).unwrap();
        assert!(entry.is_on().is_err());
        let odd = Entry { program: "/a\nExec=evil".into(), ..entry };
        assert!(odd.write().is_err());
        assert_eq!(fs::read(&odd.path).unwrap(), [0xff, 0xfe, b'=']);
    }
}
