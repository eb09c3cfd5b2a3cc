//! What becomes of connections when this machine's network has changed, or when it has slept. Pure: facts in, fate out
//! ([ADR 14](../../../docs/adr/0014-what-a-change-of-network-does-to-flows.md)).

use std::collections::HashSet;
use std::net::IpAddr;

/// This machine's network has changed, or may have while it slept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetworkChange {
    /// Every address that this machine has now; `None` where that is not known.
    pub addresses: Option<HashSet<IpAddr>>,
}

/// What is to be done with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing.
    Stays,
    /// Its other end is asked whether it is still there.
    IsAsked,
    /// It is dropped: nothing will ever come over it.
    Ends,
}

impl NetworkChange {
    /// The fate of a connection from `local` to `peer`. `reachable` says whether there is a way to the peer now; it is
    /// asked only where that counts.
    pub(crate) fn fate(&self, local: IpAddr, peer: IpAddr, reachable: impl FnOnce() -> bool) -> Fate {
        let (local, peer) = (local.to_canonical(), peer.to_canonical());
        if local.is_loopback() {
            return Fate::Stays;
        }
        let is_gone = |addresses: &HashSet<IpAddr>| !addresses.iter().any(|address| address.to_canonical() == local);
        if self.addresses.as_ref().is_some_and(is_gone) {
            return Fate::Ends;
        }
        // Within this machine, or without a network: what cannot be answered is not asked. When a way is there again,
        // that is another change.
        if local == peer || !reachable() { Fate::Stays } else { Fate::IsAsked }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_a_connection_whose_own_address_is_gone_ends() {
        let change = NetworkChange { addresses: Some(["127.0.0.1", "10.0.0.2", "fd00::2"].map(ip).into()) };
        for (local, peer, reachable, fate) in [
            ("10.0.0.2", "192.0.2.1", true, Fate::IsAsked),
            ("::ffff:10.0.0.2", "192.0.2.1", true, Fate::IsAsked),
            ("10.0.0.2", "192.0.2.1", false, Fate::Stays),
            ("10.0.0.2", "10.0.0.2", true, Fate::Stays),
            ("10.0.0.3", "192.0.2.1", true, Fate::Ends),
            ("10.0.0.3", "10.0.0.3", true, Fate::Ends),
            ("fd00::3", "2001:db8::1", false, Fate::Ends),
            ("fd00::2", "2001:db8::1", true, Fate::IsAsked),
            // Every address of 127.0.0.0/8 is this machine, though only one is named.
            ("127.0.0.5", "127.0.0.1", true, Fate::Stays),
            ("::1", "::1", true, Fate::Stays),
        ] {
            assert_eq!(change.fate(ip(local), ip(peer), || reachable), fate, "{local} to {peer}");
        }
        let unknown = NetworkChange::default();
        assert_eq!(unknown.fate(ip("10.0.0.3"), ip("192.0.2.1"), || true), Fate::IsAsked);
    }

    /// Few enough to meet each other.
    fn addresses() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            (0_u8..6).prop_map(|n| IpAddr::from([10, 0, 0, n])),
            (0_u8..3).prop_map(|n| IpAddr::from([127, 0, 0, n])),
            (0_u16..4).prop_map(|n| IpAddr::from([0xfd00, 0, 0, 0, 0, 0, 0, n])),
            Just(ip("::1")),
        ]
    }

    proptest! {
        #[test]
        fn nothing_ends_that_may_live(
            have in prop::option::of(prop::collection::hash_set(addresses(), 0..8)),
            (local, peer) in (addresses(), addresses()),
            more in addresses(),
            reachable: bool,
        ) {
            let change = NetworkChange { addresses: have.clone() };
            let fate = change.fate(local, peer, || reachable);
            let gone = have.as_ref().is_some_and(|have| !have.contains(&local)) && !local.is_loopback();
            prop_assert_eq!(fate == Fate::Ends, gone);
            prop_assert!(fate != Fate::IsAsked || reachable && local != peer);
            // One address more ends no connection that would not end without it.
            let wider = NetworkChange { addresses: have.map(|mut have| { have.insert(more); have }) };
            prop_assert!(wider.fate(local, peer, || reachable) != Fate::Ends || fate == Fate::Ends);
        }
    }
}
