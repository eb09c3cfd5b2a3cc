use super::{Endpoint, Part, ProxyError, Snapshot, Step, SystemProxy, Wanted};

#[cfg(windows)]
mod wininet;
#[cfg(windows)]
use wininet::WinInet;

/// Windows' own proxy setting, which WinINet keeps for each connection: the network itself, and every dial-up and VPN
/// connection of the user, which each have one that holds while they are up.
///
/// A key of a [`Snapshot`] is spelled `WHAT/CONNECTION`, the network being the empty name. `None` is empty.
///
/// One write is one call for each connection, which Windows stores whole; then programs that run are told.
pub(super) struct Windows<C> {
    connections: C,
}

/// What WinINet keeps.
pub(super) trait Connections: Send {
    /// The names of dial-up and VPN connections.
    ///
    /// # Errors
    /// When they cannot be listed.
    fn names(&mut self) -> Result<Vec<String>, ProxyError>;

    /// The options of a connection; the empty name is the network.
    ///
    /// # Errors
    /// When there is no such connection.
    fn options(&mut self, name: &str) -> Result<Options, ProxyError>;

    /// Sets those that are there, in one call.
    ///
    /// # Errors
    /// When they are not taken.
    fn set(&mut self, name: &str, options: &Changes) -> Result<(), ProxyError>;

    /// Tells programs that run: that the settings are others, then to read them.
    ///
    /// # Errors
    /// When that cannot be said.
    fn tell(&mut self) -> Result<(), ProxyError>;
}

/// One connection's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Options {
    /// `PROXY_TYPE_…`, added up.
    pub flags: u32,
    /// `host:port`, or `protocol=host:port` several times with semicolons between.
    pub proxy: String,
    /// What is reached without it, with semicolons between.
    pub bypass: String,
    /// Where a script that chooses a proxy is.
    pub script: String,
}

/// What is to become of [`Options`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// As there.
    pub flags: Option<u32>,
    /// As there.
    pub proxy: Option<String>,
    /// As there.
    pub bypass: Option<String>,
    /// As there.
    pub script: Option<String>,
}

/// This machine's.
#[cfg(windows)]
pub(super) fn here() -> Option<Box<dyn SystemProxy>> {
    Some(Box::new(Windows::new(WinInet)))
}

impl<C: Connections> Windows<C> {
    /// By these connections.
    pub(super) fn new(connections: C) -> Windows<C> {
        Windows { connections }
    }

    /// The network first. Connections that cannot be read have nothing that could be put back, and are left alone.
    fn names(&mut self) -> Vec<String> {
        let mut names = vec![String::new()];
        match self.connections.names() {
            Ok(more) => names.extend(more),
            Err(error) => tracing::warn!(%error, "the proxies of VPN connections are left as they are"),
        }
        names
    }
}

impl<C: Connections> SystemProxy for Windows<C> {
    fn name(&self) -> &'static str {
        "windows"
    }

    fn read(&mut self) -> Result<Snapshot, ProxyError> {
        let mut settings = Vec::new();
        for name in self.names() {
            let options = match self.connections.options(&name) {
                Ok(options) => options,
                Err(error) if name.is_empty() => return Err(error),
                Err(_) => continue,
            };
            let text = |text: String| (!text.is_empty()).then_some(text);
            settings.push((full_key("flags", &name), Some(options.flags.to_string())));
            settings.push((full_key("proxy", &name), text(options.proxy)));
            settings.push((full_key("bypass", &name), text(options.bypass)));
            settings.push((full_key("script", &name), text(options.script)));
        }
        Ok(settings.into_iter().collect())
    }

    fn write(&mut self, values: &Snapshot) -> Result<(), ProxyError> {
        let mut names: Vec<&str> = values.keys().filter_map(|key| Some(key.split_once('/')?.1)).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let text = |what: &str| {
                let key = full_key(what, name);
                values.contains(&key).then(|| values.value(&key).unwrap_or_default().to_owned())
            };
            let flags = match values.value(&full_key("flags", name)).map(str::parse) {
                None if values.contains(&full_key("flags", name)) => Some(DIRECT),
                None => None,
                Some(Ok(flags)) => Some(flags),
                Some(Err(_)) => return Err(ProxyError::Desktop("flags are a number".to_owned())),
            };
            let changes = Changes { flags, proxy: text("proxy"), bypass: text("bypass"), script: text("script") };
            self.connections.set(name, &changes)?;
        }
        self.connections.tell()
    }

    /// A script would win over the proxy, so it goes first and comes back last, unless it is to be ours.
    fn plan(&self, present: &Snapshot, wanted: &Wanted) -> Vec<Step> {
        let proxy = wanted.address().to_string();
        let bypass = wanted.bypass().iter().map(|host| own_notation(host)).collect::<Vec<_>>().join(";");
        let flags = (DIRECT | if wanted.script().is_some() { SCRIPT } else { PROXY }).to_string();
        let mut parts: Vec<(Part, &'static str, Option<&str>)> = match wanted.script() {
            Some(url) => vec![(Part::Endpoint, "script", Some(url))],
            None => vec![
                (Part::Script, "script", None),
                (Part::Endpoint, "proxy", Some(&*proxy)),
                (Part::Bypass, "bypass", Some(&*bypass)),
            ],
        };
        parts.push((Part::Switch, "flags", Some(&*flags)));
        let names: Vec<&str> = present.keys().filter_map(|key| key.strip_prefix("flags/")).collect();
        let step = |part, what, value: Option<&str>, name: &str| Step {
            part,
            values: [(full_key(what, name), value)].into_iter().collect(),
        };
        let each =
            |(part, what, value): (Part, &'static str, _)| names.iter().map(move |name| step(part, what, value, name));
        parts.into_iter().flat_map(each).collect()
    }

    fn endpoints(&self, values: &Snapshot) -> Vec<Endpoint> {
        let all = |what: &'static str| {
            values.iter().filter(move |(key, _)| key.starts_with(what)).filter_map(|(_, text)| text)
        };
        let proxies = all("proxy/").flat_map(|text| text.split([';', ' '])).filter_map(endpoint);
        proxies.chain(all("script/").filter_map(Endpoint::of_script)).collect()
    }

    fn governs(&self, keys: &Snapshot, endpoint: &Snapshot) -> bool {
        let name = |keys: &Snapshot| keys.keys().next().and_then(|key| Some(key.split_once('/')?.1.to_owned()));
        name(keys) == name(endpoint)
    }
}

impl<C> std::fmt::Debug for Windows<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Windows")
    }
}

/// `host:port`, `http=host:port`, `http=http://host:port`.
fn endpoint(text: &str) -> Option<Endpoint> {
    let text = text.split_once('=').map_or(text, |(_, rest)| rest);
    let text = text.split_once("://").map_or(text, |(_, rest)| rest).trim_end_matches('/').trim();
    let (host, port) = text.rsplit_once(':')?;
    (!host.is_empty()).then_some(Endpoint { host: host.to_owned(), port: port.parse().ok()? })
}

/// It knows no networks, but names and addresses with asterisks in.
fn own_notation(host: &str) -> String {
    let octets = host.split_once('/').and_then(|(ip, len)| Some((ip, len.parse::<usize>().ok()? / 8)));
    match octets {
        Some((ip, whole)) if ip.contains('.') && (1..=3).contains(&whole) => {
            ip.split('.').take(whole).map(|octet| format!("{octet}.")).collect::<String>() + "*"
        }
        _ => host.to_owned(),
    }
}

fn full_key(what: &str, name: &str) -> String {
    format!("{what}/{name}")
}

/// `PROXY_TYPE_DIRECT`: what cannot be reached through the proxy, or has none, is reached directly. Always set.
const DIRECT: u32 = 1;

/// `PROXY_TYPE_PROXY`. The others are off while it is the proxy that counts; one of them is a search for a script (8).
const PROXY: u32 = 2;

/// `PROXY_TYPE_AUTO_PROXY_URL`.
const SCRIPT: u32 = 4;

#[cfg(test)]
mod tests;
