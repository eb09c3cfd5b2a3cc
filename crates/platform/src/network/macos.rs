//! macOS: the routing socket, by which the kernel tells of addresses and routes, and the clocks.

use std::io;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::io::{FdFlags, fcntl_setfd, ioctl_fionbio};
use rustix::net::{AddressFamily, SocketType, socket};
use rustix::time::{ClockId, Timespec, clock_gettime};
use tokio::io::unix::AsyncFd;

use super::facts::{Clocks, Facts, addresses, wall, ways};
use super::heard::{heard, register};
use super::{Senses, Stirred};

/// How often the clocks are compared, which is all that tells of a sleep where the network has noticed nothing.
const PACE: Duration = Duration::from_secs(4);
/// More is a sleep; see [`Change::between`](super::Change::between).
const SLEEP: Duration = Duration::from_secs(5);

pub(super) struct MacOs {
    routes: AsyncFd<OwnedFd>,
    /// The standard library's clock, which stands still while the machine sleeps.
    started: Instant,
}

impl MacOs {
    pub(super) fn new() -> io::Result<MacOs> {
        let routes = socket(AddressFamily::ROUTE, SocketType::RAW, None)?;
        fcntl_setfd(&routes, FdFlags::CLOEXEC)?;
        ioctl_fionbio(&routes, true)?;
        Ok(MacOs { routes: register(routes)?, started: Instant::now() })
    }

    fn clocks(&self) -> Clocks {
        // The system's, which goes on.
        let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::Monotonic);
        let whole = u64::try_from(tv_sec).unwrap_or_default();
        let total = Duration::new(whole, u32::try_from(tv_nsec).unwrap_or_default());
        Clocks { awake: self.started.elapsed(), total, wall: wall() }
    }

    async fn slept(&self) {
        let asleep = |clocks: Clocks| clocks.total.saturating_sub(clocks.awake);
        let before = asleep(self.clocks());
        loop {
            tokio::time::sleep(PACE).await;
            if asleep(self.clocks()).saturating_sub(before) >= SLEEP {
                return;
            }
        }
    }
}

impl Senses for MacOs {
    fn look(&self) -> Facts {
        let names = std::fs::read("/etc/resolv.conf").ok();
        Facts { addresses: addresses(), ways: ways(), names, clocks: self.clocks(), ..Facts::default() }
    }

    fn stirred(&self) -> Stirred<'_> {
        Box::pin(async {
            tokio::select! {
                () = heard(&self.routes) => {}
                () = self.slept() => {}
            }
        })
    }
}
