//! The stream ciphers from before SIP004, for servers that know nothing newer. **None of them is safe**: nothing is
//! authenticated, so anybody on the way can change what is sent, and can turn a server into an oracle that decrypts
//! recorded connections. They are named unsafe wherever they show, and used only where the user opted in; nothing in
//! this crate makes one from a name but [`crate::Method::parse_legacy`] and [`crate::Link::decode_legacy`].
//!
//! ```text
//! stream, both roles   IV 0/8/12/16 │ address │ payload …        everything behind the IV encrypted as one stream
//!                                     (request only)
//! packet               IV 0/8/12/16 │ address │ payload          a fresh IV for each packet
//! ```
//! The key is the password stretched as for AEAD-2017 ([`crate::Key`]). Streams go through [`crate::stream`] like all
//! others; packets through [`seal_packet`] and [`open_packet`].
//!
//! One-time authentication ([`ota`]) was a first try to authenticate, of the Python original; it is on top of these.

mod cfb;
mod cipher;
mod method;
pub mod ota;
mod packet;
mod table;

#[cfg(test)]
mod tests;

pub(crate) use cipher::StreamCipher;
pub(crate) use table::table_from_password;

pub use method::{BlockCipher, BlockMode, StreamMethod};
pub use ota::{NoOta, Ota};
pub use packet::{Packet, PacketError, open_packet, seal_packet};
