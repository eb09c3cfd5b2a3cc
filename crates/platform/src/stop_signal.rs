//! `StopSignal`: what asks a program to end: Ctrl-C, and where there are such things SIGTERM and SIGHUP.

use std::io;

/// Watches from the moment it is made, so that a signal during the start is not lost.
#[derive(Debug)]
pub struct StopSignal {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hang_up: tokio::signal::unix::Signal,
}

impl StopSignal {
    /// Starts watching. Needs a running tokio.
    ///
    /// # Errors
    /// When the system has no room for a handler.
    pub fn watch() -> io::Result<StopSignal> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(StopSignal {
                terminate: signal(SignalKind::terminate())?,
                interrupt: signal(SignalKind::interrupt())?,
                hang_up: signal(SignalKind::hangup())?,
            })
        }
        #[cfg(not(unix))]
        Ok(StopSignal {})
    }

    /// Returns when the program is asked to end.
    ///
    /// # Errors
    /// When Ctrl-C cannot be watched, on systems without Unix signals.
    pub async fn wait(&mut self) -> io::Result<()> {
        #[cfg(unix)]
        {
            tokio::select! {
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
                _ = self.hang_up.recv() => {}
            }
            Ok(())
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await
    }
}
