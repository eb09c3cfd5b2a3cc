//! `PipeGuard`: kills a process group when we are gone, where the kernel has no way to say so (macOS has neither a
//! parent-death signal nor job objects).
//!
//! A small process reads from a pipe whose other end only we hold, and nothing is ever written to it: its end is ours,
//! whatever we die of. The script is fixed; the group's number is its only argument.

use std::io;
use std::process::{Child, ChildStdin, Command, Stdio};

use std::os::unix::process::CommandExt;

use rustix::process::Pid;

/// `read` returns at the end of the pipe. The form of `kill` is the one that every shell takes (POSIX).
const SCRIPT: &str = "read -r _; kill -s KILL -- \"-$1\"";

/// Guards a group until it is dropped.
#[derive(Debug)]
pub(super) struct PipeGuard {
    guard: Child,
    _pipe: Option<ChildStdin>,
}

impl PipeGuard {
    pub(super) fn start(group: Pid) -> io::Result<PipeGuard> {
        let mut guard = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "guard", &group.as_raw_nonzero().to_string()])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C must not reach it before us.
            .process_group(0)
            .spawn()?;
        let pipe = guard.stdin.take();
        Ok(PipeGuard { guard, _pipe: pipe })
    }
}

impl Drop for PipeGuard {
    fn drop(&mut self) {
        // Before the pipe is closed: the group has ended, and its number may be given to somebody else.
        let _ = self.guard.kill();
        let _ = self.guard.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::time::{Duration, Instant};

    use super::*;

    fn sleeper() -> (Child, Pid) {
        let child = Command::new("sleep").arg("600").process_group(0).spawn().unwrap();
        let group = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
        (child, group)
    }

    #[test]
    fn when_the_pipe_breaks_the_group_is_killed() {
        let (mut child, group) = sleeper();
        let mut guard = PipeGuard::start(group).unwrap();
        // As when this process is killed.
        drop(guard._pipe.take());
        let begun = Instant::now();
        let ended = loop {
            if let Some(ended) = child.try_wait().unwrap() {
                break ended;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "it lives");
            std::thread::yield_now();
        };
        assert_eq!(ended.signal(), Some(9));
    }

    #[test]
    fn a_guard_that_is_dropped_kills_nothing() {
        let (mut child, group) = sleeper();
        drop(PipeGuard::start(group).unwrap());
        assert!(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
