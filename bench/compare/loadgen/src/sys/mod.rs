//! The system calls that the standard library has no words for. All the `unsafe` there is here is in this module.

mod batch;
mod epoll;

pub(crate) use batch::Batch;
pub(crate) use epoll::{Epoll, Event, Events, READ, READ_WRITE};

use std::fs::File;
use std::io;
use std::net::TcpListener;
use std::os::fd::{AsFd, AsRawFd, FromRawFd};

/// A file that is nowhere but in memory.
pub(crate) fn memory_file() -> io::Result<File> {
    // SAFETY: the name is a C string; a descriptor that is returned is nobody else's.
    unsafe { checked(libc::memfd_create(c"pattern".as_ptr(), libc::MFD_CLOEXEC)).map(|fd| File::from_raw_fd(fd)) }
}

/// Sends up to `len` bytes of `file` from `at` on, without copying them.
pub(crate) fn send_file(socket: &impl AsFd, file: &File, at: usize, len: usize) -> io::Result<usize> {
    let mut at = at as libc::off_t;
    // SAFETY: both descriptors are open for as long as they are borrowed; `at` outlives the call.
    let sent = unsafe { libc::sendfile(socket.as_fd().as_raw_fd(), file.as_raw_fd(), &raw mut at, len) };
    usize::try_from(sent).map_err(|_| io::Error::last_os_error())
}

/// Takes what is waiting off a TCP socket without copying it; says how much that was, 0 at the end of the stream.
pub(crate) fn discard(socket: &impl AsFd) -> io::Result<usize> {
    const AT_ONCE: usize = 4 << 20;
    let flags = libc::MSG_TRUNC | libc::MSG_DONTWAIT;
    // SAFETY: with MSG_TRUNC nothing is written to the buffer of a TCP socket (tcp(7)), so that it may be null.
    let taken = unsafe { libc::recv(socket.as_fd().as_raw_fd(), std::ptr::null_mut(), AT_ONCE, flags) };
    usize::try_from(taken).map_err(|_| io::Error::last_os_error())
}

/// Has the kernel pace what is sent, as a line of that many MB/s would.
pub(crate) fn pace(socket: &impl AsFd, megabytes: u32) -> io::Result<()> {
    set_option(socket, libc::SO_MAX_PACING_RATE, u64::from(megabytes) * 1_000_000)
}

/// Buffers that a batch of datagrams fits into.
pub(crate) fn enlarge_buffers(socket: &impl AsFd) -> io::Result<()> {
    const SIZE: libc::c_int = 4 << 20;
    set_option(socket, libc::SO_RCVBUF, SIZE)?;
    set_option(socket, libc::SO_SNDBUF, SIZE)
}

/// A longer queue than the 128 of the standard library, for thousands of connections at once.
pub(crate) fn enlarge_backlog(listener: &TcpListener) -> io::Result<()> {
    // SAFETY: the descriptor is open for as long as it is borrowed.
    checked(unsafe { libc::listen(listener.as_raw_fd(), 4096) }).map(drop)
}

/// The unit of times in /proc, in ticks a second.
pub(crate) fn ticks_a_second() -> f64 {
    // SAFETY: no pointers are passed.
    unsafe { libc::sysconf(libc::_SC_CLK_TCK) as f64 }
}

fn set_option<T>(socket: &impl AsFd, option: libc::c_int, value: T) -> io::Result<()> {
    let len = size_of::<T>() as libc::socklen_t;
    // SAFETY: `value` is as long as `len` says and outlives the call.
    let set = unsafe {
        libc::setsockopt(socket.as_fd().as_raw_fd(), libc::SOL_SOCKET, option, (&raw const value).cast(), len)
    };
    checked(set).map(drop)
}

fn checked(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
