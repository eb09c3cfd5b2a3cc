//! Linux: what rtnetlink says of addresses and routes, and a timer that the kernel cancels.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, socket_with};
use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime, timerfd_create,
    timerfd_settime,
};
use tokio::io::unix::AsyncFd;

use super::facts::{Clocks, Facts, addresses, wall, ways};
use super::heard::{heard, register};
use super::{Senses, Stirred};

/// The kernel's groups of messages about addresses and routes, of both families (`RTMGRP_*`).
const GROUPS: u32 = 0x10 | 0x40 | 0x100 | 0x400;
/// More of a table or a file than that is not looked at.
const MOST: u64 = 64 * 1024;

pub(super) struct Linux {
    /// Messages come by it. What they say is looked up instead: a queue that has overflown says nothing.
    routes: AsyncFd<OwnedFd>,
    /// Set for the end of time, so that it never fires; but it is cancelled when the clock on the wall is set, as it also
    /// is when the machine wakes up. So nothing has to wake this program to see whether it has slept.
    clock: AsyncFd<OwnedFd>,
}

impl Linux {
    pub(super) fn new() -> io::Result<Linux> {
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let routes = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
        bind(&routes, &SocketAddrNetlink::new(0, GROUPS))?;
        let clock = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        set(&clock)?;
        Ok(Linux { routes: register(routes)?, clock: register(clock)? })
    }
}

fn set(clock: &OwnedFd) -> io::Result<()> {
    let never = Itimerspec {
        it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
        it_value: Timespec { tv_sec: i64::MAX, tv_nsec: 0 },
    };
    timerfd_settime(clock, TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET, &never)?;
    Ok(())
}

impl Senses for Linux {
    fn look(&self) -> Facts {
        Facts {
            addresses: addresses(),
            ways: ways(),
            routes: default_routes(),
            names: read("/etc/resolv.conf").map(String::into_bytes),
            clocks: Clocks {
                awake: read_clock(ClockId::Monotonic),
                total: read_clock(ClockId::Boottime),
                wall: wall(),
            },
        }
    }

    fn stirred(&self) -> Stirred<'_> {
        Box::pin(async {
            tokio::select! {
                () = heard(&self.routes) => {}
                () = heard(&self.clock) => {
                    if let Err(error) = set(self.clock.get_ref()) {
                        tracing::warn!(%error, "whether this machine has slept will not be noticed");
                    }
                }
            }
        })
    }
}

fn read_clock(id: ClockId) -> Duration {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(id);
    Duration::new(u64::try_from(tv_sec).unwrap_or_default(), u32::try_from(tv_nsec).unwrap_or_default())
}

fn default_routes() -> BTreeSet<String> {
    // Of this thread: tests have networks of their own.
    let v4 = read("/proc/thread-self/net/route").unwrap_or_default();
    let v6 = read("/proc/thread-self/net/ipv6_route").unwrap_or_default();
    defaults_of_v4(&v4).chain(defaults_of_v6(&v6)).collect()
}

/// Interface, gateway and metric of each default route: `eth0 00000000 0102A8C0 0003 0 0 100 00000000 0 0 0` behind a
/// heading, with destination, gateway, flags, reference count, use, metric and mask.
fn defaults_of_v4(table: &str) -> impl Iterator<Item = String> {
    table.lines().filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [interface, "00000000", gateway, _, _, _, metric, "00000000", ..] = fields[..] else { return None };
        Some(format!("{interface} {gateway} {metric}"))
    })
}

/// The same of IPv6: destination and its length, source and its length, gateway, metric, reference count, use, flags,
/// interface. The one that leads to nobody stands there under the name of the loopback interface.
fn defaults_of_v6(table: &str) -> impl Iterator<Item = String> {
    table.lines().filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [to, "00", _, _, gateway, metric, _, _, _, interface] = fields[..] else { return None };
        (to.bytes().all(|digit| digit == b'0') && interface != "lo").then(|| format!("{interface} {gateway} {metric}"))
    })
}

fn read(path: &str) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_default_routes_are_read_and_nothing_that_changes_with_use() {
        let v4 = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
                  wlan0\t00000000\t0102A8C0\t0003\t0\t17\t600\t00000000\t0\t0\t0\n\
                  wlan0\t0002A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0\n\
                  tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0\ncut\t00000000\n";
        assert_eq!(defaults_of_v4(v4).collect::<Vec<_>>(), ["wlan0 0102A8C0 600"]);
        let zeros = "0".repeat(32);
        let gateway = "fe800000000000000000000000000001";
        let v6 = format!(
            "{zeros} 00 {zeros} 00 {gateway} 00000258 00000001 00000005 00000003    wlan0\n\
             fe800000000000000000000000000000 40 {zeros} 00 {zeros} 00000100 00000001 00000000 00000001    wlan0\n\
             {zeros} 00 {zeros} 00 {zeros} ffffffff 00000001 00000000 00200200       lo\n"
        );
        assert_eq!(defaults_of_v6(&v6).collect::<Vec<_>>(), [format!("wlan0 {gateway} 00000258")]);
    }

    #[tokio::test]
    async fn it_looks_and_is_left_alone() {
        let linux = Linux::new().expect("everybody may listen");
        let facts = linux.look();
        assert!(facts.addresses.is_some());
        assert!(facts.clocks.total >= facts.clocks.awake && !facts.clocks.awake.is_zero());
        // Other programs of this machine may change its network; that does not make a test fail.
        let _ = tokio::time::timeout(Duration::ZERO, linux.stirred()).await;
    }
}
