//! `LinkOpener`: which program the desktop starts when somebody presses an `ss://` or `ssconf://` link.
//!
//! An installed Parasol is made known by its package; this is for one that runs from where it was built or unpacked. On
//! Linux only: elsewhere it is up to the package.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod mime_apps;

use std::io;

/// Who opens the links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkOpener {
    /// This program, because [`set`] has said so.
    Ours,
    /// Another program, or nobody.
    Others,
    /// That cannot be changed from here.
    NotHere,
}

/// Who opens the links now.
///
/// # Errors
/// When the desktop's file cannot be read.
pub fn now() -> io::Result<LinkOpener> {
    #[cfg(target_os = "linux")]
    return match linux::Desktop::of_this_user() {
        Some(desktop) => match desktop.now()? {
            LinkOpener::Others if desktop.is_known_anyway() => Ok(LinkOpener::NotHere),
            now => Ok(now),
        },
        None => Ok(LinkOpener::NotHere),
    };
    #[cfg(not(target_os = "linux"))]
    Ok(LinkOpener::NotHere)
}

/// Has this program open them, in front of whichever does now; or no longer, so that the one behind does again.
///
/// # Errors
/// The system's; nothing is changed then that the other call does not undo.
pub fn set(ours: bool) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    return match linux::Desktop::of_this_user() {
        Some(desktop) if ours => desktop.take(),
        Some(desktop) => desktop.leave(),
        None => Err(io::ErrorKind::Unsupported.into()),
    };
    #[cfg(not(target_os = "linux"))]
    {
        let _ = ours;
        Err(io::ErrorKind::Unsupported.into())
    }
}
