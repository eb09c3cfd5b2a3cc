//! `faulty`: the desktop program with a fault in what does the work, which shows as soon as there is a file of this name in
//! the home folder. The tests need one: those that are known are mended.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use parasol_app::controller::Deps;

/// The file.
const FAULT: &str = "fault";

fn main() -> ExitCode {
    parasol_desktop::run_on(|| {
        let mut deps = Deps::of_this_machine()?;
        let fault = PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(FAULT);
        // The controller looks at the clock whenever it has done something.
        let clock = Arc::clone(&deps.lists.clock);
        deps.lists.clock = Arc::new(move || {
            assert!(!fault.exists(), "as a fault of ours would");
            clock()
        });
        Ok(deps)
    })
}
