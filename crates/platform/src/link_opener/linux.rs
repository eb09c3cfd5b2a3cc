use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use gio::prelude::*;

use super::{LinkOpener, mime_apps};
use crate::desktop_entry::{self, replace};

/// The name under which desktops know the program that this file describes.
const ID: &str = "io.github.parasol.links.desktop";
/// What links are to desktops.
const TYPES: [&str; 2] = ["x-scheme-handler/ss", "x-scheme-handler/ssconf"];
/// No list of a desktop's is as long.
const MOST_BYTES: u64 = 4 << 20;

/// The files of a user's desktop that say who opens what, by the specifications of freedesktop.org.
#[derive(Debug)]
pub(super) struct Desktop {
    /// Where programs are described.
    applications: PathBuf,
    list: PathBuf,
    program: PathBuf,
}

impl Desktop {
    /// `None` for a user without a home, and for a program that cannot be found by its path.
    pub(super) fn of_this_user() -> Option<Desktop> {
        let home = std::env::home_dir().filter(|home| home.is_absolute());
        let folder = |name: &str, usual: &str| {
            let named = std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
            named.or_else(|| home.as_ref().map(|home| home.join(usual)))
        };
        Some(Desktop {
            applications: folder("XDG_DATA_HOME", ".local/share")?.join("applications"),
            list: folder("XDG_CONFIG_HOME", ".config")?.join("mimeapps.list"),
            program: desktop_entry::program()?,
        })
    }

    pub(super) fn now(&self) -> io::Result<LinkOpener> {
        let list = self.read_list()?;
        let described = fs::read_to_string(self.described()).is_ok_and(|text| Some(text) == describe(&self.program));
        let ours = described && TYPES.iter().all(|mime| mime_apps::first(&list, mime) == ID);
        Ok(if ours { LinkOpener::Ours } else { LinkOpener::Others })
    }

    /// Whether the desktop knows this program as the one that opens links without our saying: from its package.
    pub(super) fn is_known_anyway(&self) -> bool {
        let opens = |mime: &str| {
            let known = gio::AppInfo::default_for_type(mime, true)?;
            Some(
                known.id().is_none_or(|id| id.as_str() != ID)
                    && known.executable().file_name() == self.program.file_name(),
            )
        };
        TYPES.into_iter().all(|mime| opens(mime) == Some(true))
    }

    pub(super) fn take(&self) -> io::Result<()> {
        let described = describe(&self.program).ok_or(io::ErrorKind::InvalidFilename)?;
        fs::create_dir_all(&self.applications)?;
        // Before the list names it.
        replace(&self.described(), &described)?;
        self.change_list(mime_apps::with)
    }

    pub(super) fn leave(&self) -> io::Result<()> {
        self.change_list(mime_apps::without)?;
        crate::private_file::remove(&self.described())
    }

    fn change_list(&self, change: fn(&str, &str, &str) -> String) -> io::Result<()> {
        let before = self.read_list()?;
        let after = TYPES.iter().fold(before.clone(), |list, mime| change(&list, mime, ID));
        if after == before { Ok(()) } else { replace(&self.list, &after) }
    }

    fn read_list(&self) -> io::Result<String> {
        match fs::metadata(&self.list) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
            Err(error) => return Err(error),
            Ok(about) if !about.is_file() || about.len() > MOST_BYTES => return Err(io::ErrorKind::InvalidData.into()),
            Ok(_) => {}
        }
        fs::read_to_string(&self.list)
    }

    fn described(&self) -> PathBuf {
        self.applications.join(ID)
    }
}

/// The description of a program that opens links; `None` for a path that it cannot name.
fn describe(program: &Path) -> Option<String> {
    let (argument, plain) = (desktop_entry::argument(program)?, desktop_entry::value(program)?);
    let types = TYPES.map(|mime| format!("{mime};")).concat();
    // Without the program, it is as if this were not there.
    Some(format!(
        "[Desktop Entry]\nType=Application\nName=Parasol\nNoDisplay=true\nTerminal=false\nTryExec={plain}\nExec={argument} %u\nMimeType={types}\n"
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn desktop(folder: &Path) -> Desktop {
        Desktop {
            applications: folder.join("share/applications"),
            list: folder.join("config/mimeapps.list"),
            program: "/opt/Parasol 1/parasol-desktop".into(),
        }
    }

    #[test]
    fn links_are_taken_and_left_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let desktop = desktop(folder.path());
        assert_eq!(desktop.now().unwrap(), LinkOpener::Others);
        desktop.leave().unwrap();
        assert!(!desktop.list.exists(), "nothing is written where nothing is to be left");

        fs::create_dir_all(desktop.list.parent().unwrap()).unwrap();
        let before = "[Default Applications]\nx-scheme-handler/ss=other.desktop;\n";
        fs::write(&desktop.list, before).unwrap();
        for _ in 0..2 {
            desktop.take().unwrap();
            assert_eq!(desktop.now().unwrap(), LinkOpener::Ours);
        }
        // The same Parasol in another place has to be made known anew.
        let moved = Desktop { program: "/other/parasol-desktop".into(), ..self::desktop(folder.path()) };
        assert_eq!(moved.now().unwrap(), LinkOpener::Others);

        desktop.leave().unwrap();
        assert_eq!(fs::read_to_string(&desktop.list).unwrap(), before);
        assert_eq!(fs::read_dir(&desktop.applications).unwrap().count(), 0);
        assert_eq!(desktop.now().unwrap(), LinkOpener::Others);
    }

    #[test]
    fn a_list_behind_a_link_stays_behind_it_and_open_to_whom_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let desktop = desktop(folder.path());
        fs::create_dir_all(desktop.list.parent().unwrap()).unwrap();
        let real = folder.path().join("dotfiles");
        fs::write(&real, "").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o664)).unwrap();
        std::os::unix::fs::symlink(&real, &desktop.list).unwrap();
        desktop.take().unwrap();
        assert!(desktop.list.is_symlink());
        assert!(fs::read_to_string(&real).unwrap().contains(ID));
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o664);
    }

    #[test]
    fn a_list_that_is_none_is_left_alone_with_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let desktop = desktop(folder.path());
        fs::create_dir_all(&desktop.list).unwrap();
        assert_eq!(desktop.take().unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert!(desktop.now().is_err());
        fs::remove_dir(&desktop.list).unwrap();
        fs::write(&desktop.list, [0xff, 0xfe]).unwrap();
        assert_eq!(desktop.take().unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(fs::read(&desktop.list).unwrap(), [0xff, 0xfe]);
    }

    #[test]
    fn a_program_is_described_by_its_path_or_not_at_all() {
        let text = describe(Path::new("/opt/Parasol 1/x")).unwrap();
        assert!(text.contains("\nTryExec=/opt/Parasol 1/x\nExec=\"/opt/Parasol 1/x\" %u\n"), "{text}");
        assert_eq!(describe(Path::new("/a\nExec=evil")), None);
    }
}
