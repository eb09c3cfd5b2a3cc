//! `Exit`: a session's way straight to its targets: one socket for each family that it needs.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::outbox::Outbox;
use super::socket::{Socket, plain, way_to};
use crate::config::Egress;
use crate::socket_options::SocketOptions;

pub(crate) struct Exit {
    egress: Egress,
    sockets: Arc<SocketOptions>,
    pub(crate) v4: Option<Arc<Socket>>,
    pub(crate) v6: Option<Arc<Socket>>,
    sent: SentTo,
    /// The last address of ours that was asked for, so that asking again and again costs nothing.
    ours: Option<IpAddr>,
}

impl Exit {
    pub(crate) fn new(egress: Egress, sockets: Arc<SocketOptions>) -> Exit {
        Exit { egress, sockets, v4: None, v6: None, sent: SentTo::default(), ours: None }
    }

    /// Sends a payload, if the address may be sent to. True when there is a new socket to listen on.
    pub(crate) fn send(&mut self, to: SocketAddr, payload: &[u8], outbox: &mut Outbox) -> bool {
        // One form for each address; the scope of a link-local one stays.
        let to = if to.ip().to_canonical() == to.ip() { to } else { plain(to) };
        if !self.sent.contains(plain(to)) && !self.permits(to) {
            return false;
        }
        let place = if to.is_ipv4() { &mut self.v4 } else { &mut self.v6 };
        let new = place.is_none();
        if new {
            // Out of descriptors, or no such family here: the datagram is lost, the next one may not be.
            *place = self.sockets.send_datagrams(to).and_then(Socket::register).ok().map(Arc::new);
        }
        let Some(socket) = place else { return false };
        self.sent.insert(plain(to));
        outbox.add((socket, to, None), (0, payload, 0), |_, _| ());
        new
    }

    /// Answers are taken from those who were asked, and from nobody else.
    pub(crate) fn expects(&mut self, source: SocketAddr) -> bool {
        self.sent.contains(plain(source))
    }

    /// This machine may have other addresses now.
    pub(crate) fn forget_ours(&mut self) {
        self.ours = None;
    }

    /// A public address of this very machine looks like any other, but leads past the firewall to what listens here:
    /// what is sent to it comes from itself.
    fn permits(&mut self, to: SocketAddr) -> bool {
        if !self.egress.allows(to.ip()) || self.ours == Some(to.ip()) {
            return false;
        }
        if self.egress != Egress::Any && way_to(to) == Some(to.ip()) {
            self.ours = Some(to.ip());
            return false;
        }
        true
    }
}

/// The addresses that were sent to last: at least [`SentTo::KEPT`] of them, at most twice as many.
#[derive(Default)]
struct SentTo {
    young: HashSet<SocketAddr>,
    old: HashSet<SocketAddr>,
    last: Option<SocketAddr>,
}

impl SentTo {
    const KEPT: usize = 1024;

    fn insert(&mut self, address: SocketAddr) {
        if self.last == Some(address) {
            return;
        }
        self.last = Some(address);
        if self.young.insert(address) && self.young.len() >= SentTo::KEPT {
            self.old = std::mem::take(&mut self.young);
            self.young.insert(address);
        }
    }

    fn contains(&self, address: SocketAddr) -> bool {
        self.last == Some(address) || self.young.contains(&address) || self.old.contains(&address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_out_of_reach_where_only_elsewhere_is_allowed() {
        let exit = |egress| Exit::new(egress, Arc::default());
        // Where there is a way out, the address at its beginning is ours as well.
        let own = way_to(SocketAddr::from(([192, 0, 2, 1], 9)));
        let here = ["127.0.0.1", "127.1.2.3", "0.0.0.0", "::1", "::ffff:127.0.0.1"].map(|ip| ip.parse().unwrap());
        for ip in here.into_iter().chain(own) {
            let to = SocketAddr::new(ip, 9);
            assert!(!exit(Egress::NotThisMachine).permits(to), "{ip}");
            assert!(exit(Egress::Any).permits(to), "{ip}");
        }
    }

    #[test]
    fn the_last_addresses_are_known_and_old_ones_are_forgotten() {
        let at = |n: usize| SocketAddr::from(([10, 0, (n >> 8) as u8, n as u8], 53));
        let mut sent = SentTo::default();
        for n in 0..3 * SentTo::KEPT {
            assert!(!sent.contains(at(n)));
            sent.insert(at(n));
            for known in [n.saturating_sub(SentTo::KEPT - 1), n] {
                assert!(sent.contains(at(known)), "{known} of {n}");
            }
            assert!(sent.young.len() + sent.old.len() <= 2 * SentTo::KEPT);
        }
    }
}
