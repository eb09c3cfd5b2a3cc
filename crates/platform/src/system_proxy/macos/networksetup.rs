//! What `networksetup` is told and says.

use super::Endpoint;

/// A protocol that macOS has a proxy for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Web,
    SecureWeb,
    Socks,
}

impl Kind {
    pub(super) const ALL: [Kind; 3] = [Kind::Web, Kind::SecureWeb, Kind::Socks];

    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Web => "web",
            Kind::SecureWeb => "secure web",
            Kind::Socks => "socks",
        }
    }

    pub(super) fn get(self) -> &'static str {
        match self {
            Kind::Web => "-getwebproxy",
            Kind::SecureWeb => "-getsecurewebproxy",
            Kind::Socks => "-getsocksfirewallproxy",
        }
    }

    pub(super) fn set(self) -> &'static str {
        match self {
            Kind::Web => "-setwebproxy",
            Kind::SecureWeb => "-setsecurewebproxy",
            Kind::Socks => "-setsocksfirewallproxy",
        }
    }

    pub(super) fn set_state(self) -> &'static str {
        match self {
            Kind::Web => "-setwebproxystate",
            Kind::SecureWeb => "-setsecurewebproxystate",
            Kind::Socks => "-setsocksfirewallproxystate",
        }
    }
}

/// What one command tells of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Proxy(Kind),
    Bypass,
    Script,
    Search,
}

impl Asked {
    pub(super) const ALL: [Asked; 6] = [
        Asked::Proxy(Kind::Web),
        Asked::Proxy(Kind::SecureWeb),
        Asked::Proxy(Kind::Socks),
        Asked::Bypass,
        Asked::Script,
        Asked::Search,
    ];

    /// By the first part of a key.
    pub(super) fn of(what: &str) -> Option<Asked> {
        match what {
            "bypass" => Some(Asked::Bypass),
            "script url" | "script on" => Some(Asked::Script),
            "search on" => Some(Asked::Search),
            _ => {
                let (kind, _) = what.rsplit_once(' ')?;
                Kind::ALL.into_iter().find(|known| known.name() == kind).map(Asked::Proxy)
            }
        }
    }
}

/// One of its proxies.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proxy {
    pub(super) is_on: bool,
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) has_login: bool,
}

impl Proxy {
    /// What it names. A loopback address that is switched off is none: it may be ours, left where it did not go away.
    pub(super) fn named(&self) -> Option<(&str, u16)> {
        let host = self.host.as_deref()?;
        let endpoint = Endpoint { host: host.to_owned(), port: self.port? };
        (self.is_on || !endpoint.is_loopback()).then_some((host, endpoint.port))
    }
}

/// The script that chooses a proxy.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Script {
    pub(super) is_on: bool,
    pub(super) url: Option<String>,
}

impl Script {
    /// Where it is; as for [`Proxy::named`].
    pub(super) fn named(&self) -> Option<&str> {
        let url = self.url.as_deref()?;
        let is_loopback = Endpoint::of_script(url).is_some_and(|endpoint| endpoint.is_loopback());
        (self.is_on || !is_loopback).then_some(url)
    }
}

/// The names of those that are switched on. The first line is a remark, and an asterisk says "off".
pub(super) fn parse_services(text: &str) -> Vec<String> {
    let is_remark = |line: &str| line.contains("asterisk") || line.contains("denotes");
    let mut lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).peekable();
    lines.next_if(|line| is_remark(line));
    lines.filter(|line| !line.starts_with('*')).map(str::to_owned).collect()
}

/// `Enabled: Yes`, `Server: …`, `Port: …`, `Authenticated Proxy Enabled: 0`, a line each. `None` for anything else.
pub(super) fn parse_proxy(text: &str) -> Option<Proxy> {
    let host = field(text, "Server")?;
    let port: u32 = field(text, "Port")?.parse().ok()?;
    Some(Proxy {
        is_on: yes(field(text, "Enabled")?)?,
        host: (!host.is_empty()).then(|| host.to_owned()),
        port: u16::try_from(port).ok().filter(|port| *port != 0),
        has_login: field(text, "Authenticated Proxy Enabled").and_then(yes)?,
    })
}

/// A line each; of none it says so in a sentence.
pub(super) fn parse_bypass(text: &str) -> Vec<String> {
    let is_domain = |line: &&str| !line.is_empty() && !line.contains(char::is_whitespace);
    text.lines().map(str::trim).filter(is_domain).map(str::to_owned).collect()
}

/// `URL: …` and `Enabled: No`; the URL is `(null)` where there is none.
pub(super) fn parse_script(text: &str) -> Option<Script> {
    let url = Some(field(text, "URL")?).filter(|url| !url.is_empty() && *url != "(null)");
    Some(Script { is_on: yes(field(text, "Enabled")?)?, url: url.map(str::to_owned) })
}

/// `Auto Proxy Discovery: Off`.
pub(super) fn parse_discovery(text: &str) -> Option<bool> {
    yes(field(text, "Auto Proxy Discovery")?)
}

/// It ends well with these, too.
#[cfg_attr(not(target_os = "macos"), allow(dead_code, reason = "only the real program is asked"))]
pub(super) fn is_error(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("** Error") || line.contains("You must run this tool as root"))
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| Some(line.trim().strip_prefix(name)?.strip_prefix(':')?.trim()))
}

fn yes(word: &str) -> Option<bool> {
    match word {
        "Yes" | "On" | "1" => Some(true),
        "No" | "Off" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_that_are_off_and_the_remark_are_not_listed() {
        let text = "An asterisk (*) denotes that a network service is disabled.\nWi-Fi\nUSB 10/100/1000 LAN\n*Thunderbolt Bridge\nInternet-Büro\n";
        assert_eq!(parse_services(text), ["Wi-Fi", "USB 10/100/1000 LAN", "Internet-Büro"]);
        assert_eq!(parse_services("Wi-Fi\n"), ["Wi-Fi"]);
        assert_eq!(parse_services(""), [""; 0]);
    }

    #[test]
    fn a_proxy_is_read_as_it_is_written() {
        let on = "Enabled: Yes\nServer: 127.0.0.1\nPort: 1080\nAuthenticated Proxy Enabled: 0\n";
        let proxy = Proxy { is_on: true, host: Some("127.0.0.1".into()), port: Some(1080), has_login: false };
        assert_eq!(parse_proxy(on), Some(proxy));
        let off = "Enabled: No\nServer: \nPort: 0\nAuthenticated Proxy Enabled: 0\n";
        assert_eq!(parse_proxy(off), Some(Proxy { is_on: false, host: None, port: None, has_login: false }));
        let login = "Enabled: Yes\nServer: p.example\nPort: 3128\nAuthenticated Proxy Enabled: 1\n";
        assert!(parse_proxy(login).unwrap().has_login);
        for odd in [
            "",
            "Enabled: Yes\n",
            "Enabled: Maybe\nServer: a\nPort: 1\nAuthenticated Proxy Enabled: 0",
            "Wi-Fi is not a recognized network service.\n** Error: The parameters were not valid.",
        ] {
            assert_eq!(parse_proxy(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_key_tells_which_command_reads_it() {
        for (what, asked) in [
            ("web host", Some(Asked::Proxy(Kind::Web))),
            ("secure web on", Some(Asked::Proxy(Kind::SecureWeb))),
            ("socks login", Some(Asked::Proxy(Kind::Socks))),
            ("bypass", Some(Asked::Bypass)),
            ("script url", Some(Asked::Script)),
            ("search on", Some(Asked::Search)),
            ("gopher host", None),
            ("web", None),
        ] {
            assert_eq!(Asked::of(what), asked, "{what}");
        }
    }

    #[test]
    fn lists_scripts_and_searches_are_read() {
        assert_eq!(parse_bypass("There aren't any bypass domains set on Wi-Fi.\n"), [""; 0]);
        assert_eq!(parse_bypass("*.local\n169.254/16\n"), ["*.local", "169.254/16"]);
        assert_eq!(parse_script("URL: (null)\nEnabled: No\n"), Some(Script { is_on: false, url: None }));
        let url = |url: &str| Some(url.to_owned());
        let wpad = parse_script("URL: http://wpad/x.pac\nEnabled: Yes\n");
        assert_eq!(wpad, Some(Script { is_on: true, url: url("http://wpad/x.pac") }));
        let left = Script { is_on: false, url: url("http://127.0.0.1:1080/x.pac") };
        assert_eq!(left.named(), None, "it may be ours");
        assert_eq!(Script { is_on: true, ..left }.named(), Some("http://127.0.0.1:1080/x.pac"));
        assert_eq!(parse_script("Wi-Fi is not a recognized network service.\n"), None);
        assert_eq!(parse_discovery("Auto Proxy Discovery: On\n"), Some(true));
        assert_eq!(parse_discovery("Auto Proxy Discovery: Off\n"), Some(false));
        assert_eq!(parse_discovery("Something else\n"), None);
        assert!(is_error("Wi-Fi is not a recognized network service.\n** Error: The parameters were not valid.\n"));
        assert!(!is_error("Enabled: No\n"));
    }
}
