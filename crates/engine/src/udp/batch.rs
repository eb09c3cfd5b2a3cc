//! `Batch`: what one system call received; `Desk`: a batch and an outbox, one of each for a relay thread.

use std::cell::RefCell;
use std::io::IoSliceMut;

use quinn_udp::{BATCH_SIZE, RecvMeta};

use super::outbox::Outbox;
use super::socket::Socket;

/// Room for the longest datagram, or a run of shorter ones.
const SLOT: usize = 65_536;

pub(crate) struct Batch {
    /// Untouched pages of it cost nothing, so that there is room for 32 of the longest in 2 MiB of addresses.
    bytes: Box<[u8]>,
    metas: [RecvMeta; BATCH_SIZE],
    filled: usize,
}

impl Batch {
    fn new() -> Batch {
        let bytes = vec![0; SLOT * BATCH_SIZE].into_boxed_slice();
        Batch { bytes, metas: [RecvMeta::default(); BATCH_SIZE], filled: 0 }
    }

    /// Receives in place of what was there.
    pub(crate) fn receive(&mut self, socket: &Socket) {
        let mut slots: [IoSliceMut<'_>; BATCH_SIZE] = std::array::from_fn(|_| IoSliceMut::new(&mut []));
        for (slot, bytes) in slots.iter_mut().zip(self.bytes.chunks_exact_mut(SLOT)) {
            *slot = IoSliceMut::new(bytes);
        }
        self.filled = socket.receive(&mut slots, &mut self.metas);
    }

    /// Each datagram, with where it came from.
    pub(crate) fn datagrams(&mut self) -> impl Iterator<Item = (RecvMeta, &mut [u8])> {
        let slots = self.bytes.chunks_exact_mut(SLOT);
        self.metas[..self.filled].iter().zip(slots).flat_map(|(meta, slot)| {
            let empty = (meta.len == 0).then_some(<&mut [u8]>::default());
            let datagrams = slot[..meta.len.min(SLOT)].chunks_mut(meta.stride.max(1));
            datagrams.chain(empty).map(|datagram| (*meta, datagram))
        })
    }
}

/// What a thread works with while it passes datagrams on. Nothing stays on it between two uses.
pub(crate) struct Desk {
    pub(crate) batch: Batch,
    pub(crate) outbox: Outbox,
}

thread_local! {
    static DESK: RefCell<Option<Box<Desk>>> = const { RefCell::new(None) };
}

/// Lends this thread's desk.
pub(crate) fn at_desk<T>(work: impl FnOnce(&mut Desk) -> T) -> T {
    let desk = DESK.with_borrow_mut(Option::take);
    let mut desk = desk.unwrap_or_else(|| Box::new(Desk { batch: Batch::new(), outbox: Outbox::new() }));
    let done = work(&mut desk);
    desk.outbox.flush();
    DESK.with_borrow_mut(|place| *place = Some(desk));
    done
}
