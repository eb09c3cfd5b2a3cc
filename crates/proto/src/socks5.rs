//! SOCKS5, RFC 1928: the greeting, the request and their answers.
//!
//! ```text
//!  greeting (client)                     choice (local)
//! ┌─────┬──────────┬──────────┐         ┌─────┬────────┐  METHOD 00: no login
//! │ VER │ NMETHODS │ METHODS  │         │ VER │ METHOD │         02: user and password (RFC 1929)
//! │ 05  │ u8       │ NMETHODS │         │ 05  │ u8     │         FF: none of those offered
//! └─────┴──────────┴──────────┘         └─────┴────────┘
//!  request (client)                      reply (local)
//! ┌─────┬─────┬─────┬──────────────┐    ┌─────┬─────┬─────┬──────────────┐
//! │ VER │ CMD │ RSV │ DST          │    │ VER │ REP │ RSV │ BND          │  addresses: see `crate::address`
//! │ 05  │ u8  │ 00  │ an address   │    │ 05  │ u8  │ 00  │ an address   │
//! └─────┴─────┴─────┴──────────────┘    └─────┴─────┴─────┴──────────────┘
//!  CMD 01 CONNECT, 02 BIND, 03 UDP ASSOCIATE
//! ```
//! Everything may arrive cut anywhere; what comes after a request is payload. The login of RFC 1929 stands between
//! choice and request, see [`PasswordRequest`]; the header of relayed UDP datagrams is [`UdpHeader`].

mod password;
mod udp_header;

use std::net::SocketAddr;

use thiserror::Error;

use crate::address::{Address, AddressError};
use crate::credentials::Credentials;

pub use password::{NotPassword, PasswordReply, PasswordRequest};
pub use udp_header::{MAX_UDP_HEADER, UdpHeader, UdpHeaderError};

/// The version byte of every SOCKS5 message.
const VERSION: u8 = 5;

/// What a client says first: how it could log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Greeting {
    /// The login methods it offers.
    pub methods: Methods,
}

/// A set of login methods, by their byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Methods([u128; 2]);

/// A login method that the local side knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Login {
    /// No login.
    None = 0x00,
    /// User and password, RFC 1929.
    Password = 0x02,
}

impl Login {
    /// What a local side with these credentials asks for. Without any there is nothing that a password could be
    /// compared with, so it is never asked for.
    #[must_use]
    pub const fn for_credentials(credentials: Option<&Credentials>) -> Login {
        match credentials {
            Some(_) => Login::Password,
            None => Login::None,
        }
    }
}

/// The answer to a greeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Go on with this login method.
    Login(Login),
    /// None of the methods offered will do; the connection is closed after this answer.
    Refused,
}

/// The first byte of a greeting is not 5. There is no answer that such a client would understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not SOCKS5: version {0}")]
pub struct NotSocks5(pub u8);

impl Greeting {
    /// Reads a greeting at the head of `bytes`: `Ok(None)` when more bytes are needed, else the greeting and the
    /// number of bytes it took.
    ///
    /// # Errors
    /// Another version byte.
    pub fn decode(bytes: &[u8]) -> Result<Option<(Greeting, usize)>, NotSocks5> {
        match bytes.first() {
            None => return Ok(None),
            Some(&VERSION) => {}
            Some(&other) => return Err(NotSocks5(other)),
        }
        let Some(&count) = bytes.get(1) else { return Ok(None) };
        let used = 2 + usize::from(count);
        let Some(offered) = bytes.get(2..used) else { return Ok(None) };
        Ok(Some((Greeting { methods: offered.iter().copied().collect() }, used)))
    }

    /// Picks `wanted` if it is on offer. The local side has a login or it has none, so there is never more than one
    /// method to pick from, and a login is never waived because the client would rather do without.
    #[must_use]
    pub fn choose(&self, wanted: Login) -> Choice {
        if self.methods.contains(wanted as u8) { Choice::Login(wanted) } else { Choice::Refused }
    }
}

impl Methods {
    /// Whether `method` is in the set.
    #[must_use]
    pub const fn contains(&self, method: u8) -> bool {
        self.0[(method >> 7) as usize] >> (method & 0x7f) & 1 == 1
    }

    /// Whether nothing was offered.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0[0] == 0 && self.0[1] == 0
    }
}

impl FromIterator<u8> for Methods {
    fn from_iter<I: IntoIterator<Item = u8>>(methods: I) -> Self {
        let mut set = Methods::default();
        for method in methods {
            set.0[usize::from(method >> 7)] |= 1 << (method & 0x7f);
        }
        set
    }
}

impl Choice {
    /// The answer on the wire.
    #[must_use]
    pub const fn encode(self) -> [u8; 2] {
        match self {
            Choice::Login(login) => [VERSION, login as u8],
            Choice::Refused => [VERSION, 0xff],
        }
    }
}

/// What a client wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A TCP connection to the target.
    Connect(Address),
    /// To be connected to. Not served anywhere; parsed so that the refusal comes after the whole request.
    Bind,
    /// A UDP association. The address is the one the client will send from, as far as it knows it yet: port 0, which
    /// RFC 1928 §4 asks for when it does not, is `None`.
    UdpAssociate(Option<Address>),
}

/// Why a request is refused. [`RequestError::reply`] is what the client is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RequestError {
    /// The version byte is not 5.
    #[error("not SOCKS5: version {0}")]
    Version(u8),
    /// The command is none of 1, 2, 3.
    #[error("unknown command {0}")]
    Command(u8),
    /// The address type is unknown, or the address is no address.
    #[error(transparent)]
    Address(#[from] AddressError),
}

impl Request {
    /// Reads a request at the head of `bytes`: `Ok(None)` when more bytes are needed, else the request and the number
    /// of bytes it took. RSV is not looked at: other implementations do not either, and clients get it wrong.
    ///
    /// # Errors
    /// See [`RequestError`]. An unknown command is reported when the whole request is there, because a reply sent
    /// while the client's bytes are still under way is lost to the reset that follows.
    pub fn decode(bytes: &[u8]) -> Result<Option<(Request, usize)>, RequestError> {
        match bytes.first() {
            None => return Ok(None),
            Some(&VERSION) => {}
            Some(&other) => return Err(RequestError::Version(other)),
        }
        let &[_, command, _, ref rest @ ..] = bytes else { return Ok(None) };
        let address = match Address::decode(rest) {
            Ok(None) => return Ok(None),
            other => other,
        };
        if !matches!(command, 1..=3) {
            return Err(RequestError::Command(command));
        }
        let (address, used) = match address {
            Ok(Some((address, used))) => (Some(address), used),
            Err(AddressError::BadPort) if command != 1 => (None, address_len(rest)),
            Err(error) => return Err(error.into()),
            Ok(None) => return Ok(None),
        };
        let request = match (command, address) {
            (1, Some(target)) => Request::Connect(target),
            (2, _) => Request::Bind,
            (_, client) => Request::UdpAssociate(client),
        };
        Ok(Some((request, 3 + used)))
    }
}

/// The length of a whole encoded address of known type.
fn address_len(bytes: &[u8]) -> usize {
    match bytes {
        [1, ..] => 7,
        [3, len, ..] => 4 + usize::from(*len),
        _ => 19,
    }
}

impl RequestError {
    /// The reply that tells the client.
    #[must_use]
    pub const fn reply(self) -> Reply {
        match self {
            RequestError::Version(_) | RequestError::Address(AddressError::BadPort) => Reply::GeneralFailure,
            RequestError::Command(_) => Reply::CommandNotSupported,
            RequestError::Address(AddressError::UnknownType(_)) => Reply::AddressTypeNotSupported,
            // A name that cannot exist is answered as a name that does not.
            RequestError::Address(_) => Reply::HostUnreachable,
        }
    }
}

/// The REP field of a reply, RFC 1928 §6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reply {
    /// 00: what was asked for is there.
    Succeeded = 0,
    /// 01: no other code says it better.
    GeneralFailure = 1,
    /// 02: a rule forbids it.
    NotAllowed = 2,
    /// 03: no route to the network.
    NetworkUnreachable = 3,
    /// 04: no way to the host, or no such host.
    HostUnreachable = 4,
    /// 05: the host refused.
    ConnectionRefused = 5,
    /// 06: it took too long.
    TtlExpired = 6,
    /// 07: BIND, or a command that RFC 1928 does not know.
    CommandNotSupported = 7,
    /// 08: an address type that RFC 1928 does not know.
    AddressTypeNotSupported = 8,
}

impl Reply {
    /// Appends a whole reply, 10 or 22 bytes, to `out`. `bound` is the address that the local side connects or
    /// listens from; refusals, which have none, give `0.0.0.0:0`. An IPv4-mapped IPv6 address is written as IPv4,
    /// which a client on IPv4 can use.
    pub fn encode(self, bound: SocketAddr, out: &mut Vec<u8>) {
        out.extend_from_slice(&[VERSION, self as u8, 0]);
        Address::from(SocketAddr::new(bound.ip().to_canonical(), bound.port())).encode(out);
    }
}

#[cfg(test)]
mod tests;
