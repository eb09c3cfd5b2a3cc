//! The ranges of ports that Windows has set apart (for Hyper-V and its like, anew at each start of the machine): nobody
//! listens there, and nobody may. Only `netsh` tells them.

use std::ops::RangeInclusive;

#[cfg(windows)]
use super::Transport;

#[cfg(windows)]
pub(super) fn reserved(port: u16, transport: Transport) -> Option<RangeInclusive<u16>> {
    use std::os::windows::process::CommandExt;
    use std::path::Path;

    use windows::Win32::System::Threading::CREATE_NO_WINDOW;

    let protocol = match transport {
        Transport::Tcp => "protocol=tcp",
        Transport::Udp => "protocol=udp",
    };
    // The whole path: a program of that name may lie anywhere.
    let system = std::env::var_os("SystemRoot")?;
    let asked = std::process::Command::new(Path::new(&system).join("System32").join("netsh.exe"))
        .args(["interface", "ipv4", "show", "excludedportrange", protocol])
        .stdin(std::process::Stdio::null())
        .creation_flags(CREATE_NO_WINDOW.0)
        .output()
        .ok()?;
    around(&String::from_utf8_lossy(&asked.stdout), port)
}

/// The range that holds `port`, in what `netsh interface ipv4 show excludedportrange` says, in whichever language:
///
/// ```text
/// Start Port    End Port
/// ----------    --------
///       5357        5357
///      50000       50059     *
/// ```
fn around(said: &str, port: u16) -> Option<RangeInclusive<u16>> {
    said.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let (start, end) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        Some(start..=end).filter(|range| range.contains(&port))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_around_a_port_is_found_in_every_language() {
        let said = "\r\nProtokoll tcp: Portausschlussbereiche\r\n\r\nStartport    Endport\r\n----------    --------\r\n      \
                    1080        1179\r\n      5357        5357\r\n     50000       50059     *\r\n\r\n* - 2 Verwaltete\r\n";
        for (port, range) in [
            (1079, None),
            (1080, Some(1080..=1179)),
            (1179, Some(1080..=1179)),
            (1180, None),
            (5357, Some(5357..=5357)),
            (50001, Some(50000..=50059)),
        ] {
            assert_eq!(around(said, port), range, "{port}");
        }
    }

    #[test]
    fn what_is_no_range_is_passed_over() {
        for said in ["", "1080", "1080 x", "x 1080", "70000 80000", "1180 1079", "-1 2000"] {
            assert_eq!(around(said, 1080), None, "{said:?}");
        }
    }
}
