//! Processes of this machine, as the kernel lists them.

use std::fs;

/// Ends a process without a word to it.
pub(crate) fn kill(pid: u32) {
    assert!(signal("KILL", pid), "there is no process {pid} to kill");
}

/// Sends a process a signal. False when it is not there.
pub(crate) fn signal(name: &str, pid: u32) -> bool {
    let command = format!("kill -s {name} {pid}");
    let status = std::process::Command::new("sh").args(["-c", &command]).stderr(std::process::Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Whether it is there and has not ended.
pub(crate) fn is_running(pid: u32) -> bool {
    // one that has ended and has not been waited for is still listed, as a zombie
    stat(pid).is_some_and(|(_, state, _)| state != "Z")
}

/// Whether this process shows a page: WebKit runs each page's view in a child of its own.
pub(crate) fn has_web_view(pid: u32) -> bool {
    child(pid, |name| name.starts_with("WebKitWebProc")).is_some()
}

/// The process that gives the system proxy back when this one dies.
pub(crate) fn guard_of(pid: u32) -> Option<u32> {
    child(pid, |name| name == "parasol")
}

/// A process that this one has started, by its name.
fn child(pid: u32, is_it: impl Fn(&str) -> bool) -> Option<u32> {
    let listed = fs::read_dir("/proc").into_iter().flatten().flatten();
    listed
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .find(|child| stat(*child).is_some_and(|(name, state, parent)| parent == pid && state != "Z" && is_it(&name)))
}

/// How many descriptors it has open.
pub(crate) fn descriptors(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
}

/// How many threads it has.
pub(crate) fn threads(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/task")).map_or(0, Iterator::count)
}

/// How many TCP sockets it listens at.
pub(crate) fn listening_sockets(pid: u32) -> usize {
    let held = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let held: Vec<String> = held
        .filter_map(|entry| {
            let name = fs::read_link(entry.path()).ok()?;
            Some(name.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
        })
        .collect();
    let tables =
        ["tcp", "tcp6"].map(|table| fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default());
    let rows = tables.iter().flat_map(|table| table.lines().skip(1));
    // the fourth field is the state, 0A that it listens; the tenth its inode
    let listening = rows.filter_map(|row| {
        let fields: Vec<&str> = row.split_whitespace().collect();
        if fields.get(3) == Some(&"0A") { fields.get(9).map(|inode| (*inode).to_owned()) } else { None }
    });
    listening.filter(|inode: &String| held.contains(inode)).count()
}

/// `pid (name) state parent …` (proc(5)); the name may hold anything, parentheses too.
fn stat(pid: u32) -> Option<(String, String, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (head, rest) = stat.rsplit_once(") ")?;
    let (_, name) = head.split_once(" (")?;
    let mut rest = rest.split(' ');
    Some((name.to_owned(), rest.next()?.to_owned(), rest.next()?.parse().ok()?))
}
