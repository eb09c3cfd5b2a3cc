//! Files that only their owner can read. The permissions are set as a file is made, so that it is never open to
//! others, not for a moment; one that somebody else has made is shut when it is opened. Systems without such
//! permissions keep the configuration directory private themselves.

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

/// Opens a file for reading, and shuts others out from now on. Never waits, whatever has the name.
///
/// # Errors
/// The system's; [`io::ErrorKind::InvalidData`] for what is no file: a folder, a pipe, a device.
pub fn open(path: &Path) -> io::Result<File> {
    let file = open_of_others(path)?;
    if is_open_to_others(&file)? {
        tracing::warn!(path = %path.display(), "others could read this file; from now on they cannot");
        if let Err(error) = shut(&file) {
            tracing::warn!(%error, "others can still read it");
        }
    }
    Ok(file)
}

/// Opens a file that may be somebody else's for reading, and leaves it as it is. Never waits, whatever has the name.
///
/// # Errors
/// As for [`open`].
pub fn open_of_others(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, NEVER_WAITS);
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no regular file"));
    }
    Ok(file)
}

/// Whether somebody else than the owner can read or change this file. Pipes and the like are nobody's business.
///
/// # Errors
/// The system's.
pub fn is_open_to_others(file: &File) -> io::Result<bool> {
    let about = file.metadata()?;
    #[cfg(unix)]
    let open = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o077 != 0;
    #[cfg(not(unix))]
    let open = false;
    Ok(about.is_file() && open)
}

fn shut(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

/// A pipe is opened at once, even if nobody writes into it. Of no effect on files.
#[cfg(unix)]
const NEVER_WAITS: i32 = rustix::fs::OFlags::NONBLOCK.bits() as i32;
#[cfg(unix)]
const FOLLOWS_NO_LINK: i32 = rustix::fs::OFlags::NOFOLLOW.bits() as i32;

/// Opens a file to add to its end, makes it if there is none, and shuts others out from now on. Never waits, and follows no
/// link: in a folder that is not ours alone it could lead to any file of ours.
///
/// # Errors
/// As for [`open`].
pub fn open_to_append(path: &Path) -> io::Result<File> {
    let mut options = private();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, NEVER_WAITS | FOLLOWS_NO_LINK);
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no regular file"));
    }
    if is_open_to_others(&file)? {
        shut(&file)?;
    }
    Ok(file)
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
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
