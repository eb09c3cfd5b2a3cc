//! `Pipe`: what passes through a relay as it is need not be copied: the kernel moves it from socket to socket by way of a
//! pipe (splice(2)). Linux only; elsewhere, and for sockets that cannot be spliced, bytes are copied.
//!
//! A direction holds a pipe only while it has data in hand, as with buffers ([`crate::buffer`]).

use std::cell::RefCell;
use std::io;
use std::os::fd::OwnedFd;

use rustix::pipe::{PipeFlags, SpliceFlags, fcntl_setpipe_size, pipe_with, splice};
use tokio::io::Interest;
use tokio::net::TcpStream;

use crate::socket::Break;

/// What a pipe is asked to hold. Where the user has too many of that size it holds less, and more calls move as much.
const ROOM: usize = 256 * 1024;
/// Free pipes that a thread keeps: two descriptors each.
const KEPT: usize = 4;

thread_local! {
    static POOL: RefCell<Vec<Pipe>> = const { RefCell::new(Vec::new()) };
}

pub(crate) struct Pipe {
    read: OwnedFd,
    write: OwnedFd,
}

/// A pipe on loan. Given back when it is empty, and closed with what is in it when its direction breaks off.
pub(crate) struct Loan {
    pipe: Option<Pipe>,
    held: usize,
}

/// What one round took.
pub(crate) enum Spliced {
    /// So many bytes, which are in this pipe.
    Bytes(usize, Loan),
    /// The source has finished.
    End,
    /// Nothing was there after all.
    Nothing,
    /// There is no pipe to be had, or this is no socket that can be spliced.
    Impossible,
}

/// Takes what is there, at most a pipe full, and at most `most` bytes.
pub(crate) fn round(from: &TcpStream, most: usize) -> Result<Spliced, Break> {
    let Ok(mut loan) = Loan::take() else { return Ok(Spliced::Impossible) };
    match from.try_io(Interest::READABLE, || loan.fill(from, most)) {
        Ok(0) => Ok(Spliced::End),
        Ok(n) => Ok(Spliced::Bytes(n, loan)),
        Err(error) => match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(Spliced::Nothing),
            io::ErrorKind::InvalidInput => Ok(Spliced::Impossible),
            _ => Err(Break::Read),
        },
    }
}

impl Loan {
    fn take() -> io::Result<Loan> {
        let free = POOL.with_borrow_mut(Vec::pop);
        let pipe = free.map_or_else(Pipe::new, Ok)?;
        Ok(Loan { pipe: Some(pipe), held: 0 })
    }

    fn fill(&mut self, from: &TcpStream, most: usize) -> io::Result<usize> {
        let n = splice(from, None, &self.pipe().write, None, ROOM.min(most), HOW)?;
        self.held += n;
        Ok(n)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.held == 0
    }

    /// Writes once.
    pub(crate) fn drain(&mut self, to: &TcpStream) -> io::Result<()> {
        match splice(&self.pipe().read, None, to, None, self.held, HOW)? {
            0 => Err(io::ErrorKind::WriteZero.into()),
            n => {
                self.held -= n;
                Ok(())
            }
        }
    }

    fn pipe(&self) -> &Pipe {
        self.pipe.as_ref().expect("it is given back when the loan ends")
    }
}

const HOW: SpliceFlags = SpliceFlags::MOVE.union(SpliceFlags::NONBLOCK);

impl Drop for Loan {
    fn drop(&mut self) {
        if let (Some(pipe), 0) = (self.pipe.take(), self.held) {
            // A thread that is ending has no pool any more; then the pipe just goes.
            let _ = POOL.try_with(|pool| {
                let mut free = pool.borrow_mut();
                if free.len() < KEPT {
                    free.push(pipe);
                }
            });
        }
    }
}

impl Pipe {
    fn new() -> io::Result<Pipe> {
        let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        let _ = fcntl_setpipe_size(&write, ROOM);
        Ok(Pipe { read, write })
    }
}
