//! A descriptor that something comes by when something has changed, whatever it is.

use std::io;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Gives it, not blocking, to the runtime that is entered.
#[expect(unsafe_code, reason = "the runtime must be promised that the descriptor stays the same")]
pub(super) fn register(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: an OwnedFd is the same open descriptor for as long as it lives.
    Ok(unsafe { AsyncFd::register_with_interest(fd, Interest::READABLE) }?)
}

/// When there is something to read, which is then read to its end.
pub(super) async fn heard(fd: &AsyncFd<OwnedFd>) {
    let mut buffer = [0; 8192];
    loop {
        let Ok(mut ready) = fd.readable().await else {
            // The runtime ends.
            return std::future::pending().await;
        };
        let mut any = false;
        loop {
            match rustix::io::read(fd.get_ref(), &mut buffer[..]) {
                // More came than there was room for, or the timer was cancelled: both are said once.
                Ok(1..) | Err(Errno::INTR | Errno::NOBUFS | Errno::CANCELED) => any = true,
                Err(Errno::AGAIN) => break,
                Ok(_) | Err(_) => {
                    tracing::warn!("changes of the network are not noticed any more");
                    return std::future::pending().await;
                }
            }
        }
        ready.clear_ready();
        if any {
            return;
        }
    }
}
