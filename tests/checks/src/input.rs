//! `Input`: the bytes of one run, taken apart from the front. What is not there is zero, so that every input means
//! something.

/// What is left of the bytes.
pub(crate) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Input<'a> {
        Input(bytes)
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.bytes(1).first().copied().unwrap_or_default()
    }

    pub(crate) fn number(&mut self) -> usize {
        usize::from(u16::from_be_bytes([self.byte(), self.byte()]))
    }

    /// At most so many bytes.
    pub(crate) fn bytes(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// Bytes behind a length of two.
    pub(crate) fn field(&mut self) -> &'a [u8] {
        let len = self.number();
        self.bytes(len)
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::from(self.byte()) % of.len()]
    }

    /// The sizes of the pieces in which something arrives: up to seven, from 1 to 8,000 bytes, to be cycled through.
    pub(crate) fn cuts(&mut self) -> Vec<usize> {
        let count = 1 + usize::from(self.byte()) % 7;
        (0..count).map(|_| 1 + self.number() % 8_000).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }
}

/// `bytes` in pieces of these sizes, again from the first when they are used up.
pub(crate) fn pieces<'a>(mut bytes: &'a [u8], cuts: &[usize]) -> impl Iterator<Item = &'a [u8]> {
    cuts.iter().cycle().map_while(move |&cut| {
        let (piece, rest) = bytes.split_at(cut.min(bytes.len()));
        bytes = rest;
        (!piece.is_empty()).then_some(piece)
    })
}
