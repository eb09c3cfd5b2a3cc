//! The system's own settings of date and time, opened for the user: what a program may not set itself, it can show.
//!
//! | system | by what |
//! |---|---|
//! | Linux | the settings of the desktop that runs, or whichever of the known ones is installed |
//! | macOS | `open` with the address of that pane |
//! | Windows | `ms-settings:dateandtime` |

#[cfg(any(target_os = "linux", test))]
#[path = "clock_settings/linux.rs"]
mod linux;
#[cfg(target_os = "macos")]
#[path = "clock_settings/macos.rs"]
mod macos;
#[cfg(windows)]
#[path = "clock_settings/windows.rs"]
mod windows;

use std::io;
use std::process::{Command, Stdio};

/// A program and what it is told.
type Opener = (&'static str, &'static [&'static str]);

/// Opens them. Returns as soon as the program that does has been started.
///
/// # Errors
/// [`io::ErrorKind::NotFound`] when there is no such program here; else the system's.
pub fn open() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    let openers = linux::openers(&std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default());
    #[cfg(target_os = "macos")]
    let openers = macos::openers();
    #[cfg(windows)]
    let openers = windows::openers();
    #[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
    let openers = Vec::new();
    first(openers, start)
}

/// The first one that is there.
fn first(openers: Vec<Opener>, start: impl Fn(Opener) -> io::Result<()>) -> io::Result<()> {
    for opener in openers {
        match start(opener) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => return done,
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

fn start((program, args): Opener) -> io::Result<()> {
    let nothing = Stdio::null;
    let mut child = Command::new(program).args(args).stdin(nothing()).stdout(nothing()).stderr(nothing()).spawn()?;
    // Nobody waits for it; but what has ended and was not waited for stays in the system's list.
    let wait = move || drop(child.wait());
    std::thread::Builder::new().name("clock settings".to_owned()).spawn(wait).map(drop)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn the_first_program_that_is_there_is_started_and_no_other() {
        let tried = RefCell::new(Vec::new());
        let openers = || vec![("one", &[][..]), ("two", &["x"][..]), ("three", &[][..])];
        let only = |there: &'static str| {
            let tried = &tried;
            move |(program, _): Opener| {
                tried.borrow_mut().push(program);
                if program == there { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
            }
        };
        first(openers(), only("two")).unwrap();
        assert_eq!(tried.take(), ["one", "two"]);
        assert_eq!(first(openers(), only("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(tried.take().len(), 3);
        let denied = |_: Opener| Err(io::ErrorKind::PermissionDenied.into());
        assert_eq!(first(openers(), denied).unwrap_err().kind(), io::ErrorKind::PermissionDenied);
    }
}
