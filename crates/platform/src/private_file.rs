//! Files that only their owner can read. The permissions are set as a file is made, so that it is never open to
//! others, not for a moment. Systems without such permissions keep the configuration directory private themselves.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Makes the directory and what is missing above it, for the owner alone. One that is there stays as it is.
///
/// # Errors
/// The system's.
pub fn create_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Writes a new file in place of whatever has the name, and returns when every byte is on the disk.
///
/// # Errors
/// The system's; what has the name is gone or cut then, so this is for a file that is renamed into place.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // An earlier file could be open to others, or be a link to somewhere else.
    remove(path)?;
    let mut file = private().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Opens the lock file, which stays where it is: removing it would let two programs each hold a lock of their own.
///
/// # Errors
/// The system's.
pub fn open_lock(path: &Path) -> io::Result<File> {
    private().write(true).create(true).truncate(false).open(path)
}

/// Removes the file if it is there.
///
/// # Errors
/// The system's, except that there is no such file.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Brings the names in a directory to the disk. Only Unix has such a call; elsewhere the system sees to it.
///
/// # Errors
/// The system's.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
