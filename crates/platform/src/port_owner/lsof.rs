//! By `lsof`, which every macOS has: the system's own interface to other processes' sockets is private and changes.

use std::net::{IpAddr, SocketAddr};

use super::PortOwner;
#[cfg(target_os = "macos")]
use super::Transport;

#[cfg(target_os = "macos")]
pub(super) fn port_owner(address: SocketAddr, transport: Transport) -> Option<PortOwner> {
    let (protocol, state) = match transport {
        Transport::Tcp => ("TCP", Some("-sTCP:LISTEN")),
        Transport::Udp => ("UDP", None),
    };
    let asked = std::process::Command::new("/usr/sbin/lsof")
        // No names of hosts and ports, no warnings; a field each line.
        .args(["-nPw", &format!("-i{protocol}:{}", address.port()), "-Fpcn"])
        .args(state)
        .stdin(std::process::Stdio::null())
        .output()
        .ok()?;
    owner(&String::from_utf8_lossy(&asked.stdout), address)
}

/// The first process that holds a socket in the way of `wanted`, in what `lsof -Fpcn` says:
///
/// ```text
/// p4242          a process
/// css-local      its name
/// f12            a file of it
/// n127.0.0.1:1080        where that listens; *:1080 for everywhere, [::1]:1080, and a->b when it is connected
/// ```
fn owner(said: &str, wanted: SocketAddr) -> Option<PortOwner> {
    let (mut pid, mut process) = (None, None);
    for line in said.lines() {
        let Some((field, value)) = line.split_at_checked(1) else { continue };
        match field {
            "p" => (pid, process) = (value.parse().ok(), None),
            "c" => process = Some(value.replace(char::is_control, "\u{fffd}")).filter(|name| !name.is_empty()),
            "n" if in_the_way(value, wanted) => return Some(PortOwner { process, pid }),
            _ => {}
        }
    }
    None
}

fn in_the_way(listens: &str, wanted: SocketAddr) -> bool {
    // With an arrow it is connected to somebody.
    let Some((host, port)) = listens.rsplit_once(':').filter(|_| !listens.contains("->")) else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let same = || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical() == wanted.ip().to_canonical());
    port.parse() == Ok(wanted.port()) && (host == "*" || wanted.ip().is_unspecified() || same())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "p501\ncmDNSResponder\nf7\nn*:5353\nf8\nn*:5353\np4242\ncss-local\nf12\nn127.0.0.1:1080\n\
                        f13\nn127.0.0.1:1080->127.0.0.1:50123\np77\nc\nf3\nn[::1]:1081\nf4\nn192.0.2.1:1081\n";

    #[test]
    fn the_process_in_the_way_is_named() {
        let owner_of = |wanted: &str| owner(SAID, wanted.parse().unwrap()).map(|owner| (owner.process, owner.pid));
        let ss_local = || Some((Some("ss-local".to_owned()), Some(4242)));
        for (wanted, expected) in [
            ("127.0.0.1:1080", ss_local()),
            ("0.0.0.0:1080", ss_local()),
            ("127.0.0.1:5353", Some((Some("mDNSResponder".to_owned()), Some(501)))),
            ("[::1]:1081", Some((None, Some(77)))),
            ("127.0.0.1:1081", None),
            ("192.0.2.1:1081", Some((None, Some(77)))),
            ("127.0.0.1:50123", None),
        ] {
            assert_eq!(owner_of(wanted), expected, "{wanted}");
        }
    }

    #[test]
    fn what_says_nothing_names_nobody() {
        for said in ["", "\n\n", "n", "nx", "n:1080", "p\nc\nn*:", "\u{e9}\nn\u{e9}:1080", "pfour\ncx\nn*:1081"] {
            assert_eq!(owner(said, "127.0.0.1:1080".parse().unwrap()), None, "{said:?}");
        }
        let odd = owner("p1\nca\u{7}b\nn*:1080\n", "127.0.0.1:1080".parse().unwrap()).unwrap();
        assert_eq!((odd.process.as_deref(), odd.pid), (Some("a\u{fffd}b"), Some(1)));
    }
}
