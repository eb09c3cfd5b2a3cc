//! Processes of this machine, as the kernel lists them.

use std::fs;

/// Ends a process without a word to it.
pub(crate) fn kill(pid: u32) {
    let status = std::process::Command::new("sh").args(["-c", &format!("kill -KILL {pid}")]).status();
    assert!(status.is_ok_and(|status| status.success()), "there is no process {pid} to kill");
}

/// Whether it is there and has not ended.
pub(crate) fn is_running(pid: u32) -> bool {
    // one that has ended and has not been waited for is still listed, as a zombie
    stat(pid).is_some_and(|(_, state, _)| state != "Z")
}

/// Whether this process shows a page: WebKit runs each page's view in a child of its own.
pub(crate) fn has_web_view(pid: u32) -> bool {
    let Ok(listed) = fs::read_dir("/proc") else { return false };
    listed.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).any(|child: u32| {
        stat(child)
            .is_some_and(|(name, state, parent)| parent == pid && state != "Z" && name.starts_with("WebKitWebProc"))
    })
}

/// `pid (name) state parent …` (proc(5)); the name may hold anything, parentheses too.
fn stat(pid: u32) -> Option<(String, String, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (head, rest) = stat.rsplit_once(") ")?;
    let (_, name) = head.split_once(" (")?;
    let mut rest = rest.split(' ');
    Some((name.to_owned(), rest.next()?.to_owned(), rest.next()?.parse().ok()?))
}
