//! A Unix socket, and beside it a file that whoever has the socket holds a lock on. The kernel lets go of a lock when its
//! holder has ended, whatever it died of: so a socket that a dead one has left is told from one that is in use without
//! asking, and of two that start at once one gets it.

use std::fs::{self, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;
use tokio::net::{UnixListener, UnixStream};

use crate::private_file;

pub(super) type Stream = UnixStream;

#[derive(Debug, Clone)]
pub(super) struct Name {
    directory: PathBuf,
}

impl Name {
    pub(super) fn of_this_user(fallback: &Path) -> io::Result<Name> {
        let runtime = runtime_directory().map(|directory| directory.join("parasol"));
        Ok(Name { directory: runtime.unwrap_or_else(|| fallback.to_owned()) })
    }

    pub(super) fn in_directory(directory: &Path) -> Name {
        Name { directory: directory.to_owned() }
    }

    fn socket(&self) -> PathBuf {
        self.directory.join("control.sock")
    }

    fn lock(&self) -> PathBuf {
        self.directory.join("control.lock")
    }
}

/// Where the session keeps such things. A terminal that does not name it (`su`, cron) still finds what the desktop has.
fn runtime_directory() -> Option<PathBuf> {
    if !cfg!(target_os = "linux") {
        // There is none, and a variable that a terminal has would be unknown to what is started from the desktop.
        return None;
    }
    let named = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let usual = PathBuf::from(format!("/run/user/{}", geteuid().as_raw()));
    [named, Some(usual)].into_iter().flatten().find(|path| path.is_absolute() && is_private(path).unwrap_or(false))
}

/// Whether it is a directory, ours, and nobody else's to look into.
fn is_private(path: &Path) -> io::Result<bool> {
    let about = fs::symlink_metadata(path)?;
    Ok(about.is_dir() && about.uid() == geteuid().as_raw() && about.mode() & 0o077 == 0)
}

#[derive(Debug)]
pub(super) struct Socket {
    listener: UnixListener,
    path: PathBuf,
    _lock: File,
}

impl Socket {
    pub(super) fn take(at: &Name) -> io::Result<Socket> {
        private_file::create_dir(&at.directory)?;
        if !is_private(&at.directory)? {
            let text = format!("{} is open to others, or somebody else's", at.directory.display());
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
        let lock = private_file::open_lock(&at.lock())?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::AddrInUse.into()),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let path = at.socket();
        private_file::remove(&path)?;
        let listener = UnixListener::bind(&path)?;
        // Nobody else could get to it until now either: the directory is in their way.
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(Socket { listener, path, _lock: lock })
    }

    pub(super) async fn accept(&mut self) -> io::Result<UnixStream> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            if is_ours(&stream) {
                return Ok(stream);
            }
            tracing::debug!("a process of another user was turned away");
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // While we hold the lock it is nobody else's.
        let _ = private_file::remove(&self.path);
    }
}

pub(super) async fn connect(at: &Name) -> io::Result<UnixStream> {
    let stream = UnixStream::connect(at.socket()).await?;
    if is_ours(&stream) { Ok(stream) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// Whether the process at the other end is of our user; not even root's is.
fn is_ours(stream: &UnixStream) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == geteuid().as_raw())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::super::{ControlPath, ControlSocket};
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().mode() & 0o777
    }

    #[tokio::test]
    async fn it_is_its_users_alone_and_one_has_it() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("run/parasol");
        let at = ControlPath::in_directory(&directory);
        assert_eq!(at.connect().await.unwrap_err().kind(), io::ErrorKind::NotFound);

        let mut socket = ControlSocket::take(&at).unwrap();
        assert_eq!((mode(&directory), mode(&directory.join("control.sock"))), (0o700, 0o600));
        assert_eq!(ControlSocket::take(&at).unwrap_err().kind(), io::ErrorKind::AddrInUse);

        let (said, heard) = tokio::join!(at.connect(), socket.accept());
        let (mut said, mut heard) = (said.unwrap(), heard.unwrap());
        said.write_all(b"on").await.unwrap();
        let mut bytes = [0; 2];
        heard.read_exact(&mut bytes).await.unwrap();
        assert_eq!(&bytes, b"on");

        drop(socket);
        assert!(!directory.join("control.sock").exists());
        ControlSocket::take(&at).unwrap();
    }

    #[tokio::test]
    async fn what_a_dead_one_has_left_is_in_nobodys_way() {
        let home = tempfile::tempdir().unwrap();
        let at = ControlPath::in_directory(home.path());
        fs::set_permissions(home.path(), Permissions::from_mode(0o700)).unwrap();
        // As after a kill: both files, and nobody at either.
        drop(std::os::unix::net::UnixListener::bind(home.path().join("control.sock")).unwrap());
        fs::write(home.path().join("control.lock"), "").unwrap();
        assert_eq!(at.connect().await.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);

        let mut socket = ControlSocket::take(&at).unwrap();
        let (said, heard) = tokio::join!(at.connect(), socket.accept());
        assert!(said.is_ok() && heard.is_ok());
    }

    #[tokio::test]
    async fn a_directory_that_others_get_into_is_not_used() {
        let home = tempfile::tempdir().unwrap();
        for open in [0o755, 0o770, 0o777, 0o701] {
            fs::set_permissions(home.path(), Permissions::from_mode(open)).unwrap();
            let refused = ControlSocket::take(&ControlPath::in_directory(home.path())).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied, "{open:o}");
        }
        let link = home.path().join("link");
        fs::create_dir(home.path().join("real")).unwrap();
        fs::set_permissions(home.path().join("real"), Permissions::from_mode(0o700)).unwrap();
        std::os::unix::fs::symlink(home.path().join("real"), &link).unwrap();
        let refused = ControlSocket::take(&ControlPath::in_directory(&link)).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied, "a link can be led elsewhere");
        assert_eq!(fs::read_dir(home.path().join("real")).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_path_that_is_too_long_is_an_error() {
        let home = tempfile::tempdir().unwrap();
        let at = ControlPath::in_directory(&home.path().join("x".repeat(120)));
        assert!(ControlSocket::take(&at).is_err());
        assert!(at.connect().await.is_err());
    }
}
