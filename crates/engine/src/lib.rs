//! Sockets: accepts, dials, relays both ways, counts, times out and stops cleanly.
//!
//! What is deliberately not here: files, OS settings, configuration formats, and words for users.
//!
//! One connection, from top to bottom: [`engine`] binds and starts the relay threads → `listening` gives each port to
//! all of them, at the start and later → `worker` accepts, by `accepting` on which thread, and makes a `flow` → `inbound`
//! reads the request, of clients that `login_guard` lets in → [`routing`] says where it goes → `outbound` has `dial`
//! resolve and connect, and sends the head → `relay` moves bytes both ways, each through a `codec` → the flow's
//! [`FlowSummary`] goes to the [`StatCallback`]. `flows` keeps every open flow in the queue of `timeout`, which bounds
//! every wait on the way. When the network changes, `watch` does with each connection what `network` says.
//! Datagrams have their own way, in `udp`, and so have the questions of a DNS port, in `dns`. Whether a server works at
//! all is asked by the [`prober`], beside any engine.

pub mod clock;
pub mod config;
pub mod engine;
pub mod prober;
pub mod routing;
pub mod socket_options;
pub mod stage;
pub mod stats;
pub mod summary;

mod accepting;
mod buffer;
mod codec;
mod dial;
mod dns;
mod egress;
mod flow;
mod flows;
mod heavy;
mod inbound;
mod listening;
mod login_guard;
mod network;
mod outbound;
mod port;
mod random;
mod relay;
mod replay;
mod resolve;
mod resolver_sockets;
mod script;
mod server;
mod socket;
mod source;
#[cfg(target_os = "linux")]
mod splice;
mod timeout;
mod turn;
mod udp;
mod unsent;
mod watch;
mod worker;

pub use config::{Deadlines, Egress, EngineConfig, InboundConfig, InboundKind, Mode, NameServers, Outbound};
pub use engine::{Bound, Engine, StartError};
pub use network::NetworkChange;
pub use prober::{ProbePatience, Prober};
pub use routing::{Cause, Routed, Routing};
pub use script::Script;
pub use server::SharedServer;
pub use socket_options::{Families, SocketOptions};
pub use stage::Stage;
pub use stats::{Direction, PortStats, StatCallback, Step};
pub use summary::{FlowEnd, FlowId, FlowSummary, RefusedCause, Side, Verdict};
