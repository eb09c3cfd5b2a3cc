//! Our own program, as it was built.

use std::net::SocketAddr;
use std::path::PathBuf;

use tokio::process::Command;

use crate::process::{Died, Process};

/// `parasol local`, `server` or `demo`, running.
#[derive(Debug)]
pub struct Parasol {
    /// Where it listens.
    pub address: SocketAddr,
    /// The process.
    pub process: Process,
}

impl Parasol {
    /// Starts it and waits for its `listening on IP:PORT`.
    ///
    /// # Errors
    /// When it ends before.
    pub async fn start(args: &[&str]) -> Result<Parasol, Died> {
        Parasol::from(&mut command(args)).await
    }

    /// As [`Parasol::start`], for a command that ends up running it.
    ///
    /// # Errors
    /// When it ends before.
    pub async fn from(command: &mut Command) -> Result<Parasol, Died> {
        let mut process = Process::start(command);
        let address = process.until(|line| line.strip_prefix("listening on ")?.parse().ok()).await?;
        Ok(Parasol { address, process })
    }
}

/// The program by a clock that is so far off, as faketime writes it (`+3600s`). Timers go by another clock, which nobody sets.
///
/// Not by way of the program `faketime`, whose end its child outlives.
///
/// # Panics
/// Where faketime is missing.
#[must_use]
pub fn by_another_clock(offset: &str) -> Command {
    let asked = std::process::Command::new("faketime").args(["-f", "+0", "printenv", "LD_PRELOAD"]).output();
    let library = String::from_utf8(asked.expect("npm test sets it up").stdout).expect("a path");
    let mut command = Command::new(path());
    command.env("LD_PRELOAD", library.trim()).env("FAKETIME", offset).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    command
}

/// The program with these arguments and no password in the environment.
#[must_use]
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(path());
    command.args(args).env_remove("PARASOL_PASSWORD").env_remove("PARASOL_LOCAL_PASSWORD");
    command
}

/// `parasol` in the folder above the test's own program (`target/debug/deps/`).
///
/// # Panics
/// When it was not built: cargo builds a package's programs for that package's own tests only. `npm test` and
/// `cargo build --workspace` build it.
#[must_use]
pub fn path() -> PathBuf {
    let test = std::env::current_exe().expect("a running program has a path");
    let folder = test.parent().and_then(|deps| deps.parent()).expect("a test lies in target/…/deps");
    let program = folder.join(format!("parasol{}", std::env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "{} is missing: run `cargo build -p parasol-cli` first", program.display());
    program
}
