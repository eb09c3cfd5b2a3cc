//! How many descriptors this process may have: each flow takes two.

use std::io;

/// Raises this process's limit to the highest that it may set by itself. Systems start programs with a low one (1024,
/// macOS 256) for the sake of old programs that cannot count further, and let each raise it.
///
/// # Errors
/// The system's; the limit is what it was then.
pub fn raise_descriptor_limit() -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let highest = Some(limit.maximum.map_or(ENOUGH, |maximum| maximum.min(ENOUGH)));
        // `None` is no limit at all.
        if limit.current.is_some_and(|current| Some(current) < highest) {
            setrlimit(Resource::Nofile, Rlimit { current: highest, ..limit })?;
        }
    }
    Ok(())
}

/// Sets this process's limit to so many, and the highest that it may set to no less.
///
/// # Errors
/// The system's; a limit above the highest one is for the administrator to give. The limit is what it was then.
pub fn limit_descriptors(limit: u64) -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let maximum = getrlimit(Resource::Nofile).maximum.map(|maximum| maximum.max(limit));
        setrlimit(Resource::Nofile, Rlimit { current: Some(limit), maximum })?;
    }
    #[cfg(not(unix))]
    let _ = limit;
    Ok(())
}

/// How many descriptors this process may have now; `None` where there is no such limit.
#[must_use]
pub fn descriptor_limit() -> Option<u64> {
    #[cfg(unix)]
    {
        rustix::process::getrlimit(rustix::process::Resource::Nofile).current
    }
    #[cfg(not(unix))]
    None
}

/// macOS takes no more than this (`OPEN_MAX`), whatever it says is the highest.
#[cfg(target_os = "macos")]
const ENOUGH: u64 = 10_240;
/// Some systems set no bound, and libraries that go through all descriptors would then take minutes.
#[cfg(all(unix, not(target_os = "macos")))]
const ENOUGH: u64 = 1 << 20;
