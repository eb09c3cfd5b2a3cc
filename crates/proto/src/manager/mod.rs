//! The manager protocol: how another program adds and removes the ports of a server that runs, and asks how much each
//! has carried. One datagram is one command, and one or more are its answer.
//!
//! ```text
//! command = *space name *space [ ":" json ]
//!
//! add: {"server_port":8001,"password":"…"[,"method":"…"][,"mode":"…"][,"users":[…]][,"one_time_auth":true]}   → ok
//! remove: {"server_port":8001}   → ok
//! list                       → [{"server_port":8001,"password":"…","method":"…"}]
//! ping                       → stat: {"8001":11370}, or pong in the way of the Python original
//! stat                       → stat: {"8001":11370}
//! ```
//! What is not understood is answered with `err`, an unknown command not at all, as by shadowsocks-libev. A port's
//! number may be text, as that writes it; here it is a number, as shadowsocks-rust reads it. Keys that are not known are
//! passed over, but not those that ask for protection which would then be missing. What `add` does not say is as with the
//! server's own ports, its users among it: whoever takes it for its word alone would open to all with the password what
//! was for some.

mod answer;
mod command;

pub use answer::{ERR, Listed, OK, PONG, UNAVAILABLE, list, stat};
pub use command::{Command, CommandError, MAX_COMMAND, NewPort};
