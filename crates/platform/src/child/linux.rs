//! Linux: the kernel kills the child when the thread that started it ends (`PR_SET_PDEATHSIG`, prctl(2)).

use std::io;

use rustix::io::Errno;
use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};
use tokio::process::Command;

#[expect(unsafe_code, reason = "what runs between fork and exec can be handed over in no other way")]
pub(super) fn die_with_this_thread(command: &mut Command) {
    let parent = getpid();
    let tie = move || {
        // SIGKILL, because it has to work on a program that hangs too.
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // The parent may have died before that: nobody would send the signal any more.
        if getppid() != Some(parent) {
            return Err(io::Error::from(Errno::SRCH));
        }
        Ok(())
    };
    // SAFETY: between fork and exec only async-signal-safe things may be done (signal-safety(7)). `tie` makes two plain
    // system calls and makes an error from a number; it takes no lock, allocates nothing, and touches no memory that
    // another thread could have been writing.
    unsafe { command.pre_exec(tie) };
}
