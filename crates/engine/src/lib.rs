//! Sockets: accepts, dials, relays both ways, counts, times out and stops cleanly.
//!
//! What is deliberately not here: files, OS settings, configuration formats, and words for users.
//!
//! One connection, from top to bottom: [`engine`] binds and starts the relay threads → `accept` takes a connection and
//! makes a [`flow`] → `inbound` reads the request → `dial` resolves and connects → `relay` moves bytes both ways →
//! the flow's [`FlowSummary`] goes to the [`StatCallback`]. `timeout` bounds every wait on the way.

pub mod clock;
pub mod config;
pub mod engine;
pub mod stage;
pub mod stats;
pub mod summary;

pub use config::{Deadlines, Egress, EngineConfig, InboundConfig, InboundKind, NameServers, Outbound};
pub use engine::{Bound, Engine, StartError};
pub use stage::Stage;
pub use stats::{Direction, PortStats, StatCallback, Step};
pub use summary::{FlowEnd, FlowId, FlowSummary, Verdict};
