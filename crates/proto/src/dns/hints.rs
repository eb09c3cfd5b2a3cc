//! The addresses in the parameters of an SVCB or HTTPS record (RFC 9460 §7.3): a client may dial them without asking for
//! any others.
//!
//! ```text
//! key u16be │ length u16be │ value │ key │ …          key 4: IPv4 addresses, key 6: IPv6 addresses
//! ```

use std::net::IpAddr;

const IPV4HINT: u16 = 4;
const IPV6HINT: u16 = 6;

/// `None` of what is not put together as it should be.
pub(super) fn addresses(mut params: &[u8]) -> Option<Vec<IpAddr>> {
    let mut found = Vec::new();
    while !params.is_empty() {
        let [key, len] = [0, 2].map(|at| super::u16_at(params, at));
        let (value, rest) = params.get(4..)?.split_at_checked(len?.into())?;
        match key? {
            IPV4HINT => found.extend(all::<4>(value)?),
            IPV6HINT => found.extend(all::<16>(value)?),
            _ => {}
        }
        params = rest;
    }
    Some(found)
}

/// One after the other, and nothing behind them.
fn all<const N: usize>(value: &[u8]) -> Option<impl Iterator<Item = IpAddr>>
where
    IpAddr: From<[u8; N]>,
{
    let (addresses, []) = value.as_chunks::<N>() else { return None };
    Some(addresses.iter().copied().map(IpAddr::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_of_both_kinds_are_found_among_other_parameters() {
        let alpn: &[u8] = &[0, 1, 0, 3, 2, b'h', b'2'];
        let two: &[u8] = &[0, 4, 0, 8, 192, 0, 2, 1, 192, 0, 2, 2];
        let six: &[u8] = &[0, 6, 0, 16, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        for (params, expected) in [
            (vec![], Some(vec![])),
            (vec![alpn], Some(vec![])),
            (vec![alpn, two, &[0, 5, 0, 0], six], Some(vec!["192.0.2.1", "192.0.2.2", "2001:db8::1"])),
            (vec![alpn, &two[..11]], None),
            (vec![alpn, &[0, 4, 0, 3, 1, 2, 3]], None),
            (vec![alpn, &[0, 6, 0, 4, 1, 2, 3, 4]], None),
            (vec![alpn, &[0]], None),
        ] {
            let expected = expected.map(|ips| ips.iter().map(|ip| ip.parse().unwrap()).collect::<Vec<IpAddr>>());
            assert_eq!(addresses(&params.concat()), expected, "{params:?}");
        }
    }
}
