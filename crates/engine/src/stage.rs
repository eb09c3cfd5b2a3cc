//! `Stage`: where in its life a flow is.

/// The stages of a flow, in order.
///
/// The classic design called them INIT and ADDR (here one: `Handshake`), DNS, CONNECTING, STREAM, UDP_ASSOC and
/// DESTROYED.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Stage {
    /// Reading the client's request.
    Handshake = 0,
    /// Looking up the name of what is dialled.
    Resolve = 1,
    /// Dialling.
    Connect = 2,
    /// Relaying.
    Stream = 3,
    /// A UDP association.
    Associate = 4,
    /// Ended.
    Closed = 5,
}

impl Stage {
    /// How many there are.
    pub const COUNT: usize = 6;

    pub(crate) fn from_u8(value: u8) -> Stage {
        match value {
            0 => Stage::Handshake,
            1 => Stage::Resolve,
            2 => Stage::Connect,
            3 => Stage::Stream,
            4 => Stage::Associate,
            _ => Stage::Closed,
        }
    }
}
