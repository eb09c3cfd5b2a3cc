//! `Channel`: a TCP connection to a name server, straight or through a Shadowsocks server, that carries one question at
//! a time.

use std::io;

use parasol_proto::Address;
use parasol_proto::dns::{Answer, AnswerError, MAX_MESSAGE, Question};
use tokio::net::TcpStream;

use super::frame::{Frames, framed};
use crate::buffer::{Buffer, Size};
use crate::codec::{Codec, open_kept};
use crate::config::Outbound;
use crate::random;
use crate::socket::{Break, write_all};

pub(super) struct Channel {
    stream: TcpStream,
    up: Codec,
    down: Codec,
    /// What came and was not looked at.
    plain: Vec<u8>,
    frames: Frames,
}

/// Why there is no answer.
pub(super) enum Lost {
    Broke(Break),
    /// It came, and is none that anybody should have.
    Unusable,
}

impl From<Break> for Lost {
    fn from(reason: Break) -> Lost {
        Lost::Broke(reason)
    }
}

impl Channel {
    /// Asks over a new connection, on which it is the first to speak: through a server, head and question leave together.
    pub(super) async fn open(
        outbound: &Outbound,
        stream: TcpStream,
        name_server: &Address,
        question: &Question,
    ) -> Result<(Channel, Answer), Lost> {
        let id = random::id();
        let (up, down) = outbound.start(&stream, name_server, &framed(&question.ask(id))).await?;
        let mut channel = Channel { stream, up, down, plain: Vec::new(), frames: Frames::new(MAX_MESSAGE) };
        let answer = channel.receive(question, id).await?;
        Ok((channel, answer))
    }

    /// Asks another question.
    pub(super) async fn ask(&mut self, question: &Question) -> Result<Answer, Lost> {
        let id = random::id();
        let message = framed(&question.ask(id));
        match &mut self.up {
            Codec::Seal(sealer) => {
                let mut buffer = Buffer::take(Size::Small);
                // A question is far shorter than a chunk may be.
                let slot = sealer.slots(buffer.len()).next().ok_or(Break::Write)?;
                buffer.get_mut(slot.start..slot.start + message.len()).ok_or(Break::Write)?.copy_from_slice(&message);
                let sealed = sealer.seal(&mut buffer, message.len());
                // A buffer is not held while waiting for room.
                let sealed = buffer[..sealed].to_vec();
                drop(buffer);
                write_all(&self.stream, &sealed).await?;
            }
            Codec::Plain => write_all(&self.stream, &message).await?,
            // No outbound begins with these; nothing goes out that is not sealed as it should be.
            Codec::SealResponse { .. } | Codec::Open { .. } => return Err(Break::Write.into()),
        }
        self.receive(question, id).await
    }

    /// Could it carry another question? Not when something came that was not asked for, the end included.
    pub(super) fn is_idle(&self) -> bool {
        let peeked = self.stream.try_read(&mut [0]);
        self.plain.is_empty() && peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Waits for the answer, past messages that are not it.
    async fn receive(&mut self, question: &Question, id: u16) -> Result<Answer, Lost> {
        loop {
            let found = self.find(question, id);
            self.frames.forget(&mut self.plain);
            match found {
                Some(found) => return found,
                None => self.read().await?,
            }
        }
    }

    /// Looks for it among the messages that came.
    fn find(&mut self, question: &Question, id: u16) -> Option<Result<Answer, Lost>> {
        while let Some(message) = self.frames.next(&self.plain) {
            match Answer::parse(message, question, id) {
                Ok(answer) => return Some(Ok(answer)),
                Err(AnswerError::EndlessAliases) => return Some(Err(Lost::Unusable)),
                Err(error) => tracing::trace!(%error, "dropped a message of a name server"),
            }
        }
        None
    }

    async fn read(&mut self) -> Result<(), Break> {
        loop {
            self.stream.readable().await.map_err(|_| Break::Read)?;
            let mut buffer = Buffer::take(Size::Small);
            let n = match self.stream.try_read(&mut buffer) {
                Ok(0) => return Err(Break::Read),
                Ok(n) => n,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                Err(_) => return Err(Break::Read),
            };
            match &mut self.down {
                Codec::Open { opener, kept } => {
                    kept.extend_from_slice(&buffer[..n]);
                    open_kept(opener, kept, &mut self.plain).map_err(Break::Sealed)?;
                }
                Codec::Plain => self.plain.extend_from_slice(&buffer[..n]),
                Codec::Seal(_) | Codec::SealResponse { .. } => return Err(Break::Read),
            }
            return Ok(());
        }
    }
}
