//! `RequestOpener`: the server's side of a new connection, until the target is known.

use std::sync::Arc;

use super::aead2022::{self, REQUEST_HEADER};
use super::chunk::ChunkOpener;
use super::cipher::Cipher;
use super::opener::Opener;
use super::unframed::AddressOpener;
use super::{StreamError, TAG};
use crate::access::Access;
use crate::address::{Address, MAX_ENCODED};
use crate::block::BLOCK;
use crate::identity;
use crate::key::Key;
use crate::legacy::Ota;
use crate::method::{Family, Method};
use crate::users::{User, Users};

/// Reads the head of a request as its bytes come in.
pub struct RequestOpener {
    method: Method,
    key: Key,
    users: Option<Arc<Users>>,
    /// Whose request it is, once the identity header was read.
    user: Option<User>,
    state: State,
    salt: Box<[u8]>,
    ota: Ota,
}

enum State {
    /// Nothing was opened.
    Head,
    /// 2022: the fixed header was good and promised a variable header of so many bytes.
    VariableHeader(ChunkOpener, usize),
    /// 2017: chunks were opened, but the address is not whole yet.
    Address(ChunkOpener, Vec<u8>),
    /// Legacy: the IV was read, but the address is not whole yet.
    Stream(AddressOpener),
    /// Handed out, or broken.
    Over,
}

/// What a client asked for.
pub struct Request {
    /// Where it wants to go.
    pub target: Address,
    /// The payload that came with the request; may be empty.
    pub payload: Vec<u8>,
    /// Opens what follows.
    pub opener: Opener,
    /// How many bytes of `sealed` are done with; the rest is the start of the next chunk.
    pub used: usize,
}

impl RequestOpener {
    /// Waits for a request sealed with `key`.
    #[must_use]
    pub fn new(method: Method, key: Key) -> RequestOpener {
        RequestOpener { method, key, users: None, user: None, state: State::Head, salt: Box::default(), ota: Ota::Off }
    }

    /// Waits for a request of one of the users, who know the server by `key`. Without an identity header nobody is
    /// served.
    ///
    /// # Panics
    /// When the users have another method.
    #[must_use]
    pub fn with_users(method: Method, key: Key, users: Arc<Users>) -> RequestOpener {
        assert_eq!(method, users.method(), "a port has one method");
        RequestOpener { users: Some(users), ..RequestOpener::new(method, key) }
    }

    /// The key that the answer is sealed with: the user's, if there are users and the head was read.
    #[must_use]
    pub fn key(&self) -> &Key {
        self.user.as_ref().map_or(&self.key, |user| user.keys().key())
    }

    /// Whose request it is, if there are users. Proven when [`RequestOpener::open`] has given the request.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// Sets whether requests of legacy methods come with one-time authentication; without this, they do not.
    #[must_use]
    pub fn with_ota(mut self, ota: Ota) -> RequestOpener {
        self.ota = ota;
        self
    }

    /// The request's salt, once it was read.
    #[must_use]
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// Looks at everything received so far and not yet used, opening it in place. `Ok(Err(used))` means that more is
    /// needed and that the first `used` bytes are done with.
    ///
    /// `fresh` is asked once, after the head proved authentic and timely, whether its salt is new, and must remember
    /// it in the same step.
    ///
    /// # Errors
    /// See [`StreamError`]. A 2022 head must come whole in the first call (SIP022 §3.1.2).
    pub fn open(
        &mut self,
        sealed: &mut [u8],
        now: u64,
        fresh: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<Result<Request, usize>, StreamError> {
        let mut used = 0;
        if let State::Head = self.state {
            match self.open_head(sealed, now, fresh)? {
                Some(n) => used = n,
                None => return Ok(Err(0)),
            }
        }
        match std::mem::replace(&mut self.state, State::Over) {
            State::VariableHeader(mut chunks, len) => {
                let Some(piece) = sealed.get_mut(used..used + len + TAG) else {
                    self.state = State::VariableHeader(chunks, len);
                    return Ok(Err(used));
                };
                chunks.open_piece(piece)?;
                let header = &piece[..len];
                let (target, payload) = aead2022::read_variable_header(header)?;
                let payload = header[payload..].to_vec();
                Ok(Ok(Request { target, payload, opener: Opener::chunks(chunks), used: used + len + TAG }))
            }
            State::Address(mut chunks, mut plain) => {
                let mut pieces = Vec::new();
                used = chunks.open(sealed, used, &mut pieces)?;
                for piece in pieces {
                    plain.extend_from_slice(&sealed[piece]);
                }
                match Address::decode(&plain).map_err(|_| StreamError::BadAddress)? {
                    Some((target, len)) => {
                        // 2017 has no header that could be remembered earlier: the first chunk is the proof.
                        if !fresh(&self.salt) {
                            return Err(StreamError::Replay);
                        }
                        let payload = plain.split_off(len);
                        Ok(Ok(Request { target, payload, opener: Opener::chunks(chunks), used }))
                    }
                    None => {
                        debug_assert!(plain.len() < MAX_ENCODED, "a whole address was decoded");
                        self.state = State::Address(chunks, plain);
                        Ok(Err(used))
                    }
                }
            }
            State::Stream(mut address) => {
                let taken = address.open(&mut sealed[used..], &self.salt, &self.key, self.ota)?;
                used += taken;
                match address.finish(&self.salt)? {
                    Ok((target, stream)) => {
                        if !self.salt.is_empty() && !fresh(&self.salt) {
                            return Err(StreamError::Replay);
                        }
                        Ok(Ok(Request { target, payload: Vec::new(), opener: Opener::stream(stream), used }))
                    }
                    Err(address) => {
                        self.state = State::Stream(address);
                        Ok(Err(used))
                    }
                }
            }
            State::Head | State::Over => Err(StreamError::NotAuthentic),
        }
    }

    /// Takes the salt, and for 2022 the fixed header; returns how many bytes that took.
    fn open_head(
        &mut self,
        sealed: &mut [u8],
        now: u64,
        fresh: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<Option<usize>, StreamError> {
        let salt = self.method.salt_len();
        let fixed = salt + if self.users.is_some() { BLOCK } else { 0 };
        let head = match self.method.family() {
            Family::Aead2017 | Family::Stream => salt,
            Family::Aead2022 => fixed + REQUEST_HEADER,
        };
        if sealed.len() < head {
            return match self.method.family() {
                Family::Aead2017 | Family::Stream => Ok(None),
                Family::Aead2022 => Err(StreamError::ShortHead),
            };
        }
        self.salt = sealed[..salt].into();
        if let Method::Stream(method) = self.method {
            self.state = State::Stream(AddressOpener::new(method, &self.key, &self.salt));
            return Ok(Some(head));
        }
        if let Some(users) = &self.users {
            self.state = State::Over;
            let header = sealed[salt..].first_chunk().expect("the whole head is there");
            let hash = identity::open_stream(self.method, &self.key, &self.salt, header);
            self.user = Some(users.find(&hash).ok_or(StreamError::UnknownUser)?.clone());
        }
        let mut chunks = ChunkOpener::new(Cipher::new(self.method, self.key(), &self.salt), self.method);
        self.state = match self.method.family() {
            Family::Aead2017 | Family::Stream => State::Address(chunks, Vec::new()),
            Family::Aead2022 => {
                self.state = State::Over;
                let len = aead2022::open_request_header(&mut chunks, &mut sealed[fixed..head], now)?;
                if !fresh(&self.salt) {
                    return Err(StreamError::Replay);
                }
                State::VariableHeader(chunks, len)
            }
        };
        Ok(Some(head))
    }
}

/// Waits for a request of whoever has access.
impl From<&Access> for RequestOpener {
    fn from(access: &Access) -> RequestOpener {
        let (method, key) = (access.method(), access.key().clone());
        RequestOpener { users: access.users().cloned(), ota: access.ota(), ..RequestOpener::new(method, key) }
    }
}
