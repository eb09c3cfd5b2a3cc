//! `Unsent`: what a direction has taken from one socket and the other has not taken yet.

use std::io::{self, IoSlice};
use std::ops::Range;

use tokio::io::Interest;
use tokio::net::TcpStream;

use crate::buffer::{Buffer, Pieces};
use crate::socket::Break;
#[cfg(target_os = "linux")]
use crate::splice::Loan;

/// What has still to be written, in the order in which it came.
pub(crate) enum Unsent {
    /// This part of a buffer.
    Part(Buffer, Range<usize>),
    /// These parts of a buffer, of the first of them what lies behind so many bytes.
    Pieces { buffer: Buffer, pieces: Pieces, first: usize, into: usize },
    /// What lies behind so many of these bytes.
    Bytes(Vec<u8>, usize),
    /// What a pipe holds.
    #[cfg(target_os = "linux")]
    Piped(Loan),
}

/// The most pieces in one vectored write.
const PIECES: usize = 64;

impl Unsent {
    /// Pieces of a buffer.
    pub(crate) fn pieces(buffer: Buffer, pieces: Pieces) -> Unsent {
        Unsent::Pieces { buffer, pieces, first: 0, into: 0 }
    }

    /// Writes what the socket takes now. True when that was all.
    pub(crate) fn leave_now(&mut self, to: &TcpStream) -> Result<bool, Break> {
        while !self.is_empty() {
            match self.write(to) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(Break::Write),
            }
        }
        Ok(true)
    }

    /// Writes all of it, and waits where the socket takes nothing now.
    pub(crate) async fn leave(&mut self, to: &TcpStream) -> Result<(), Break> {
        while !self.leave_now(to)? {
            to.writable().await.map_err(|_| Break::Write)?;
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        match self {
            Unsent::Part(_, part) => part.is_empty(),
            Unsent::Pieces { pieces, first, .. } => *first == pieces.len(),
            Unsent::Bytes(bytes, into) => *into == bytes.len(),
            #[cfg(target_os = "linux")]
            Unsent::Piped(loan) => loan.is_empty(),
        }
    }

    /// Writes once.
    fn write(&mut self, to: &TcpStream) -> io::Result<()> {
        match self {
            Unsent::Part(buffer, part) => part.start += write_once(to, &[IoSlice::new(&buffer[part.clone()])])?,
            Unsent::Pieces { buffer, pieces, first, into } => {
                let mut slices: [IoSlice<'_>; PIECES] = std::array::from_fn(|_| IoSlice::new(&[]));
                let left = &pieces[*first..];
                for (slice, piece) in slices.iter_mut().zip(left) {
                    *slice = IoSlice::new(&buffer[piece.clone()]);
                }
                slices[0].advance(*into);
                *into += write_once(to, &slices[..left.len().min(PIECES)])?;
                while let Some(piece) = pieces.get(*first).filter(|piece| piece.len() <= *into) {
                    *into -= piece.len();
                    *first += 1;
                }
            }
            Unsent::Bytes(bytes, into) => *into += write_once(to, &[IoSlice::new(&bytes[*into..])])?,
            #[cfg(target_os = "linux")]
            Unsent::Piped(loan) => to.try_io(Interest::WRITABLE, || loan.drain(to))?,
        }
        Ok(())
    }
}

/// Writes once. When the socket took less than all, it is taken to be full, which saves asking it again only to hear
/// that it would block.
fn write_once(to: &TcpStream, slices: &[IoSlice<'_>]) -> io::Result<usize> {
    let all: usize = slices.iter().map(|slice| slice.len()).sum();
    let mut partial = None;
    let whole = to.try_io(Interest::WRITABLE, || match socket2::SockRef::from(to).send_vectored(slices)? {
        0 if all > 0 => Err(io::ErrorKind::WriteZero.into()),
        n if n == all => Ok(n),
        n => {
            partial = Some(n);
            Err(io::ErrorKind::WouldBlock.into())
        }
    });
    partial.map_or(whole, Ok)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    use super::*;
    use crate::buffer::Size;

    /// More than the two sockets hold, so that every kind has to wait and to go on in the middle.
    #[tokio::test]
    async fn all_of_it_leaves_in_order() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let to = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut other, _) = listener.accept().await.unwrap();
        socket2::SockRef::from(&to).set_send_buffer_size(8 * 1024).unwrap();
        socket2::SockRef::from(&other).set_recv_buffer_size(8 * 1024).unwrap();

        let filled = || {
            let mut buffer = Buffer::take(Size::Large);
            for (n, byte) in buffer.iter_mut().enumerate() {
                *byte = (n % 251) as u8;
            }
            buffer
        };
        let buffer = filled();
        let mut pieces = Pieces::take();
        // More of them than one write takes; some empty, and the last ends the buffer.
        pieces.extend((0..200).map(|n| n * 1000..n * 1000 + (n % 7) * 100));
        pieces.push(buffer.len() - 5000..buffer.len());
        let mut expected: Vec<u8> = pieces.iter().flat_map(|piece| buffer[piece.clone()].to_vec()).collect();
        expected.extend_from_slice(&buffer[3..]);
        expected.extend_from_slice(&buffer[..9000]);

        let bytes = buffer[..9000].to_vec();
        let sent = async {
            for mut unsent in [
                Unsent::pieces(buffer, pieces),
                Unsent::Part(filled(), 3..filled().len()),
                Unsent::Bytes(bytes, 0),
                Unsent::Bytes(Vec::new(), 0),
            ] {
                assert!(unsent.leave(&to).await.is_ok());
            }
            drop(to);
        };
        let mut came = Vec::new();
        let (read, ()) = tokio::join!(other.read_to_end(&mut came), sent);
        read.unwrap();
        assert!(came == expected, "{} of {} bytes", came.len(), expected.len());
    }

    #[tokio::test]
    async fn a_socket_that_is_gone_takes_nothing() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let to = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        drop(listener.accept().await.unwrap());
        socket2::SockRef::from(&to).shutdown(std::net::Shutdown::Write).unwrap();
        assert!(matches!(Unsent::Bytes(vec![1], 0).leave(&to).await, Err(Break::Write)));
    }
}
