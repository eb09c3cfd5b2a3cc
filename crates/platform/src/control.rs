//! `ControlSocket`: where a running Parasol hears from other processes of the same user, and from nobody else. Who has it is
//! the one Parasol that runs; so it is also how a second start finds the first.
//!
//! | system | what it is | who gets in |
//! |---|---|---|
//! | Unix | a socket (0600) in a directory of the user's own (0700) | who the kernel says has our user id |
//! | Windows | a named pipe | whom its access list names: our user, on this machine |
//!
//! There is no port: whatever a browser can reach, a web page can use.

use std::io;
use std::path::Path;

#[cfg(unix)]
#[path = "control/unix.rs"]
mod local;
#[cfg(windows)]
#[path = "control/windows.rs"]
mod local;

/// A connection between the two: bytes both ways.
pub type ControlStream = local::Stream;

/// Where the socket of a user's Parasol is.
#[derive(Debug, Clone)]
pub struct ControlPath(local::Name);

impl ControlPath {
    /// This user's. `fallback` is a directory of theirs alone, for systems that have none for such things.
    ///
    /// # Errors
    /// When the system does not tell who the user is.
    pub fn of_this_user(fallback: &Path) -> io::Result<ControlPath> {
        local::Name::of_this_user(fallback).map(ControlPath)
    }

    /// One of its own, which is made when it is needed: for tests.
    #[must_use]
    pub fn in_directory(directory: &Path) -> ControlPath {
        ControlPath(local::Name::in_directory(directory))
    }

    /// Reaches whoever has the socket, once it is known that it is a process of this user.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] and [`io::ErrorKind::ConnectionRefused`] when nobody has it,
    /// [`io::ErrorKind::PermissionDenied`] when somebody else's process stands there, and the system's.
    pub async fn connect(&self) -> io::Result<ControlStream> {
        local::connect(&self.0).await
    }
}

/// The socket, held by the one who answers. It is free again when this is dropped or the process has ended, however.
#[derive(Debug)]
pub struct ControlSocket(local::Socket);

impl ControlSocket {
    /// Takes the socket. What an earlier process has left of it is in nobody's way. To be called within a runtime.
    ///
    /// # Errors
    /// [`io::ErrorKind::AddrInUse`] when another process has it, and the system's.
    pub fn take(at: &ControlPath) -> io::Result<ControlSocket> {
        local::Socket::take(&at.0).map(ControlSocket)
    }

    /// Waits for the next process of this user. Others are turned away without a word.
    ///
    /// # Errors
    /// The system's; the next call may work.
    pub async fn accept(&mut self) -> io::Result<ControlStream> {
        self.0.accept().await
    }
}
