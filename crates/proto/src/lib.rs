//! Bytes ⇄ meaning, for everything Parasol speaks: addresses, methods, keys, encrypted streams and packets of all
//! families, the SOCKS and HTTP heads of the local side, `ss://` links and ACL rules.
//!
//! What is deliberately not here: sockets, clocks, randomness, async and logs. Time and random bytes are arguments,
//! so that every line can be tested with plain values.
//!
//! | module | what it knows |
//! |---|---|
//! | [`address`] | host and port, and their encoding in SOCKS5 and Shadowsocks headers |
//! | [`method`], [`key`], [`server_config`] | how a server is spoken to |
//! | [`access`], [`users`] | how a server port is spoken to, and by whom |
//! | [`link`] | `ss://` links, both ways |
//! | [`acl`] | which targets go through the server, by rules |
//! | [`first_byte`] | which protocol a client of the local port speaks |
//! | [`socks5`], [`socks4`], [`http`] | what such a client says first, and the answers |
//! | [`dns`] | questions and answers of the DNS port |
//! | [`credentials`] | the login of the local port |
//! | [`legacy`] | the unsafe methods from before AEAD, and one-time authentication |
//! | [`manager`] | how another program adds and removes a server's ports, and asks for their counters |
//! | [`stream`] | the encrypted TCP stream: sealing and opening, all families, both roles |
//! | [`packet`] | the encrypted UDP packet: sealing and opening in place, all families, both roles, replay window |

pub mod access;
pub mod acl;
pub mod address;
mod aead;
mod block;
pub mod credentials;
pub mod dns;
pub mod first_byte;
pub mod http;
mod identity;
pub mod key;
pub mod legacy;
pub mod link;
pub mod manager;
pub mod method;
pub mod packet;
pub mod server_config;
pub mod socks4;
pub mod socks5;
pub mod stream;
mod subkey;
pub mod users;

pub use access::{Access, AccessError};
pub use address::{Address, AddressError, Domain};
pub use credentials::{Attempt, Credentials, CredentialsError};
pub use first_byte::Protocol;
pub use key::{Key, KeyError};
pub use link::{Link, LinkError, Password, Plugin};
pub use method::{Family, Method, UnknownMethod};
pub use server_config::ServerConfig;
pub use users::{User, Users, UsersError};
