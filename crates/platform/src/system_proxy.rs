//! The system proxy: the desktop setting that other programs read to find their proxy.
//!
//! It is only ever changed through a [`Lease`], in this order:
//!
//! ```text
//! acquire   read ─► journal, fsync ─► endpoints ─► bypass ─► switch      (each write flushed and read back)
//! change    the same, from what the user had first; then what the former way alone needed, back
//! release   switch ─► bypass ─► endpoints, each only if it is still ours ─► delete the journal
//! recover   the same as release, from the journal alone, at the next start
//! ```
//!
//! A desktop is a flat map of keys to values in the desktop's own text form, which is all that the lease has to know:
//! [`SystemProxy`] is the contract and each desktop one thin file. What is written, in which order and as which atomic
//! groups is data: the [`Step`]s of a plan.

use std::path::Path;

#[cfg(target_os = "linux")]
mod both;
mod error;
mod fake;
#[cfg(target_os = "linux")]
mod gnome;
mod guard;
mod journal;
#[cfg(target_os = "linux")]
mod kde;
mod lease;
#[cfg(target_os = "linux")]
mod linux;
mod lock;
mod login_entry;
#[cfg(any(target_os = "macos", test))]
mod macos;
mod plan;
mod put_back;
mod rescue;
mod snapshot;
mod status;
#[cfg(any(windows, test))]
mod windows;

pub use error::ProxyError;
pub use fake::{Fake, Fault};
#[cfg(target_os = "linux")]
pub use gnome::Gnome;
pub use guard::{GUARD_ARGS, guard};
#[cfg(target_os = "linux")]
pub use kde::Kde;
pub use lease::{Lease, Look, Recovered, Released, recover};
pub use lock::ask_holder_to_end;
pub use login_entry::RELEASE_ARGS;
pub use plan::{Endpoint, Part, Step, Wanted};
pub use rescue::{Rescue, forget_login_entry};
pub use snapshot::Snapshot;
pub use status::{Hold, Status, status};

/// One desktop's proxy settings. The calls block (for GNOME up to a round trip over the session bus).
///
/// Implementations hold no values between calls: what `read` gives is what other programs would get now.
pub trait SystemProxy: Send {
    /// The desktop's name as the journal records it, such as `gnome`. It never changes between versions.
    fn name(&self) -> &'static str;

    /// Reads every key that a plan may change.
    fn read(&mut self) -> Result<Snapshot, ProxyError>;

    /// Reads these keys at least. One that is not in what it gives has nothing any more that it is a setting of, such as a
    /// network adapter that was pulled out.
    fn read_of(&mut self, _keys: &Snapshot) -> Result<Snapshot, ProxyError> {
        self.read()
    }

    /// Writes these keys, and no others, as one atomic change, and returns when it is stored. A key whose value is
    /// `None` is reset to "never set by the user". The caller reads back; an implementation need not.
    fn write(&mut self, values: &Snapshot) -> Result<(), ProxyError>;

    /// The steps, in the order of writing, that send every program's traffic to the wanted address, by name or by a script.
    /// `present` is what [`read`](SystemProxy::read) gave: where there is a setting for each network, it tells which there
    /// are. Two steps, of whatever plans, have the same keys or none in common.
    fn plan(&self, present: &Snapshot, wanted: &Wanted) -> Vec<Step>;

    /// The proxies that the given keys name, whether or not they are switched on. The snapshot may be a part of a full one.
    fn endpoints(&self, values: &Snapshot) -> Vec<Endpoint>;

    /// Whether the keys of one step (a switch, a bypass list, a script) are about the endpoint that the keys of another
    /// one name. Where there is one setting, each is about all.
    fn governs(&self, _keys: &Snapshot, _endpoint: &Snapshot) -> bool {
        true
    }

    /// Says why what the user has set must not be replaced: it could not be put back.
    fn may_be_taken(&self, _users: &Snapshot) -> Result<(), ProxyError> {
        Ok(())
    }

    /// Another desktop of this system, by the name that a journal has: what was left in another session can be put back
    /// in this one.
    fn other(&self, _name: &str) -> Option<Box<dyn SystemProxy>> {
        None
    }
}

/// The proxy settings of the desktop that this program runs on, or `None` where there are none that we can write.
///
/// On Linux they are Plasma's in a Plasma session, and GNOME's `org.gnome.system.proxy` wherever its schema is installed:
/// Xfce, Cinnamon, MATE and others read the same keys. Whether they can be *stored* (a session bus) shows only when a
/// lease is taken.
pub fn desktop() -> Option<Box<dyn SystemProxy>> {
    #[cfg(target_os = "linux")]
    let here = linux::here();
    #[cfg(target_os = "macos")]
    let here = macos::here();
    #[cfg(windows)]
    let here = windows::here();
    #[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
    let here = None;
    here
}

/// The desktop that a journal was written on, if this system knows it: what is left there can be put back from any session,
/// and from none.
pub fn desktop_left(journal: &Path) -> Option<Box<dyn SystemProxy>> {
    #[cfg(target_os = "linux")]
    let left = journal::desktop(journal).and_then(|name| linux::named(&name));
    #[cfg(not(target_os = "linux"))]
    let left = {
        let _ = journal;
        None
    };
    left
}
