//! UDP: associations of the mixed port, and the packets of the server and tunnel ports.
//!
//! ```text
//!             near                         session                      far
//! client ⇄ socket of the association ─┐                      ┌─ link ⇄ Shadowsocks server
//! client ⇄ socket of the server port ─┼─ wrap ─ [`session`] ─┤
//! client ⇄ socket of the tunnel port ─┘                      └─ exit ⇄ targets
//! ```
//! A datagram is received, opened, sealed and sent in one go, by the thread that owns the socket: nothing is awaited
//! on its way, no task is woken for it and nothing is allocated for it. Only a datagram to a name that must be looked
//! up first is put aside.
//!
//! Each datagram is copied once, from the [`batch`] that it came in to the [`outbox`] that it leaves from. The system
//! gives runs of equal datagrams back to back (GRO), where there is no room for a head before any but the first, and
//! takes them back to back (GSO), where there is none between them: a copy of 1,400 bytes costs a fiftieth of the
//! system call that it saves.
//!
//! Whatever cannot be delivered is dropped, as by any router: nothing that a datagram does ends a session.

mod association;
mod batch;
mod exit;
mod link;
mod names;
mod outbox;
mod salts;
mod server;
mod session;
mod socket;
mod table;
mod tunnel;

pub(crate) use association::associate;
pub(crate) use batch::at_desk;
pub(crate) use server::Server;
pub(crate) use socket::{Socket, way_to};
pub(crate) use tunnel::Tunnel;
