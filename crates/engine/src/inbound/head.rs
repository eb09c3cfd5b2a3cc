//! `Head`: the first bytes of a connection, gathered until they mean something.

use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::buffer::{Buffer, Size};
use crate::socket::{Break, read};

/// The bytes received and not yet understood.
pub(crate) struct Head<'a> {
    stream: &'a TcpStream,
    pub(crate) bytes: Vec<u8>,
    /// When the first of them came.
    began: Option<Instant>,
    /// The connection was lost: not ended, but broken off.
    pub(crate) lost: bool,
}

impl<'a> Head<'a> {
    pub(crate) fn new(stream: &'a TcpStream) -> Head<'a> {
        Head { stream, bytes: Vec::new(), began: None, lost: false }
    }

    /// How long ago the first byte came. A client may connect long before it has something to ask.
    pub(crate) fn took(&self) -> Duration {
        self.began.map_or(Duration::ZERO, |began| began.elapsed())
    }

    /// Waits for more bytes; false when no more will come.
    pub(crate) async fn more(&mut self) -> bool {
        loop {
            let read = match self.stream.readable().await {
                Ok(()) => self.read_now(),
                Err(_) => Err(Break::Read),
            };
            match read {
                Ok(Some(n)) => return n > 0,
                Ok(None) => {}
                Err(_) => {
                    self.lost = true;
                    return false;
                }
            }
        }
    }

    /// Takes what is there; if nothing is, waits a moment for it.
    pub(crate) async fn moment(&mut self, moment: Duration) {
        if matches!(self.read_now(), Ok(None)) {
            let _ = tokio::time::timeout(moment, self.more()).await;
        }
    }

    /// Reads on and throws away until the other side has finished.
    pub(crate) async fn drain(&mut self) {
        self.bytes = Vec::new();
        while self.more().await {
            self.bytes.clear();
        }
    }

    /// The same, and then waits on: for whoever ends this. Returns only when the connection is lost.
    pub(crate) async fn sink(&mut self) {
        self.drain().await;
        if !self.lost {
            std::future::pending().await
        }
    }

    /// Reads once; `None` when nothing is there.
    fn read_now(&mut self) -> Result<Option<usize>, Break> {
        let mut buffer = Buffer::take(Size::Small);
        let n = read(self.stream, buffer.len(), || self.stream.try_read(&mut buffer))?;
        if let Some(n) = n {
            self.bytes.extend_from_slice(&buffer[..n]);
            self.began.get_or_insert_with(Instant::now);
        }
        Ok(n)
    }
}
