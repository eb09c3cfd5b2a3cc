//! `Outbox`: datagrams on their way out. Runs of equal length to one place leave in one system call.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::sync::Arc;

use quinn_udp::Transmit;

use super::socket::Socket;

/// The longest datagram over IPv4.
const MAX_DATAGRAM: usize = 65_507;
/// The longest datagram that is sent in a run: with more, the system would have to cut each, which it does for single
/// ones only.
const MAX_SEGMENT: usize = 1472;

pub(crate) struct Outbox {
    bytes: Box<[u8]>,
    /// Where the next datagram goes.
    end: usize,
    /// How long each datagram of the run is, but for the last, which may be shorter.
    segment: usize,
    count: usize,
    to: Option<To>,
}

/// Where a run goes.
struct To {
    socket: Arc<Socket>,
    address: SocketAddr,
    source: Option<IpAddr>,
}

impl Outbox {
    pub(crate) fn new() -> Outbox {
        Outbox { bytes: vec![0; MAX_DATAGRAM].into_boxed_slice(), end: 0, segment: 0, count: 0, to: None }
    }

    /// Adds a datagram of `payload` with `head` bytes before it and `tail` behind it, which `wrap` writes: it is given
    /// the bytes and where in them the payload lies. What is too long for any datagram is dropped.
    ///
    /// `source` is the address of ours that it is to come from, if that is not the socket's only one.
    pub(crate) fn add(
        &mut self,
        (socket, address, source): (&Arc<Socket>, SocketAddr, Option<IpAddr>),
        (head, payload, tail): (usize, &[u8], usize),
        wrap: impl FnOnce(&mut [u8], Range<usize>),
    ) {
        let size = head + payload.len() + tail;
        if size > MAX_DATAGRAM {
            return;
        }
        let joins = self.to.as_ref().is_some_and(|to| {
            (1..=self.segment).contains(&size)
                && self.segment <= MAX_SEGMENT
                && self.count < to.socket.segments()
                && self.end + size <= MAX_DATAGRAM
                && to.address == address
                && to.source == source
                && Arc::ptr_eq(&to.socket, socket)
        });
        if !joins {
            self.flush();
            self.to = Some(To { socket: Arc::clone(socket), address, source });
            self.segment = size;
        }
        let at = self.end + head;
        let payload = {
            let place = at..at + payload.len();
            self.bytes[place.clone()].copy_from_slice(payload);
            place
        };
        wrap(&mut self.bytes, payload);
        self.end += size;
        self.count += 1;
        if size < self.segment {
            self.flush();
        }
    }

    /// Sends what is there. What a socket does not take now is dropped: its queue is full, or there is no way.
    pub(crate) fn flush(&mut self) {
        let Some(to) = self.to.take() else { return };
        let run = &self.bytes[..self.end];
        let send = |contents: &[u8], segment_size| {
            let (destination, src_ip) = (to.address, to.source);
            to.socket.send(&Transmit { destination, ecn: None, contents, segment_size, src_ip })
        };
        if self.count == 1 {
            let _ = send(run, None);
        } else if send(run, Some(self.segment)).is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock) {
            // The way there does not take runs, or not of this length.
            for datagram in run.chunks(self.segment) {
                let _ = send(datagram, None);
            }
        }
        (self.end, self.segment, self.count) = (0, 0, 0);
    }
}
