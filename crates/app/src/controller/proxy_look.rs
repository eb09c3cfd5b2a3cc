//! What others make of the system proxy while it is set: looked at from time to time, told and asked about, never fought.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use parasol_platform::system_proxy::{Lease, Look, ProxyError};
use tokio::time::Instant;

use super::plan::Aim;
use super::{Controller, ProxyNow};

/// What has become of a system proxy that is set, and when it is looked at again.
#[derive(Debug)]
pub(super) struct ProxyLook {
    since: Since,
    next: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    /// It is as we have set it.
    Ours,
    /// The same, and there is something new that is not set yet, such as a network adapter.
    Incomplete,
    /// Somebody else has changed it.
    Taken,
    /// The same, and the user wants it set again.
    ToSetAgain,
}

impl ProxyLook {
    pub(super) fn new() -> ProxyLook {
        ProxyLook { since: Since::Ours, next: Instant::now() + EACH }
    }

    /// Somebody else has changed it, and it is not set again yet.
    pub(super) fn is_taken(&self) -> bool {
        matches!(self.since, Since::Taken | Since::ToSetAgain)
    }

    /// The user wants it set, whatever has become of it.
    pub(super) fn set_again(&mut self) {
        if self.since == Since::Taken {
            self.since = Since::ToSetAgain;
        }
    }

    /// Whoever looks at Parasol is not to be told what was.
    pub(super) fn soon(&mut self) {
        self.next = Instant::now();
    }

    /// Where it points, for what is compared with what is wanted: nowhere, once it is to be set again.
    pub(super) fn points_at(&self, lease: &Lease) -> Aim {
        match self.since {
            Since::Ours | Since::Taken => {
                Aim { address: lease.address(), script: lease.script_path().map(str::to_owned) }
            }
            Since::Incomplete | Since::ToSetAgain => {
                Aim { address: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)), script: None }
            }
        }
    }
}

impl Controller {
    /// When to look again; never while there is nothing to look at, or it is being worked on.
    pub(super) fn next_look_at_proxy(&self) -> Option<Instant> {
        let free = self.on_proxy.is_none() && self.on_relay.is_none() && !self.quitting;
        (free && matches!(self.proxy, ProxyNow::Set(_))).then_some(self.proxy_look.next)
    }

    pub(super) fn looked_at_proxy(&mut self, lease: Lease, found: Result<Look, ProxyError>) {
        self.proxy = ProxyNow::Set(lease);
        self.proxy_look.next = Instant::now() + EACH;
        match found {
            Ok(Look { changed, is_whole }) if changed.is_empty() => {
                self.proxy_look.since = if is_whole { Since::Ours } else { Since::Incomplete };
            }
            Ok(Look { changed, .. }) => {
                if !self.proxy_look.is_taken() {
                    tracing::info!(keys = ?changed, "another program has changed the system proxy");
                    self.proxy_look.since = Since::Taken;
                }
            }
            // It says nothing about what the settings are.
            Err(error) => tracing::debug!(%error, "the system proxy cannot be looked at"),
        }
    }
}

/// At that moment; never if there is none.
pub(super) async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Soon enough to tell what happens before the user has searched elsewhere. On macOS each look runs programs.
pub(super) const EACH: Duration = Duration::from_secs(if cfg!(target_os = "macos") { 60 } else { 10 });
