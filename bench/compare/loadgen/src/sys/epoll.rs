//! Which of many sockets can be read or written.

use std::io;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::time::Duration;

/// What a socket is watched for.
pub(crate) const READ: u32 = libc::EPOLLIN as u32;
pub(crate) const READ_WRITE: u32 = (libc::EPOLLIN | libc::EPOLLOUT) as u32;

/// Watches sockets. A socket that is closed is watched no longer.
pub(crate) struct Epoll(OwnedFd);

/// What one wait gave.
pub(crate) struct Events(Vec<libc::epoll_event>);

/// A socket that is ready.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event {
    pub(crate) fd: RawFd,
    pub(crate) read: bool,
    pub(crate) write: bool,
}

impl Epoll {
    pub(crate) fn new() -> io::Result<Epoll> {
        // SAFETY: a descriptor that is returned is nobody else's.
        unsafe { super::checked(libc::epoll_create1(libc::EPOLL_CLOEXEC)).map(|fd| Epoll(OwnedFd::from_raw_fd(fd))) }
    }

    pub(crate) fn add(&self, socket: &impl AsFd, interest: u32) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_ADD, socket, interest)
    }

    pub(crate) fn modify(&self, socket: &impl AsFd, interest: u32) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_MOD, socket, interest)
    }

    /// Waits until a socket is ready, at most for `patience`.
    pub(crate) fn wait(&self, events: &mut Events, patience: Option<Duration>) -> io::Result<()> {
        let (fd, room) = (self.0.as_raw_fd(), events.0.capacity());
        let patience = patience.map_or(-1, |patience| patience.as_millis() as libc::c_int);
        // SAFETY: there is room for that many events, and as many as are returned were written.
        let n = unsafe { libc::epoll_wait(fd, events.0.as_mut_ptr(), room as libc::c_int, patience) };
        match super::checked(n) {
            Ok(n) => unsafe { events.0.set_len(n as usize) },
            Err(error) if error.kind() == io::ErrorKind::Interrupted => events.0.clear(),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn control(&self, what: libc::c_int, socket: &impl AsFd, interest: u32) -> io::Result<()> {
        let fd = socket.as_fd().as_raw_fd();
        let mut event = libc::epoll_event { events: interest, u64: fd as u64 };
        // SAFETY: both descriptors are open for as long as they are borrowed; `event` outlives the call.
        super::checked(unsafe { libc::epoll_ctl(self.0.as_raw_fd(), what, fd, &raw mut event) }).map(drop)
    }
}

impl Events {
    pub(crate) fn new() -> Events {
        Events(Vec::with_capacity(512))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Event> {
        // An error or a hang-up shows in what reading and writing then say.
        let broken = (libc::EPOLLERR | libc::EPOLLHUP) as u32;
        self.0.iter().map(move |event| Event {
            fd: event.u64 as RawFd,
            read: event.events & (libc::EPOLLIN as u32 | broken) != 0,
            write: event.events & (libc::EPOLLOUT as u32 | broken) != 0,
        })
    }
}
