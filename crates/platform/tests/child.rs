//! A child process ends when it must: asked, killed, or with the thread that it was started from.
#![cfg(unix)]

use std::process::Stdio;
use std::time::{Duration, Instant};

use parasol_platform::Child;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// Far above what any of this takes.
const BOUND: Duration = Duration::from_secs(30);

/// A shell with this script, and the first line that it writes.
async fn start(script: &str) -> (Child, String) {
    let mut command = Command::new("sh");
    command.args(["-c", script]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = Child::spawn(command).unwrap();
    let mut lines = BufReader::new(child.take_stdout().unwrap()).lines();
    let line = tokio::time::timeout(BOUND, lines.next_line()).await.unwrap().unwrap();
    (child, line.unwrap_or_default())
}

/// Is there such a process, other than as an entry that nobody has looked at yet?
fn lives(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
}

fn until_dead(pid: &str) {
    let begun = Instant::now();
    while lives(pid) {
        assert!(begun.elapsed() < BOUND, "{pid} lives");
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn a_child_that_ends_when_asked_says_its_own_last_word() {
    let (child, _) = start("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done").await;
    assert_eq!(child.end(BOUND).await.unwrap().code(), Some(7));
}

#[tokio::test]
async fn a_child_that_does_not_want_to_end_is_killed() {
    use std::os::unix::process::ExitStatusExt;
    let (child, _) = start("trap '' TERM; echo ready; while :; do sleep 0.01; done").await;
    assert_eq!(child.end(Duration::from_millis(10)).await.unwrap().signal(), Some(9));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_a_child_has_started_ends_with_it() {
    let (child, grandchild) = start("sleep 600 & echo $!; wait").await;
    assert!(lives(&grandchild));
    child.end(BOUND).await.unwrap();
    until_dead(&grandchild);

    let (mut child, grandchild) = start("sleep 600 & echo $!").await;
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
    until_dead(&grandchild);

    let (child, grandchild) = start("sleep 600 & echo $!; wait").await;
    drop(child);
    until_dead(&grandchild);
}

#[cfg(target_os = "linux")]
#[test]
fn a_child_dies_with_the_thread_that_started_it() {
    let started = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (child, pid) = runtime.block_on(start("echo $$; while :; do sleep 0.01; done"));
        assert!(lives(&pid));
        // As when this process is killed: nothing is dropped.
        std::mem::forget((child, runtime));
        pid
    });
    until_dead(&started.join().unwrap());
}

#[tokio::test]
async fn a_program_that_is_missing_is_an_error() {
    let missing = Child::spawn(Command::new("parasol-no-such-program"));
    assert_eq!(missing.unwrap_err().kind(), std::io::ErrorKind::NotFound);
}
