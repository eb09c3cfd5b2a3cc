//! One socket: reading once, writing all.

use std::io;

use parasol_proto::stream::StreamError;
use tokio::io::Interest;
use tokio::net::TcpStream;

/// Why a direction broke off.
pub(crate) enum Break {
    /// Reading from an end failed, or it ended within a chunk.
    Read,
    /// Writing to an end failed.
    Write,
    /// What came was not sealed as it should be.
    Sealed(StreamError),
}

/// Reads once into what `read` fills, which has room for `room` bytes. `None` when nothing was there after all; 0 at the
/// end.
///
/// When less came than there was room for, the socket is taken to be empty, which saves asking it again only to hear
/// that it would block.
pub(crate) fn read(
    stream: &TcpStream,
    room: usize,
    read: impl FnOnce() -> io::Result<usize>,
) -> Result<Option<usize>, Break> {
    let mut partial = None;
    let whole = stream.try_io(Interest::READABLE, || match read()? {
        n if n == 0 || n == room => Ok(n),
        n => {
            partial = Some(n);
            Err(io::ErrorKind::WouldBlock.into())
        }
    });
    match partial.map_or(whole, Ok) {
        Ok(n) => Ok(Some(n)),
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => Ok(None),
        Err(_) => Err(Break::Read),
    }
}

/// Makes closing the socket a reset: whoever is at its other end shall not take what came for all there was.
pub(crate) fn reset_on_close(stream: &TcpStream) {
    let _ = socket2::SockRef::from(stream).set_linger(Some(std::time::Duration::ZERO));
}

/// Writes all of `bytes`.
pub(crate) async fn write_all(to: &TcpStream, mut bytes: &[u8]) -> Result<(), Break> {
    while !bytes.is_empty() {
        match to.try_write(bytes) {
            Ok(n) => bytes = &bytes[n..],
            Err(error) => wait_or(to, &error).await?,
        }
    }
    Ok(())
}

/// After a write that failed: waits where the socket takes nothing now.
async fn wait_or(to: &TcpStream, error: &io::Error) -> Result<(), Break> {
    match error.kind() {
        io::ErrorKind::WouldBlock => to.writable().await.map_err(|_| Break::Write),
        io::ErrorKind::Interrupted => Ok(()),
        _ => Err(Break::Write),
    }
}
