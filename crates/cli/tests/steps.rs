//! As in `deaths.rs`, and finer: a Parasol that takes the system proxy and gives it back dies, alone or with its guard, or
//! has a call fail, at each single thing that it asks of the system: to start its guard, to write what runs at login, to
//! write the journal, to put it in its place, to take both away again. Afterwards the user has what they had.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod session;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, gettid};
use parasol_platform::system_proxy::{Lease, Rescue, desktop};
use session::settled::Settled;
use session::{Place, children, kill, text_of, this_program, until, wanted};

#[test]
fn parasol_dies_at_any_step_and_its_guard_gives_back() {
    everywhere(Event::Dies, |_| {});
}

#[test]
fn both_die_at_any_step_and_the_login_entry_gives_back() {
    everywhere(Event::BothDie, Settled::log_in);
}

#[test]
fn any_step_fails_and_it_is_given_back_at_the_next_start_at_the_latest() {
    everywhere(Event::Fails, |session| {
        text_of(session.command(env!("CARGO_BIN_EXE_parasol")).args(["proxy", "release"]));
        session.log_in();
    });
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Dies,
    BothDie,
    Fails,
}

/// Lets it happen at every step, until one is beyond the last.
fn everywhere(event: Event, then: impl Fn(&Settled)) {
    let session = Settled::new();
    let before = session.settings();
    let mut steps = Vec::new();
    while let (ended, Some(step)) = run(&session, event, steps.len()) {
        let at = format!("{event:?} at {} ({})", steps.len(), step.name());
        assert!(!ended.success() || event == Event::Fails, "{at}: {ended}");
        then(&session);
        until("the journal is gone", || !session.place.journal().exists());
        until("nothing runs at login", || !session.place.login_entry().exists());
        assert_eq!(session.settings(), before, "{at}");
        steps.push(step);
    }
    assert_eq!(session.settings(), before, "nothing happened");
    println!("{event:?} at {} steps", steps.len());
    let seen: BTreeSet<Step> = steps.into_iter().collect();
    let wanted = [Step::Start, Step::Open, Step::Write, Step::Sync, Step::Rename, Step::Remove];
    assert!(wanted.iter().all(|step| seen.contains(step)), "it was to be at every kind of step: {seen:?}");
}

/// What is asked of the system that lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// A process or a thread.
    Start,
    /// A process that is to end, and is waited for.
    End,
    /// A file that is written to.
    Open,
    Write,
    Sync,
    Rename,
    Remove,
    Directory,
}

impl Step {
    fn of(process: u32, call: &libc::user_regs_struct) -> Option<Step> {
        let writes = |flags: u64| flags & (libc::O_CREAT | libc::O_WRONLY | libc::O_RDWR) as u64 != 0;
        Some(match i64::try_from(call.orig_rax).ok()? {
            libc::SYS_clone | libc::SYS_clone3 | libc::SYS_vfork => Step::Start,
            libc::SYS_kill | libc::SYS_wait4 | libc::SYS_waitid | libc::SYS_pidfd_send_signal => Step::End,
            libc::SYS_openat if writes(call.rdx) => Step::Open,
            libc::SYS_open if writes(call.rsi) => Step::Open,
            libc::SYS_write | libc::SYS_pwrite64 | libc::SYS_writev if is_file(process, call.rdi) => Step::Write,
            libc::SYS_ftruncate | libc::SYS_fchmod | libc::SYS_chmod => Step::Write,
            libc::SYS_fsync | libc::SYS_fdatasync => Step::Sync,
            libc::SYS_rename | libc::SYS_renameat | libc::SYS_renameat2 => Step::Rename,
            libc::SYS_unlink | libc::SYS_unlinkat => Step::Remove,
            libc::SYS_mkdir | libc::SYS_mkdirat => Step::Directory,
            _ => return None,
        })
    }

    fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// A pipe, a socket or a thread's bell is none.
fn is_file(process: u32, descriptor: u64) -> bool {
    let open = fs::read_link(format!("/proc/{process}/fd/{descriptor}"));
    open.is_ok_and(|path| path.is_absolute() && !path.starts_with("/dev"))
}

/// A Parasol from its start to its end, and the step that it happened at if there are so many.
fn run(session: &Settled, event: Event, at: usize) -> (ExitStatus, Option<Step>) {
    let mut command = this_program("takes_and_gives_back");
    session.surround(&mut command);
    command.env(MAY_FAIL, if event == Event::Fails { "1" } else { "" });
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().unwrap();
    let mut said = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with(READY) {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "it ended too soon");
    }
    let thread = Pid::from_raw(line[READY.len()..].trim().parse().unwrap());
    ptrace::seize(thread, Options::PTRACE_O_TRACESYSGOOD).expect("a child may be looked at");
    ptrace::interrupt(thread).unwrap();
    let happened = follow(process.id(), thread, event, at, || writeln!(process.stdin.as_mut().unwrap()).unwrap());
    (process.wait().unwrap(), happened)
}

/// Goes along with one thread of it, from one call to the next, to its end.
fn follow(process: u32, thread: Pid, event: Event, at: usize, begin: impl FnOnce()) -> Option<Step> {
    let (mut begin, mut steps, mut happened, mut failing) = (Some(begin), 0, None, false);
    loop {
        let mut signal = None;
        match waitpid(thread, Some(WaitPidFlag::__WALL)).unwrap() {
            WaitStatus::Exited(..) | WaitStatus::Signaled(..) => return happened,
            WaitStatus::PtraceSyscall(_) => {
                let enters = ptrace::syscall_info(thread).unwrap().op == libc::PTRACE_SYSCALL_INFO_ENTRY;
                let mut call = ptrace::getregs(thread).unwrap();
                let step = if enters { Step::of(process, &call) } else { None };
                // That we are asked to wait for somebody, or to end them, fails for nobody.
                let step = step.filter(|step| event != Event::Fails || *step != Step::End);
                if step.is_some() && steps == at {
                    happened = step;
                    if event == Event::Fails {
                        // There is no such call.
                        call.orig_rax = u64::MAX;
                        ptrace::setregs(thread, call).unwrap();
                        failing = true;
                    } else {
                        let guard = children(process).into_iter().filter(|_| event == Event::BothDie);
                        for dies in guard.chain([process]) {
                            kill("KILL", &dies.to_string());
                        }
                    }
                } else if failing && !enters {
                    call.rax = (-i64::from(Errno::EIO as i32)).cast_unsigned();
                    ptrace::setregs(thread, call).unwrap();
                    failing = false;
                }
                steps += usize::from(step.is_some());
            }
            WaitStatus::Stopped(_, stopped_by) => signal = Some(stopped_by),
            _ => {}
        }
        match ptrace::syscall(thread, signal) {
            Ok(()) | Err(Errno::ESRCH) => {}
            Err(error) => panic!("{error}"),
        }
        if let Some(begin) = begin.take() {
            begin();
        }
    }
}

const READY: &str = "thread ";
const MAY_FAIL: &str = "PARASOL_TEST_MAY_FAIL";

#[test]
#[ignore = "started by another test, to die"]
fn takes_and_gives_back() {
    let place = Place::here().expect("started by another test");
    println!("\n{READY}{}", gettid());
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let rescue = Rescue::of_this_user(Path::new(env!("CARGO_BIN_EXE_parasol")));
    let life =
        Lease::acquire_with_rescue(desktop().unwrap(), &place.journal(), &wanted(), &rescue).and_then(Lease::release);
    assert!(life.is_ok() || env::var(MAY_FAIL).unwrap() == "1", "{life:?}");
}
