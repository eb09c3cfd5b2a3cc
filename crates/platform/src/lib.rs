//! The machine's own settings and facts, each behind one small contract.
//!
//! - [`system_proxy`] – the desktop's proxy settings, held as a lease: what was there is on disk before the first
//!   change and is put back on release, or at the next start.
//! - [`port_owner()`] – which process holds a port that we wanted.
//!
//! This is the only crate with per-OS `cfg`. Deliberately not here: decisions (when to take the proxy, what to say to
//! the user), anything about the relay, and async: every call blocks, so async callers use a blocking thread.

mod port_owner;
pub mod system_proxy;

pub use port_owner::{PortOwner, port_owner};
