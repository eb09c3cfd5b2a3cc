//! A child process on Windows: in a job object that only we hold, and that kills what is in it when it is closed.

use std::io;
use std::process::ExitStatus;

use process_wrap::tokio::{ChildWrapper, CommandWrap, CreationFlags, JobObject, KillOnDrop};
use tokio::process::{ChildStderr, ChildStdout, Command};
use windows::Win32::System::Threading::{CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW};

#[derive(Debug)]
pub(super) struct Child {
    inner: Box<dyn ChildWrapper>,
}

impl Child {
    pub(super) fn spawn(command: Command) -> io::Result<Child> {
        let mut command = CommandWrap::from(command);
        // Programs made for a terminal would open one.
        command.wrap(CreationFlags(CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW));
        command.wrap(KillOnDrop).wrap(JobObject);
        command.spawn().map(|inner| Child { inner })
    }

    pub(super) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.inner.stdout().take()
    }

    pub(super) fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.inner.stderr().take()
    }

    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.inner.wait().await
    }

    /// Windows has no signal that every program heeds.
    pub(super) fn ask_to_end(&mut self) {
        self.kill();
    }

    pub(super) fn kill(&mut self) {
        // One that has ended already cannot be killed, which is what was wanted.
        let _ = self.inner.start_kill();
    }
}
