//! What a client says first to the origin:
//! ```text
//! ┌────────┬─────────────┐
//! │ kind 1 │ rate u32le  │   rate: MB/s that a download is paced at; 0 is as fast as it goes
//! └────────┴─────────────┘
//! ```

/// Length on the wire.
pub(crate) const LEN: usize = 5;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The origin sends the pattern without end.
    Down,
    /// The client sends; it is counted.
    Up,
    /// The client sends the pattern; it is counted and compared.
    CheckedUp,
    /// Down and up at once.
    Both,
    /// What comes goes back.
    Echo,
    /// Each byte is answered by what the origin has counted; see [`crate::origin::Tally`].
    Tally,
}

impl Kind {
    const ALL: [(u8, Kind); 6] = [
        (b'D', Kind::Down),
        (b'U', Kind::Up),
        (b'C', Kind::CheckedUp),
        (b'B', Kind::Both),
        (b'E', Kind::Echo),
        (b'T', Kind::Tally),
    ];

    pub(crate) fn sends_down(self) -> bool {
        matches!(self, Kind::Down | Kind::Both)
    }

    pub(crate) fn sends_up(self) -> bool {
        matches!(self, Kind::Up | Kind::CheckedUp | Kind::Both)
    }
}

pub(crate) fn encode(kind: Kind, rate: u32) -> [u8; LEN] {
    let [a, b, c, d] = rate.to_le_bytes();
    let (letter, _) = Kind::ALL.into_iter().find(|(_, other)| *other == kind).expect("every kind has its letter");
    [letter, a, b, c, d]
}

pub(crate) fn decode(hello: [u8; LEN]) -> Option<(Kind, u32)> {
    let [letter, a, b, c, d] = hello;
    let (_, kind) = Kind::ALL.into_iter().find(|(other, _)| *other == letter)?;
    Some((kind, u32::from_le_bytes([a, b, c, d])))
}
