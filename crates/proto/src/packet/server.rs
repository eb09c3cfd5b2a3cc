//! `ServerSession`: what a server keeps for one session of a client; `ServerKeys` finds out whose a packet is.

use std::ops::Range;
use std::sync::Arc;

use super::body::Direction;
use super::keys::{Framing, Keys, read_separate_header};
use super::open::{open_salted, open_stream, open_under_nonce, read_body};
use super::sealer::Sealer;
use super::window::Window;
use super::{BLOCK, Opened, PacketError, SessionId};
use crate::access::Access;
use crate::address::Address;
use crate::aead::{Aead, MAX_NONCE, TAG};
use crate::identity::{self, Hash};
use crate::legacy::Ota;
use crate::users::{User, Users};

/// The keys of a server's port, and its users.
pub struct ServerKeys {
    keys: Arc<Keys>,
    users: Option<Arc<Users>>,
    ota: Ota,
}

/// The head of a packet, opened: whose it is. Belongs to that packet only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header(Inner);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Inner {
    /// AEAD-2017 and legacy, opened whole.
    Whole(Opened),
    /// AEAD-2022: session, packet id, where the body starts, and which user it is, if there are users.
    Session(SessionId, u64, usize, Option<Hash>),
}

impl Header {
    /// The client's session, by which a server finds its [`ServerSession`]. `None` for AEAD-2017 and legacy methods,
    /// which have none: there the source address of the packet names the session.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        match &self.0 {
            Inner::Whole(_) => None,
            Inner::Session(session, ..) => Some(*session),
        }
    }
}

impl ServerKeys {
    /// A port of one key.
    #[must_use]
    pub fn new(keys: Arc<Keys>) -> ServerKeys {
        ServerKeys { keys, users: None, ota: Ota::Off }
    }

    /// A port of many users, who know the server by this key. Without an identity header nobody is served.
    ///
    /// # Panics
    /// When the users have another method.
    #[must_use]
    pub fn with_users(keys: Arc<Keys>, users: Arc<Users>) -> ServerKeys {
        assert_eq!(keys.method(), users.method(), "a port has one method");
        ServerKeys { users: Some(users), ..ServerKeys::new(keys) }
    }

    /// Sets whether packets of legacy methods come with one-time authentication; without this, they do not.
    #[must_use]
    pub fn with_ota(mut self, ota: Ota) -> ServerKeys {
        self.ota = ota;
        self
    }

    /// Opens the head of a request in place. What it says is not yet proven, except for AEAD-2017 and ChaCha20, whose
    /// packets are opened whole here: only [`ServerSession::open`] tells. Legacy packets are opened whole too, and prove
    /// nothing.
    ///
    /// The salt of an AEAD-2017 packet stays where it is, at the packet's start, for a memory of salts.
    ///
    /// # Errors
    /// See [`PacketError`].
    pub fn open_header(&self, packet: &mut [u8]) -> Result<Header, PacketError> {
        let (header, body, user) = match &self.keys.framing {
            Framing::Salted => return open_salted(&self.keys, packet).map(Inner::Whole).map(Header),
            Framing::Stream(method) => {
                return open_stream(&self.keys, *method, self.ota, packet).map(Inner::Whole).map(Header);
            }
            Framing::Separate(blocks) => {
                let (header, rest) = packet.split_first_chunk_mut::<BLOCK>().ok_or(PacketError::TooShort)?;
                blocks.own.decrypt(header);
                match &self.users {
                    None => (&*header, BLOCK, None),
                    Some(_) => {
                        let mut user = *rest.first_chunk::<BLOCK>().ok_or(PacketError::TooShort)?;
                        blocks.own.decrypt(&mut user);
                        identity::mask(&mut user, header);
                        (&*header, BLOCK + BLOCK, Some(user))
                    }
                }
            }
            Framing::Nonce(aead) => {
                open_under_nonce(aead, packet)?;
                (packet[MAX_NONCE..].first_chunk().expect("it was opened with the rest"), MAX_NONCE + BLOCK, None)
            }
        };
        let (session, id) = read_separate_header(header);
        if packet.len() < body + TAG {
            return Err(PacketError::TooShort);
        }
        Ok(Header(Inner::Session(session, id, body, user)))
    }

    /// A session for the client whose packet has this head. To be kept only if it opens the packet. `id` is random and
    /// names the session in the other direction.
    ///
    /// # Errors
    /// When the client is none of the users.
    pub fn session(&self, header: &Header, id: SessionId) -> Result<ServerSession, PacketError> {
        let hash = match header.0 {
            Inner::Session(.., user) => user,
            Inner::Whole(_) => None,
        };
        let (keys, user) = match (&self.users, hash) {
            (Some(users), Some(hash)) => {
                let user = users.find(&hash).ok_or(PacketError::UnknownUser)?;
                (Arc::clone(user.keys()), Some((hash, user.clone())))
            }
            _ => (Arc::clone(&self.keys), None),
        };
        let client = header.session().unwrap_or(SessionId([0; 8]));
        // The same id would mean the same subkey and, from the same packet ids, the same nonces in both directions.
        let id = if id == client { SessionId(id.0.map(|byte| !byte)) } else { id };
        Ok(ServerSession {
            client,
            user,
            aead: matches!(keys.framing, Framing::Separate(_)).then(|| keys.session(client)),
            window: Window::new(),
            sealer: Sealer::new(keys, id, Direction::Response(client)),
        })
    }
}

/// The keys of whoever has access.
impl From<&Access> for ServerKeys {
    fn from(access: &Access) -> ServerKeys {
        let keys = Arc::new(Keys::new(access.method(), access.key().clone()));
        ServerKeys { keys, users: access.users().cloned(), ota: access.ota() }
    }
}

/// Opens a client's packets and seals the answers.
pub struct ServerSession {
    client: SessionId,
    user: Option<(Hash, User)>,
    /// For AES 2022.
    aead: Option<Aead>,
    window: Window,
    sealer: Sealer,
}

impl ServerSession {
    /// Opens the rest of the packet that `header` was read from, in place. `now` is Unix time in seconds.
    ///
    /// # Errors
    /// See [`PacketError`]. The session goes on as if the packet had not come.
    pub fn open(&mut self, header: Header, packet: &mut [u8], now: u64) -> Result<Opened, PacketError> {
        let (session, id, at, user) = match header.0 {
            Inner::Whole(opened) => return Ok(opened),
            Inner::Session(session, id, at, user) => (session, id, at, user),
        };
        if session != self.client {
            return Err(PacketError::ForeignSession);
        }
        if user != self.user.as_ref().map(|(hash, _)| *hash) {
            return Err(PacketError::UnknownUser);
        }
        if !self.window.is_new(id) {
            return Err(PacketError::Replay);
        }
        if let Some(aead) = &self.aead {
            let (head, sealed) = packet.split_at_mut_checked(at).ok_or(PacketError::TooShort)?;
            if !aead.open(&head[4..BLOCK], sealed) {
                return Err(PacketError::NotAuthentic);
            }
        }
        let opened = read_body(packet, at, Direction::Request, now)?;
        if self.window.accept(id) { Ok(opened) } else { Err(PacketError::Replay) }
    }

    /// Seals `buffer[payload]` in place, as coming from `source`; everything else as in
    /// [`super::ClientSession::seal`].
    ///
    /// # Panics
    /// As that does.
    pub fn seal(
        &mut self,
        source: &Address,
        buffer: &mut [u8],
        payload: Range<usize>,
        padding: usize,
        salt: &[u8],
        now: u64,
    ) -> Range<usize> {
        self.sealer.seal(source, buffer, payload, padding, salt, now)
    }

    /// How many bytes of a packet [`Self::seal`] writes before the payload.
    #[must_use]
    pub fn head_len(&self, source: &Address, padding: usize) -> usize {
        self.sealer.head_len(source, padding)
    }

    /// As [`super::ClientSession::tail_len`].
    #[must_use]
    pub fn tail_len(&self) -> usize {
        self.sealer.tail_len()
    }

    /// Which user the client is, if the server has users.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        self.user.as_ref().map(|(_, user)| user)
    }

    /// The client's session, or zeros for AEAD-2017 and legacy methods.
    #[must_use]
    pub fn client(&self) -> SessionId {
        self.client
    }
}
