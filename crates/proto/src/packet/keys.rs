//! `Keys`: a method's long-lived key with everything that can be made from it once.

use std::fmt;

use super::SessionId;
use crate::aead::{Aead, MAX_NONCE};
use crate::block::{BLOCK, Block};
use crate::identity::{self, Hash};
use crate::key::Key;
use crate::legacy::StreamMethod;
use crate::method::{Family, Method};
use crate::server_config::ServerConfig;
use crate::subkey::Subkey;

/// The key of a server, or of one of its users, with its schedules. One is enough for all sessions under that key.
pub struct Keys {
    method: Method,
    key: Key,
    pub(super) framing: Framing,
    /// Whether requests get a tag of one-time authentication.
    pub(super) one_time_auth: bool,
}

/// What stands before a body, and what it is sealed with.
pub(super) enum Framing {
    /// AEAD-2017: a salt, and a subkey from it.
    Salted,
    /// AEAD-2022 with AES: a header of its own under the key, and a subkey for each session.
    Separate(Box<Separate>),
    /// AEAD-2022 with ChaCha20: a nonce, and everything else under the key itself.
    Nonce(Aead),
    /// Legacy: an IV, and everything else encrypted.
    Stream(StreamMethod),
}

/// The AES keys of separate headers.
pub(super) struct Separate {
    /// The key itself: for responses, and for requests of a server without users.
    pub(super) own: Block,
    /// The identity keys before it, each with the hash of the next.
    pub(super) identities: Box<[(Block, Hash)]>,
}

impl Keys {
    /// The key of `method` with its schedules.
    #[must_use]
    pub fn new(method: Method, key: Key) -> Keys {
        let framing = match method {
            Method::Stream(method) => Framing::Stream(method),
            Method::Blake3ChaCha20Poly1305 => Framing::Nonce(Aead::new(method, key.bytes())),
            _ if method.family() == Family::Aead2017 => Framing::Salted,
            _ => Framing::Separate(Box::new(Separate {
                own: Block::new(method, key.bytes()),
                identities: identity::pairs(&key).map(|(key, next)| (Block::new(method, key), next)).collect(),
            })),
        };
        Keys { method, key, framing, one_time_auth: false }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The AEAD of a session, where each has one: 2022 with AES.
    pub(super) fn session(&self, id: SessionId) -> Aead {
        Aead::new(self.method, Subkey::session(self.key.bytes(), &id.0).bytes())
    }

    /// The AEAD of one AEAD-2017 packet, and its nonce of nothing but zeros.
    pub(super) fn salted(&self, salt: &[u8]) -> (Aead, &'static [u8]) {
        static ZEROS: [u8; MAX_NONCE] = [0; MAX_NONCE];
        let aead = Aead::new(self.method, Subkey::aead2017(self.key.bytes(), salt).bytes());
        let nonce = &ZEROS[..aead.nonce_len()];
        (aead, nonce)
    }
}

/// The key of the server of a configuration, and whether requests to it get one-time authentication.
impl From<&ServerConfig> for Keys {
    fn from(config: &ServerConfig) -> Keys {
        Keys { one_time_auth: config.one_time_auth(), ..Keys::new(config.method(), config.key().clone()) }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({}, …)", self.method)
    }
}

/// The separate header of a session's packet.
pub(super) fn separate_header(session: SessionId, packet: u64) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    header[..8].copy_from_slice(&session.0);
    header[8..].copy_from_slice(&packet.to_be_bytes());
    header
}

/// Reads a separate header.
pub(super) fn read_separate_header(header: &[u8; BLOCK]) -> (SessionId, u64) {
    let (session, packet) = header.split_at(8);
    let packet = packet.try_into().expect("eight bytes are left");
    (SessionId(session.try_into().expect("eight bytes were split off")), u64::from_be_bytes(packet))
}
