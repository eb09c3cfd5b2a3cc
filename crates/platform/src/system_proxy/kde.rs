use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use gio::prelude::*;
use tracing::debug;

use self::rc::Rc;
use super::{Endpoint, Part, ProxyError, Snapshot, Step, SystemProxy, Wanted};
use crate::private_file;

mod rc;

/// Plasma's `kioslaverc`, of Plasma 5 and 6: one text file, in the form of KConfig.
///
/// It is edited as a text, in place: what we do not know stays as it is, comments too. Programs that run are told by the
/// signal that Plasma's own dialog sends; those that start read the file. The programs `kwriteconfig5` and `6`, of which
/// a system has one, the other or neither, are not needed.
///
/// A key of a [`Snapshot`] is spelled `kioslaverc KEY`; a value is what stands after the equals sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kde {
    path: PathBuf,
}

impl Kde {
    /// This user's, if they are in a Plasma session.
    pub fn detect() -> Option<Kde> {
        let named = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
        let in_plasma = named.split(':').any(|name| name.eq_ignore_ascii_case("KDE"))
            || std::env::var_os("KDE_FULL_SESSION").is_some_and(|full| !full.is_empty());
        if in_plasma { Kde::of_this_user() } else { None }
    }

    /// This user's, whatever session they are in; `None` when there is no home.
    pub fn of_this_user() -> Option<Kde> {
        let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let config = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
        Some(Kde { path: config.join("kioslaverc") })
    }

    fn rc(&self) -> Result<Rc, ProxyError> {
        let file = match private_file::open_of_others(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Rc::default()),
            Err(error) => return Err(self.odd(&error)),
            Ok(file) => file,
        };
        let mut bytes = Vec::new();
        file.take(MAX_LEN + 1).read_to_end(&mut bytes).map_err(|error| self.odd(&error))?;
        if bytes.len() as u64 > MAX_LEN {
            return Err(self.odd(&"it is far too large"));
        }
        let text = String::from_utf8(bytes).map_err(|_| self.odd(&"it is no UTF-8 text"))?;
        Ok(Rc::of(&text))
    }

    /// Stores it so that there is always either the former file or this one, whole, in the place that a link leads to.
    fn store(&self, rc: &Rc) -> io::Result<()> {
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let directory = path.parent().unwrap_or(Path::new("/"));
        let is_link = fs::symlink_metadata(&self.path).is_ok_and(|about| about.is_symlink());
        if rc.is_empty() && !is_link {
            // There was none before us.
            return private_file::remove(&path).and_then(|()| private_file::sync_dir(directory));
        }
        private_file::create_dir(directory)?;
        let temporary = directory.join(".kioslaverc.parasol");
        let stored = private_file::write(&temporary, rc.to_string().as_bytes()).and_then(|()| {
            if let Ok(about) = fs::metadata(&path) {
                fs::set_permissions(&temporary, about.permissions())?;
            }
            fs::rename(&temporary, &path)
        });
        if stored.is_err() {
            // The next one overwrites it.
            let _ = fs::remove_file(&temporary);
        }
        stored.and_then(|()| private_file::sync_dir(directory))
    }

    fn odd(&self, what: &dyn std::fmt::Display) -> ProxyError {
        ProxyError::Desktop(format!("{}: {what}", self.path.display()))
    }
}

impl SystemProxy for Kde {
    fn name(&self) -> &'static str {
        "kde"
    }

    fn read(&mut self) -> Result<Snapshot, ProxyError> {
        let rc = self.rc()?;
        Ok(KEYS.into_iter().map(|key| (full_key(key), rc.value(key))).collect())
    }

    fn write(&mut self, values: &Snapshot) -> Result<(), ProxyError> {
        let mut rc = self.rc()?;
        for (full, value) in values.iter() {
            let known = KEYS.into_iter().find(|key| full_key(key) == full);
            let key = known.ok_or_else(|| ProxyError::Desktop(format!("{full} is not a proxy setting")))?;
            if rc.is_locked(key) {
                return Err(ProxyError::Locked { key: full.to_owned() });
            }
            if value.is_some_and(|value| value.contains(['\n', '\r', '\0'])) {
                return Err(ProxyError::Desktop(format!("{full} does not take the value that was kept for it")));
            }
            rc.set(key, value);
        }
        self.store(&rc).map_err(|error| self.odd(&error))?;
        tell_running_programs();
        Ok(())
    }

    fn plan(&self, _: &Snapshot, wanted: &Wanted) -> Vec<Step> {
        if let Some(url) = wanted.script() {
            return vec![step(Part::Endpoint, &[(SCRIPT, url)]), step(Part::Switch, &[("ProxyType", BY_SCRIPT)])];
        }
        let (host, port) = (wanted.address().ip(), wanted.address().port());
        let host = if host.is_ipv6() { format!("[{host}]") } else { host.to_string() };
        let endpoint = |key, scheme| step(Part::Endpoint, &[(key, &format!("{scheme}://{host} {port}"))]);
        vec![
            endpoint("httpProxy", "http"),
            endpoint("httpsProxy", "http"),
            endpoint("socksProxy", "socks"),
            // Reversed, it would be the list of what alone goes through us.
            step(Part::Bypass, &[("NoProxyFor", &wanted.bypass().join(",")), ("ReversedException", "false")]),
            step(Part::Switch, &[("ProxyType", MANUAL)]),
        ]
    }

    fn endpoints(&self, values: &Snapshot) -> Vec<Endpoint> {
        let value = |key| values.value(&full_key(key));
        let named = ["httpProxy", "httpsProxy", "socksProxy"].into_iter().filter_map(|key| endpoint(value(key)?));
        named.chain(value(SCRIPT).and_then(Endpoint::of_script)).collect()
    }

    fn other(&self, name: &str) -> Option<Box<dyn SystemProxy>> {
        super::linux::named(name)
    }
}

/// `http://host port`, as Plasma writes it, and what else programs and people write there: a colon, no scheme, a login.
fn endpoint(value: &str) -> Option<Endpoint> {
    let bare = value.split_once("://").map_or(value, |(_, rest)| rest).trim_end_matches('/').trim();
    let bare = bare.rsplit_once('@').map_or(bare, |(_, rest)| rest);
    let (host, port) = bare.rsplit_once([' ', ':'])?;
    let host = host.trim();
    (!host.is_empty()).then_some(Endpoint { host: host.to_owned(), port: port.parse().ok()? })
}

/// Best effort: without a session bus there are no programs to tell.
fn tell_running_programs() {
    let told = gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE).and_then(|bus| {
        // Else GIO ends this process when the bus goes, and with it the guard.
        bus.set_exit_on_close(false);
        let every_protocol = ("",).to_variant();
        bus.emit_signal(
            None,
            "/KIO/Scheduler",
            "org.kde.KIO.Scheduler",
            "reparseSlaveConfiguration",
            Some(&every_protocol),
        )?;
        bus.flush_sync(gio::Cancellable::NONE)
    });
    if let Err(error) = told {
        debug!(%error, "programs of Plasma that run are not told of the changed proxy");
    }
}

fn step(part: Part, values: &[(&str, &str)]) -> Step {
    Step { part, values: values.iter().map(|(key, value)| (full_key(key), Some(*value))).collect() }
}

fn full_key(key: &str) -> String {
    format!("kioslaverc {key}")
}

/// The others: 0 none, 3 a script that is looked for, 4 the environment.
const MANUAL: &str = "1";
const BY_SCRIPT: &str = "2";

const SCRIPT: &str = "Proxy Config Script";

const KEYS: [&str; 7] =
    ["ProxyType", "httpProxy", "httpsProxy", "socksProxy", "NoProxyFor", "ReversedException", SCRIPT];

/// A few kilobytes in real life.
const MAX_LEN: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_read_however_it_is_written() {
        let read = |value: &str| endpoint(value).map(|Endpoint { host, port }| (host, port));
        for (value, host, port) in [
            ("http://127.0.0.1 7891", "127.0.0.1", 7891),
            ("http://127.0.0.1:7891", "127.0.0.1", 7891),
            ("http://127.0.0.1:7891/", "127.0.0.1", 7891),
            ("127.0.0.1:7891", "127.0.0.1", 7891),
            ("socks://localhost 1080", "localhost", 1080),
            ("http://user:pa@ss@proxy.example 3128", "proxy.example", 3128),
            ("http://[::1] 1080", "[::1]", 1080),
        ] {
            assert_eq!(read(value), Some((host.to_owned(), port)), "{value}");
        }
        for value in ["", "//:", "http://", "http:// 80", "http://host", "http://host 70000", "http_proxy"] {
            assert_eq!(read(value), None, "{value}");
        }
    }
}
