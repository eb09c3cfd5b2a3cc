//! Which addresses may be dialled for a client, judged by the address itself after the name was resolved.
//!
//! The server role refuses by default everything that is not the public internet, so that a client of the server cannot
//! reach the machine the server runs on, its network, or a cloud's metadata service. The local role refuses clients on
//! other machines what listens on this one for itself alone: they reach their network without it, and not that.
//!
//! A public address of this machine looks like any other here; it is known when it has been dialled.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::config::Egress;

impl Egress {
    /// May this address be dialled?
    #[must_use]
    pub fn allows(self, ip: IpAddr) -> bool {
        match self {
            Egress::Any => true,
            Egress::PublicOnly => is_public(ip),
            Egress::NotThisMachine => !is_here(ip),
        }
    }
}

/// Loopback, and the addresses that lead there when they are dialled, in every form.
fn is_here(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.octets()[0] == 0,
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unspecified() || carried(v6).is_some_and(|v4| is_here(v4.into())),
    }
}

/// Per the IANA special-purpose registries (RFC 6890 and later).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(a == 0                                    // this network
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || (a == 100 && b & 0xc0 == 64)         // shared, CGNAT (RFC 6598)
        || (a == 192 && b == 0 && c == 0)       // IETF protocol assignments
        || (a == 192 && b == 88 && c == 99)     // 6to4 relays, gone
        || (a == 198 && b & 0xfe == 18)         // benchmarking
        || ip.is_documentation()
        || a >= 224) // multicast, reserved, broadcast
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    // Mapped and compatible forms are no addresses of the internet at all, so they are refused below with all that is not
    // global.
    if let Some(v4) = carried(ip) {
        return is_public_v4(v4);
    }
    let segments = ip.segments();
    // Global unicast is 2000::/3; of it, not: documentation, Teredo and other IETF assignments.
    segments[0] & 0xe000 == 0x2000
        && !(segments[0] == 0x2001 && (segments[1] == 0xdb8 || segments[1] < 0x200))
        && !(segments[0] == 0x3fff && segments[1] < 0x1000)
}

/// Forms that carry an IPv4 address lead where that address leads.
fn carried(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let (high, low) = match ip.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => (high, low), // NAT64 (RFC 6052)
        [0x2002, high, low, ..] => (high, low),               // 6to4
        _ => return None,
    };
    Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elsewhere_is_what_does_not_lead_to_this_machine_itself() {
        for (ip, elsewhere) in [
            ("127.0.0.1", false),
            ("127.9.9.9", false),
            ("0.0.0.0", false),
            ("0.1.2.3", false),
            ("::1", false),
            ("::", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:0.0.0.0", false),
            ("64:ff9b::7f00:1", false),
            ("2002:7f00:1::", false),
            ("192.168.1.1", true),
            ("10.0.0.1", true),
            ("169.254.1.1", true),
            ("1.1.1.1", true),
            ("fe80::1", true),
            ("2606:4700::1111", true),
            ("::ffff:192.168.1.1", true),
        ] {
            assert_eq!(Egress::NotThisMachine.allows(ip.parse().unwrap()), elsewhere, "{ip}");
        }
    }

    #[test]
    fn only_the_public_internet_is_allowed() {
        for (ip, public) in [
            ("1.1.1.1", true),
            ("223.255.255.254", true),
            ("0.0.0.0", false),
            ("0.1.2.3", false),
            ("10.0.0.1", false),
            ("100.63.255.255", true),
            ("100.64.0.1", false),
            ("100.127.255.255", false),
            ("100.128.0.0", true),
            ("127.0.0.1", false),
            ("127.255.255.255", false),
            ("169.254.169.254", false),
            ("172.15.0.1", true),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("192.168.1.1", false),
            ("192.0.0.1", false),
            ("192.0.2.1", false),
            ("198.18.0.1", false),
            ("198.20.0.1", true),
            ("224.0.0.1", false),
            ("240.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:4700::1111", true),
            ("::", false),
            ("::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:10.0.0.1", false),
            ("::ffff:1.1.1.1", false),
            ("::1.1.1.1", false),
            ("::127.0.0.1", false),
            ("64:ff9b::a9fe:a9fe", false),
            ("64:ff9b::101:101", true),
            ("2002:7f00:1::", false),
            ("2002:101:101::", true),
            ("2001:db8::1", false),
            ("2001::1", false),
            ("3fff::1", false),
            ("fc00::1", false),
            ("fd00::1", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
            ("100::1", false),
        ] {
            let ip = ip.parse().unwrap();
            assert_eq!(Egress::PublicOnly.allows(ip), public, "{ip}");
            assert!(Egress::Any.allows(ip));
        }
    }
}
