//! One connection to the origin.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;

use super::Tally;
use crate::hello::{self, Kind};
use crate::pattern::Pattern;
use crate::run::when_ready;
use crate::sys::{self, Epoll, Event, READ, READ_WRITE};

pub(super) struct Conversation {
    stream: TcpStream,
    stage: Stage,
    /// Bytes of the pattern that were sent, and that came.
    sent: u64,
    received: u64,
    /// What of an echo found no room yet.
    pending: Vec<u8>,
}

enum Stage {
    /// So many bytes of the hello have come.
    Hello([u8; hello::LEN], usize),
    Talk(Kind),
}

impl Conversation {
    pub(super) fn new(stream: TcpStream, epoll: &Epoll) -> io::Result<Conversation> {
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        epoll.add(&stream, READ)?;
        let stage = Stage::Hello([0; hello::LEN], 0);
        Ok(Conversation { stream, stage, sent: 0, received: 0, pending: Vec::new() })
    }

    /// Does what the socket is ready for. Any error ends the connection, as the end of its stream does.
    pub(super) fn turn(
        &mut self,
        event: Event,
        epoll: &Epoll,
        pattern: &Pattern,
        tally: &mut Tally,
        buffer: &mut [u8],
    ) -> io::Result<()> {
        if event.read {
            when_ready(self.receive(epoll, pattern, tally, buffer))?;
        }
        if event.write {
            when_ready(self.send(epoll, pattern))?;
        }
        Ok(())
    }

    fn receive(&mut self, epoll: &Epoll, pattern: &Pattern, tally: &mut Tally, buffer: &mut [u8]) -> io::Result<()> {
        if let Stage::Hello(hello, len) = &mut self.stage {
            *len += some(self.stream.read(&mut hello[*len..]))?;
            if *len < hello.len() {
                return Ok(());
            }
            let hello = *hello;
            self.begin(hello, epoll)?;
        }
        let Stage::Talk(kind) = self.stage else { return Ok(()) };
        match kind {
            Kind::Down | Kind::Up | Kind::Both => {
                tally.received += some(sys::discard(&self.stream))? as u64;
            }
            Kind::CheckedUp => {
                let n = some(self.stream.read(buffer))?;
                tally.bad += u64::from(!pattern.matches(self.received, &buffer[..n]));
                tally.received += n as u64;
                self.received += n as u64;
            }
            Kind::Tally => {
                some(self.stream.read(&mut buffer[..1]))?;
                self.stream.write_all(&tally.encode())?;
            }
            Kind::Echo => {
                let n = some(self.stream.read(buffer))?;
                let sent = if self.pending.is_empty() { self.stream.write(&buffer[..n]).unwrap_or(0) } else { 0 };
                if sent < n {
                    // Nothing more is read until this has gone.
                    self.pending.extend_from_slice(&buffer[sent..n]);
                    epoll.modify(&self.stream, READ_WRITE & !READ)?;
                }
            }
        }
        Ok(())
    }

    fn begin(&mut self, hello: [u8; hello::LEN], epoll: &Epoll) -> io::Result<()> {
        let (kind, rate) = hello::decode(hello).ok_or(ErrorKind::InvalidData)?;
        if rate > 0 {
            sys::pace(&self.stream, rate)?;
        }
        if kind.sends_down() {
            epoll.modify(&self.stream, READ_WRITE)?;
        }
        self.stage = Stage::Talk(kind);
        Ok(())
    }

    fn send(&mut self, epoll: &Epoll, pattern: &Pattern) -> io::Result<()> {
        match self.stage {
            Stage::Talk(kind) if kind.sends_down() => self.sent += pattern.send(&self.stream, self.sent)? as u64,
            Stage::Talk(Kind::Echo) if !self.pending.is_empty() => {
                let sent = self.stream.write(&self.pending)?;
                self.pending.drain(..sent);
                if self.pending.is_empty() {
                    epoll.modify(&self.stream, READ)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// No bytes at all are the end of the stream.
fn some(read: io::Result<usize>) -> io::Result<usize> {
    match read {
        Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
        other => other,
    }
}
