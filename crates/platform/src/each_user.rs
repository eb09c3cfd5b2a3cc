//! What a package does for every user of this machine when it is removed: it has rights to, and no session of theirs.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A user, as the system's list has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Number.
    pub id: u32,
    /// Number of their group.
    pub group: u32,
    /// Home directory.
    pub home: PathBuf,
}

/// Everybody who may have a desktop: root, and people.
///
/// # Errors
/// When we are not root, or the system has no such list.
pub fn users() -> io::Result<Vec<User>> {
    #[cfg(unix)]
    {
        if !rustix::process::geteuid().is_root() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "only root may do so for others"));
        }
        // It knows users of a directory service too, of which /etc/passwd says nothing.
        let output = Command::new("getent").arg("passwd").env("PATH", PATH).output()?;
        Ok(parse(&String::from_utf8_lossy(&output.stdout)))
    }
    #[cfg(not(unix))]
    Err(io::ErrorKind::Unsupported.into())
}

/// This program, to be run as that user in as much of their session as there is: their bus, if they are logged in; else a
/// bus of its own, by which settings can be stored. It has no terminal and says nothing: whatever of that user's runs in it
/// could type into root's.
pub fn as_user(user: &User, program: &Path) -> Command {
    let runtime = PathBuf::from(format!("/run/user/{}", user.id));
    let bus = runtime.join("bus");
    let bus_of_its_own = Path::new("/usr/bin/dbus-run-session");
    let mut command = if !bus.exists() && bus_of_its_own.exists() {
        let mut command = in_a_session_of_its_own(bus_of_its_own);
        command.arg("--").arg(program);
        command
    } else {
        in_a_session_of_its_own(program)
    };
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.env_clear().env("PATH", PATH).env("HOME", &user.home).env("LANG", "C.UTF-8").current_dir("/");
    if bus.exists() {
        command.env("XDG_RUNTIME_DIR", &runtime);
        command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", bus.display()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // With root go root's groups.
        command.uid(user.id).gid(user.group);
    }
    command
}

/// By a program of util-linux, which every Debian and Fedora has. It becomes the one it starts.
fn in_a_session_of_its_own(program: &Path) -> Command {
    let mut command = Command::new("/usr/bin/setsid");
    command.arg(program);
    command
}

/// Kills what [`as_user`] has started, and all that this has started in turn.
///
/// # Errors
/// The system's.
pub fn kill(child: &mut Child) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(session) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // Its leader has that number, and is there until it is waited for.
        let _ = rustix::process::kill_process_group(session, rustix::process::Signal::KILL);
    }
    child.kill()
}

/// `name:password:id:group:remark:home:shell`, a line each.
#[cfg(any(unix, test))]
fn parse(text: &str) -> Vec<User> {
    let user = |line: &str| {
        let fields: Vec<&str> = line.split(':').collect();
        let [_, _, id, group, _, home, _] = fields[..] else { return None };
        let (id, group) = (id.parse().ok()?, group.parse().ok()?);
        let may_have_a_desktop = id == 0 || (FIRST_PERSON..NOBODY).contains(&id) || id > LAST_OF_16_BITS;
        (may_have_a_desktop && home.starts_with('/')).then(|| User { id, group, home: home.into() })
    };
    text.lines().filter_map(user).collect()
}

#[cfg(any(unix, test))]
const FIRST_PERSON: u32 = 1000;
#[cfg(any(unix, test))]
const NOBODY: u32 = 65_534;
#[cfg(any(unix, test))]
const LAST_OF_16_BITS: u32 = 65_535;

const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_root_are_users_and_what_runs_for_the_system_is_not() {
        let text = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\n\
                    ana:x:1000:1001:Ana,,,:/home/ana:/bin/bash\nnobody:x:65534:65534::/nonexistent:/bin/false\n\
                    far@corp:*:1234567:7:Far:/home/far:/bin/sh\nodd:x:abc:1::/x:/y\nshort:x:1000\nhomeless:x:1002:2:::\n";
        let user = |id, group, home: &str| User { id, group, home: home.into() };
        assert_eq!(parse(text), [user(0, 0, "/root"), user(1000, 1001, "/home/ana"), user(1_234_567, 7, "/home/far")]);
        assert!(parse("").is_empty());
    }
}
