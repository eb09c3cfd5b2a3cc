//! `Opener`: reads one direction of a stream, head first, then chunk after chunk in place.

use std::ops::Range;

use super::StreamError;
use super::aead2022;
use super::chunk::ChunkOpener;
use super::cipher::Cipher;
use super::unframed::StreamOpener;
use crate::key::Key;
use crate::legacy::StreamCipher;
use crate::method::{Family, Method};
use crate::server_config::ServerConfig;

/// Opens what the other side sealed.
pub struct Opener(State);

enum State {
    /// Nothing of the response has been opened.
    ResponseHead { method: Method, key: Key, request_salt: Box<[u8]> },
    /// The head is over.
    Chunks(ChunkOpener),
    /// Legacy: the IV is over, and with it the address of a request.
    Stream(StreamOpener),
    /// An error was returned; the stream must not be gone on with.
    Broken(StreamError),
}

impl Opener {
    /// Opens the response to the request that was sent with `request_salt`.
    #[must_use]
    pub fn response(config: &ServerConfig, request_salt: &[u8]) -> Opener {
        Opener(State::ResponseHead {
            method: config.method(),
            key: config.key().clone(),
            request_salt: request_salt.into(),
        })
    }

    pub(super) fn stream(stream: StreamOpener) -> Opener {
        Opener(State::Stream(stream))
    }

    pub(super) fn chunks(chunks: ChunkOpener) -> Opener {
        Opener(State::Chunks(chunks))
    }

    /// Opens every whole piece at the head of `sealed` in place, pushes where each payload lies to `plain`, and
    /// returns how many bytes are done with. The rest must be shown again with more bytes behind it.
    ///
    /// `now` is Unix time in seconds; it is asked for once, when a 2022 head is read.
    ///
    /// # Errors
    /// See [`StreamError`]; the same error comes from every later call.
    pub fn open(
        &mut self,
        sealed: &mut [u8],
        now: impl FnOnce() -> u64,
        plain: &mut Vec<Range<usize>>,
    ) -> Result<usize, StreamError> {
        let opened = self.try_open(sealed, now, plain);
        if let Err(error) = opened {
            self.0 = State::Broken(error);
        }
        opened
    }

    /// True when the length of a chunk was opened and its payload was not. What is left over of `sealed` does not show
    /// that, and a stream that ends here was cut.
    #[must_use]
    pub fn is_within_chunk(&self) -> bool {
        match &self.0 {
            State::Chunks(chunks) => chunks.is_within_chunk(),
            State::Stream(stream) => stream.is_within_chunk(),
            State::ResponseHead { .. } | State::Broken(_) => false,
        }
    }

    fn try_open(
        &mut self,
        sealed: &mut [u8],
        now: impl FnOnce() -> u64,
        plain: &mut Vec<Range<usize>>,
    ) -> Result<usize, StreamError> {
        let mut from = 0;
        if let State::ResponseHead { method, key, request_salt } = &self.0 {
            let salt = method.salt_len();
            let head = match method.family() {
                Family::Aead2017 | Family::Stream => salt,
                Family::Aead2022 => salt + aead2022::response_header(salt),
            };
            // A client reads what its own server sent it, so the head may come in pieces; nothing shows from here how
            // many bytes were taken, which is what the one-read rule protects on the server's side.
            if sealed.len() < head {
                return Ok(0);
            }
            // Our own stream sent back would open: AEAD-2017 seals both directions with one key and says nowhere which
            // is which. Only the salt tells; legacy methods without an IV have nothing that would.
            if salt > 0 && sealed[..salt] == **request_salt {
                return Err(StreamError::Replay);
            }
            self.0 = if let Method::Stream(method) = *method {
                State::Stream(StreamOpener::plain(StreamCipher::new(method, key, &sealed[..salt])))
            } else {
                let mut chunks = ChunkOpener::new(Cipher::new(*method, key, &sealed[..salt]), *method);
                if method.family() == Family::Aead2022 {
                    let head = &mut sealed[salt..head];
                    let len = aead2022::open_response_header(&mut chunks, head, request_salt, now())?;
                    chunks.expect_payload(len);
                }
                State::Chunks(chunks)
            };
            from = head;
        }
        match &mut self.0 {
            State::Chunks(chunks) => chunks.open(sealed, from, plain),
            State::Stream(stream) => stream.open(sealed, from, plain),
            State::Broken(error) => Err(*error),
            State::ResponseHead { .. } => unreachable!("the head was just read"),
        }
    }
}
