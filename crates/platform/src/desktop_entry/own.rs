//! Entries of our own: which program they start, and how they are written.

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// This program, as an entry is to start it later.
pub(crate) fn program() -> Option<PathBuf> {
    // An AppImage runs from where it is unpacked for the moment; this is where it lies.
    let image = std::env::var_os("APPIMAGE").map(PathBuf::from).filter(|path| path.is_absolute());
    image.or_else(|| std::env::current_exe().ok().map(not_replaced))
}

/// The system says so of a program that an update has replaced while it runs; the new one has the name now.
fn not_replaced(program: PathBuf) -> PathBuf {
    let text = program.to_str().and_then(|text| text.strip_suffix(" (deleted)"));
    text.map(PathBuf::from).filter(|_| !program.is_file()).unwrap_or(program)
}

/// Writes a file whole or not at all, through a link if it is one, open to those that it was open to.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mode = fs::metadata(&path).map_or(0o644, |about| about.permissions().mode());
    let mut part = OsString::from(&path);
    part.push(".parasol");
    let part = PathBuf::from(part);
    let written = crate::private_file::write(&part, text.as_bytes())
        .and_then(|()| fs::set_permissions(&part, Permissions::from_mode(mode & 0o777)))
        .and_then(|()| fs::rename(&part, &path));
    if written.is_err() {
        let _ = crate::private_file::remove(&part);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_was_replaced_is_found_under_its_name() {
        assert_eq!(not_replaced("/usr/bin/parasol-desktop (deleted)".into()), Path::new("/usr/bin/parasol-desktop"));
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join("x (deleted)");
        fs::write(&odd, "").unwrap();
        assert_eq!(not_replaced(odd.clone()), odd);
    }
}
