//! `Source`: the socket that a direction reads from, and where reading it ends.

use std::io;

use parasol_proto::http::Body;
use tokio::net::TcpStream;

use crate::buffer::{Buffer, Size};
use crate::socket::{Break, read};

/// A socket to be read to its end, or to the end of one body.
pub(crate) struct Source<'a> {
    stream: &'a TcpStream,
    body: Option<&'a mut Body>,
    /// The most that may be read at once.
    most: usize,
}

impl<'a> Source<'a> {
    /// Ends where the socket ends.
    pub(crate) fn whole(stream: &'a TcpStream) -> Source<'a> {
        Source::of(stream, None)
    }

    /// Ends where the body ends, if there is one to end.
    pub(crate) fn of(stream: &'a TcpStream, body: Option<&'a mut Body>) -> Source<'a> {
        Source { stream, body, most: usize::MAX }
    }

    pub(crate) fn stream(&self) -> &'a TcpStream {
        self.stream
    }

    /// No more than this may be read at once from now on.
    pub(crate) fn give(&mut self, most: usize) {
        self.most = most;
    }

    /// Of so much room, how much may be filled.
    pub(crate) fn room(&self, room: usize) -> usize {
        let room = room.min(self.most);
        match &self.body {
            None => room,
            Some(body) => usize::try_from(body.certain()).map_or(room, |certain| certain.min(room)),
        }
    }

    /// Reads once; see [`read`].
    pub(crate) fn read(&self, room: usize, once: impl FnOnce() -> io::Result<usize>) -> Result<Option<usize>, Break> {
        read(self.stream, room, once)
    }

    /// True when every byte that is read must be told to [`Source::follow`].
    pub(crate) fn is_followed(&self) -> bool {
        self.body.is_some()
    }

    /// These bytes were read.
    pub(crate) fn follow(&mut self, bytes: &[u8]) -> Result<(), Break> {
        if let Some(body) = &mut self.body {
            body.follow(bytes).map_err(|_| Break::Read)?;
        }
        Ok(())
    }

    /// True when the body is whole: what comes now belongs to nobody.
    pub(crate) fn is_over(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.certain() == 0)
    }

    /// Waits for bytes behind the body, or the end.
    pub(crate) async fn beyond(&self) -> Result<(), Break> {
        loop {
            self.stream.readable().await.map_err(|_| Break::Read)?;
            let mut buffer = Buffer::take(Size::Small);
            if self.read(buffer.len(), || self.stream.try_read(&mut buffer))?.is_some() {
                return Ok(());
            }
        }
    }

    /// Reads on and throws away, until the end. Closing with unread bytes would reset the connection and take the end
    /// of the answer with it.
    pub(crate) async fn discard(&self) -> Result<(), Break> {
        loop {
            self.stream.readable().await.map_err(|_| Break::Read)?;
            let mut buffer = Buffer::take(Size::Small);
            if self.read(buffer.len(), || self.stream.try_read(&mut buffer))? == Some(0) {
                return Ok(());
            }
        }
    }
}
