//! Systems without Unix datagram sockets: there never is one.

use std::convert::Infallible;
use std::io;
use std::path::Path;

#[derive(Debug)]
pub(super) struct LocalSocket(Infallible);

/// What a socket is called.
#[derive(Debug, Clone)]
pub struct Name(Infallible);

impl LocalSocket {
    pub(super) fn bind(_path: &Path) -> io::Result<LocalSocket> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) async fn receive(&self, _buffer: &mut [u8]) -> io::Result<(usize, Name)> {
        match self.0 {}
    }

    pub(super) fn send(&self, _datagram: &[u8], to: &Name) -> io::Result<()> {
        match to.0 {}
    }
}
