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
    part.push(".part");
    let part = path.with_file_name(part);
    let written = private_file::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // It holds passwords; when it cannot be removed either, it is still the owner's alone.
        let _ = private_file::remove(&part);
    }
    written
}
