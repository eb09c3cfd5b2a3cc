//! The system proxy: the desktop setting that other programs read to find their proxy.
//!
//! It is only ever changed through a [`Lease`], in this order:
//!
//! ```text
//! acquire   read ─► journal, fsync ─► endpoints ─► bypass ─► switch      (each write flushed and read back)
//! release   switch ─► bypass ─► endpoints, each only if it is still ours ─► delete the journal
//! recover   the same as release, from the journal alone, at the next start
//! ```
//!
//! A desktop is a flat map of keys to values in the desktop's own text form, which is all that the lease has to know:
//! [`SystemProxy`] is the contract and each desktop one thin file. What is written, in which order and as which atomic
//! groups is data: the [`Step`]s of a plan.

mod error;
mod fake;
#[cfg(target_os = "linux")]
mod gnome;
mod journal;
mod lease;
mod plan;
mod put_back;
mod snapshot;

pub use error::ProxyError;
pub use fake::{Fake, Fault};
#[cfg(target_os = "linux")]
pub use gnome::Gnome;
pub use lease::{Lease, Recovered, Released, recover};
pub use plan::{Endpoint, Part, Step, Wanted};
pub use snapshot::Snapshot;

/// One desktop's proxy settings. The calls block (for GNOME up to a round trip over the session bus).
///
/// Implementations hold no values between calls: what `read` gives is what other programs would get now.
pub trait SystemProxy: Send {
    /// The desktop's name as the journal records it, such as `gnome`. It never changes between versions.
    fn name(&self) -> &'static str;

    /// Reads every key that a plan may change.
    fn read(&mut self) -> Result<Snapshot, ProxyError>;

    /// Writes these keys, and no others, as one atomic change, and returns when it is stored. A key whose value is
    /// `None` is reset to "never set by the user". The caller reads back; an implementation need not.
    fn write(&mut self, values: &Snapshot) -> Result<(), ProxyError>;

    /// The steps, in the order of writing, that send every program's traffic to the wanted address.
    fn plan(&self, wanted: &Wanted) -> Vec<Step>;

    /// The proxies that the given keys name, whether or not they are switched on. The snapshot may be a part of a full one.
    fn endpoints(&self, values: &Snapshot) -> Vec<Endpoint>;
}

/// The proxy settings of the desktop that this program runs on, or `None` where there are none that we can write.
///
/// On Linux that is GNOME's `org.gnome.system.proxy`, wherever its schema is installed: Xfce, Cinnamon, MATE and others
/// read the same keys. Whether they can be *stored* (a session bus) shows only when a lease is taken.
pub fn desktop() -> Option<Box<dyn SystemProxy>> {
    #[cfg(target_os = "linux")]
    if let Some(gnome) = Gnome::detect() {
        return Some(Box::new(gnome));
    }
    None
}
