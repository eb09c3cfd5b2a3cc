//! `Facts`: what is so of a machine's network and clocks at one moment, and `Change`: what differs between two.

use std::collections::{BTreeSet, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, SystemTime};

/// What is so at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The addresses of all interfaces; `None` when the system does not say.
    pub addresses: Option<BTreeSet<IpAddr>>,
    /// From which address this machine reaches the rest of the world, over IPv4 and over IPv6.
    pub ways: [Option<IpAddr>; 2],
    /// The default routes, in any form that stays the same as long as they do. Empty where only the ways are known.
    pub routes: BTreeSet<String>,
    /// Where the system's name servers are written down; `None` where that is no file.
    pub names: Option<Vec<u8>>,
    /// Its clocks.
    pub clocks: Clocks,
}

/// What clocks show, since any moment that stays the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clocks {
    /// Stands still while the machine sleeps.
    pub awake: Duration,
    /// Goes on while it sleeps.
    pub total: Duration,
    /// On the wall: whoever may sets it. It hints at sleeps that the others missed, as of a machine within another one
    /// that slept, and at nothing else.
    pub wall: Duration,
}

/// What differs from before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// The machine has slept, for certain.
    pub slept: bool,
    /// The clock on the wall alone ran ahead: it was set, or the machine has slept within another one. Too little to end
    /// anything by that lives.
    pub jumped: bool,
    /// The way to the rest of the world is another one.
    pub rerouted: bool,
    /// There is a way there.
    pub online: bool,
    /// Every address that the machine has now; `None` when that is not known.
    pub addresses: Option<HashSet<IpAddr>>,
}

/// Shorter ones end nothing.
const SLEEP: Duration = Duration::from_secs(5);
/// By so much the clock on the wall has to run ahead. Less is how clocks are put right.
const AHEAD: Duration = Duration::from_secs(60);

impl Change {
    /// What differs; `None` when nothing that matters does.
    #[must_use]
    pub fn between(before: &Facts, after: &Facts) -> Option<Change> {
        let slept = after.clocks.slept_since(&before.clocks);
        let jumped = !slept && after.clocks.jumped_since(&before.clocks);
        let rerouted = (before.ways, &before.routes) != (after.ways, &after.routes);
        let readdressed = before.elsewhere().ne(after.elsewhere());
        if !slept && !jumped && !rerouted && !readdressed && before.names == after.names {
            return None;
        }
        let addresses = after.addresses.as_ref().map(|addresses| addresses.iter().copied().collect());
        let online = after.ways.iter().any(Option::is_some);
        Some(Change { slept, jumped, rerouted, online, addresses })
    }
}

impl Facts {
    /// The addresses that lead anywhere else. Those of loopback stay, and a link-local one comes and goes with each
    /// container.
    fn elsewhere(&self) -> impl Iterator<Item = &IpAddr> {
        let leads_away = |address: &&IpAddr| match address {
            IpAddr::V4(v4) => !v4.is_loopback() && !v4.is_link_local(),
            IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unicast_link_local(),
        };
        self.addresses.iter().flatten().filter(leads_away)
    }
}

impl Clocks {
    fn slept_since(&self, before: &Clocks) -> bool {
        let [awake, total, _] = self.since(before);
        total.saturating_sub(awake) >= SLEEP
    }

    fn jumped_since(&self, before: &Clocks) -> bool {
        let [awake, total, wall] = self.since(before);
        wall.saturating_sub(total.max(awake)) >= AHEAD
    }

    /// How far each went forwards.
    fn since(&self, before: &Clocks) -> [Duration; 3] {
        [(self.awake, before.awake), (self.total, before.total), (self.wall, before.wall)]
            .map(|(now, then)| now.saturating_sub(then))
    }
}

/// The addresses of all interfaces.
pub(super) fn addresses() -> Option<BTreeSet<IpAddr>> {
    match if_addrs::get_if_addrs() {
        Ok(interfaces) => Some(interfaces.iter().map(if_addrs::Interface::ip).collect()),
        Err(error) => {
            tracing::debug!(%error, "the addresses of this machine cannot be read");
            None
        }
    }
}

/// From where this machine would reach the rest of the world. Nothing is sent: connecting a datagram socket only asks the
/// routing table. The two addresses are for documentation, nobody has them, and they lie behind the default route.
pub(super) fn ways() -> [Option<IpAddr>; 2] {
    let v4 = (IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
    let v6 = (IpAddr::V6(Ipv6Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)));
    [v4, v6].map(|(any, there)| {
        let socket = UdpSocket::bind(SocketAddr::new(any, 0)).ok()?;
        socket.connect(SocketAddr::new(there, 9)).ok()?;
        socket.local_addr().ok().map(|local| local.ip())
    })
}

/// What the clock on the wall shows.
pub(super) fn wall() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn facts(addresses: &[&str]) -> Facts {
        let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
        Facts { addresses: Some(addresses), ..Facts::default() }
    }

    fn clocks(awake: u64, total: u64, wall: u64) -> Clocks {
        let [awake, total, wall] = [awake, total, wall].map(Duration::from_secs);
        Clocks { awake, total, wall }
    }

    #[test]
    fn what_leads_nowhere_else_changes_nothing() {
        let before = facts(&["127.0.0.1", "10.0.0.2", "fe80::1"]);
        assert_eq!(Change::between(&before, &facts(&["127.0.0.1", "10.0.0.2", "fe80::2", "169.254.1.1"])), None);
        let moved = facts(&["127.0.0.1", "10.0.0.3", "fe80::1"]);
        let change = Change::between(&before, &moved).expect("another address");
        assert_eq!((change.slept, change.rerouted), (false, false));
        let all: HashSet<IpAddr> = ["127.0.0.1", "10.0.0.3", "fe80::1"].map(|text| text.parse().unwrap()).into();
        assert_eq!(change.addresses, Some(all));
    }

    #[test]
    fn a_route_a_way_and_a_name_server_are_changes_of_their_own() {
        let before = Facts::default();
        let way = Facts { ways: [Some([10, 0, 0, 2].into()), None], ..Facts::default() };
        let route = Facts { routes: [String::from("eth0 10.0.0.1")].into(), ..Facts::default() };
        let names = Facts { names: Some(Vec::new()), ..Facts::default() };
        for (after, rerouted) in [(way, true), (route, true), (names, false)] {
            let change = Change::between(&before, &after).expect("it differs");
            assert_eq!((change.rerouted, change.slept, change.addresses), (rerouted, false, None));
        }
    }

    #[test]
    fn a_sleep_is_what_one_clock_saw_and_the_other_did_not() {
        for (before, after, slept, jumped) in [
            (clocks(10, 10, 10), clocks(20, 20, 20), false, false),
            (clocks(10, 10, 10), clocks(20, 24, 24), false, false),
            (clocks(10, 10, 10), clocks(20, 25, 25), true, false),
            (clocks(10, 10, 10), clocks(10, 3610, 3610), true, false),
            // Within a machine that slept, only the wall tells, and as much as one that was set.
            (clocks(10, 10, 10), clocks(20, 20, 3620), false, true),
            (clocks(10, 10, 10), clocks(10, 3610, 7210), true, false),
            // Put right, ahead and back.
            (clocks(10, 10, 100), clocks(20, 20, 150), false, false),
            (clocks(10, 10, 1_000_000), clocks(20, 20, 5), false, false),
            // However long nobody looked.
            (clocks(10, 10, 10), clocks(90_010, 90_010, 90_010), false, false),
        ] {
            let [before, after] = [before, after].map(|clocks| Facts { clocks, ..Facts::default() });
            let change = Change::between(&before, &after);
            let told = change.as_ref().map_or((false, false), |change| (change.slept, change.jumped));
            assert_eq!(told, (slept, jumped), "{before:?} to {after:?}");
            assert_eq!(change.is_some(), slept || jumped, "a clock that runs is no change");
        }
    }

    proptest! {
        /// Whatever is set to whatever, and read out of order: a sleep is what the clocks say that nobody can set, and one
        /// that did not go forwards tells of nothing.
        #[test]
        fn clocks_that_jump_break_nothing(numbers in prop::array::uniform6(any::<u64>())) {
            let [a, b, c, d, e, f] = numbers;
            let (before, after) = (clocks(a, b, c), clocks(d, e, f));
            prop_assert_eq!(after.slept_since(&before), clocks(d, e, 0).slept_since(&clocks(a, b, 0)));
            prop_assert!(!after.slept_since(&before) || e > b);
            prop_assert!(!after.jumped_since(&before) || f > c);
        }
    }

    #[test]
    fn this_machine_has_an_address_and_its_ways_are_among_them() {
        let addresses = addresses().expect("the system says");
        assert!(addresses.iter().any(IpAddr::is_loopback), "{addresses:?}");
        for way in ways().into_iter().flatten() {
            assert!(addresses.contains(&way), "{way} is not among {addresses:?}");
        }
    }
}
