//! A child process on Unix: a process group of its own.

use std::io;
use std::process::ExitStatus;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{ChildStderr, ChildStdout, Command};

#[derive(Debug)]
pub(super) struct Child {
    inner: tokio::process::Child,
    /// Named like its leader. `None` once that has been waited for: the number may then be somebody else's.
    group: Option<Pid>,
    /// Ends with the group; see there.
    #[cfg(not(target_os = "linux"))]
    _guard: super::pipe_guard::PipeGuard,
}

impl Child {
    pub(super) fn spawn(mut command: Command) -> io::Result<Child> {
        command.process_group(0);
        #[cfg(target_os = "linux")]
        super::linux::die_with_this_thread(&mut command);
        let inner = command.spawn()?;
        let group = inner.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        #[cfg(not(target_os = "linux"))]
        {
            let mut child = inner;
            let guard = group
                .ok_or_else(|| io::Error::other("the child has no id"))
                .and_then(super::pipe_guard::PipeGuard::start);
            match guard {
                Ok(guard) => Ok(Child { inner: child, group, _guard: guard }),
                Err(error) => {
                    // Nobody would end it after us.
                    let _ = child.start_kill();
                    Err(error)
                }
            }
        }
        #[cfg(target_os = "linux")]
        Ok(Child { inner, group })
    }

    pub(super) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.inner.stdout.take()
    }

    pub(super) fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.inner.stderr.take()
    }

    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.inner.wait().await?;
        // What it has left behind is still in the group; the number cannot have been given away this soon.
        self.kill();
        self.group = None;
        Ok(status)
    }

    pub(super) fn ask_to_end(&mut self) {
        self.signal(Signal::TERM);
    }

    pub(super) fn kill(&mut self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            // An empty group has ended already, which is what was wanted.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}
