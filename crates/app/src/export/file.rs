//! A file that holds passwords: its owner's alone, and whole or not there.

use std::fs;
use std::io;
use std::path::Path;

use parasol_platform::private_file;

/// Writes the file, in place of one that has the name; that one stays as it was until the new one is on the disk.
///
/// # Errors
/// The system's.
pub fn save(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
    let mut part = std::ffi::OsString::from(".");
    part.push(name);
    // A name that nobody has: what lies beside is somebody's.
    part.push(format!(".{}.part", uuid::Uuid::new_v4()));
    let part = path.with_file_name(part);
    let written = private_file::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // It holds passwords; when it cannot be removed either, it is still the owner's alone.
        let _ = private_file::remove(&part);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_the_name_is_replaced_and_what_lies_beside_stays() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["all.json", "all.json.new", ".all.json.part"] {
            fs::write(at(name), "precious").unwrap();
        }
        save(&at("all.json"), b"saved").unwrap();
        crate::backup::write(&at("all.json"), b"saved again").unwrap();
        assert_eq!(fs::read(at("all.json")).unwrap(), b"saved again");
        for name in ["all.json.new", ".all.json.part"] {
            assert_eq!(fs::read(at(name)).unwrap(), b"precious", "{name}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing is left over");
    }
}
