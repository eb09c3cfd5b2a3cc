//! Links in a text: the clipboard, a file, what a QR code says.

use parasol_proto::Link;
use parasol_proto::link::is_link;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::base64_text::base64_text;
use super::entry::{Draft, Entry, Server};
use super::fault::{ImportFault, short};
use super::place::Place;
use super::{MAX_ENTRIES, neko_box, plugin_options};

/// Links of other protocols.
const OTHERS: &str = "\
    vmess vless trojan trojan-go ssr hysteria hysteria2 hy2 tuic wireguard wg warp socks socks4 socks4a \
    socks5 snell anytls juicity naive+https naive+quic ssh";
/// Links that only the program that writes them can read.
const FOREIGN: [&str; 3] = ["sn", "v2rayn", "clash"];

/// Whether a link of any protocol begins somewhere in the text.
pub(super) fn has_links(text: &str) -> bool {
    text.split_whitespace().any(|word| links(word).next().is_some())
}

/// Every link of the text with its line. A line with other words and no link is refused; more than are read, once.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let found = text.split('\n').zip(1..).flat_map(|(line, number)| {
        let mut all = line.split_whitespace().flat_map(links).map(one).peekable();
        let lost = (all.peek().is_none() && !line.trim().is_empty()).then(|| Err(no_link(line)));
        all.chain(lost).map(move |found| Entry { place: Place::line(number), found })
    });
    bounded(found)
}

/// A text that is to be one link, and may have spaces in its name.
pub(super) fn entry(text: &str, place: Place) -> Entry {
    let text = text.trim();
    let known = text.split_once("://").is_some_and(|(name, _)| scheme(name).is_some());
    Entry { place, found: if known { one(text) } else { Err(no_link(text)) } }
}

/// As many as are read, and what the next one is refused with.
pub(super) fn bounded(found: impl Iterator<Item = Entry>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = found.take(MAX_ENTRIES + 1).collect();
    if let Some(last) = entries.get_mut(MAX_ENTRIES) {
        last.found = Err(ImportFault::TooMany);
    }
    entries
}

fn no_link(line: &str) -> ImportFault {
    let address = line.trim().get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    if address { ImportFault::Subscription } else { ImportFault::NotALink }
}

/// The links in a word: one, or several with marks around and between them.
fn links(word: &str) -> impl Iterator<Item = &str> {
    let mut starts = Vec::new();
    for (at, _) in word.match_indices("://") {
        let of_scheme = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '-';
        let begin = word[..at].trim_end_matches(of_scheme).len();
        // A name may have an address in it, which is no further link; one that follows a mark is.
        if scheme(&word[begin..at]).is_some() && (starts.is_empty() || word[..begin].ends_with(BETWEEN)) {
            starts.push(begin);
        }
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([word.len()]).collect();
    starts.into_iter().zip(ends).map(move |(start, end)| {
        let link = &word[start..end];
        let closing = match word[..start].chars().next_back() {
            Some('<') => '>',
            Some('(') => ')',
            Some('[') => ']',
            Some(mark @ ('"' | '\'' | '`')) => mark,
            _ if end < word.len() => return link.trim_end_matches(BETWEEN),
            _ => return link,
        };
        link.split_once(closing).map_or(link, |(link, _)| link)
    })
}

/// What stands between links.
const BETWEEN: [char; 9] = ['"', '\'', '<', '(', '[', ',', ';', '|', '`'];

/// The scheme, if links with it are told apart from other words.
fn scheme(text: &str) -> Option<&'static str> {
    let ours = ["ss", "ssconf", "nekoray"];
    OTHERS.split(' ').chain(FOREIGN).chain(ours).find(|known| known.eq_ignore_ascii_case(text))
}

fn one(link: &str) -> Result<Draft, ImportFault> {
    if is_link(link) {
        return shadowsocks(link);
    }
    let scheme = link.split_once("://").and_then(|(name, _)| scheme(name)).unwrap_or_default();
    match scheme {
        "ssconf" => Err(ImportFault::Subscription),
        "nekoray" => neko_box::link(link),
        name if FOREIGN.contains(&name) => Err(ImportFault::ForeignLink { name: name.to_owned() }),
        name => Err(ImportFault::OtherProtocol { name: name.to_owned() }),
    }
}

fn shadowsocks(text: &str) -> Result<Draft, ImportFault> {
    let mut server = Server::from(Link::decode_legacy(text)?);
    let body = text.split_once('#').map_or(text, |(body, _)| body);
    let query = body.split_once('?').map_or("", |(_, query)| query);
    for pair in query.split('&').take(MAX_KEYS) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = || percent_decode_str(value).decode_utf8_lossy().into_owned();
        match key {
            // `outline` says who wrote it, `group` and `udp` say nothing that is not so anyway.
            "" | "plugin" | "outline" | "group" | "udp" | "type" => {}
            // As old ShadowsocksX-NG writes a name.
            "Remark" if server.name.is_empty() => server.name = base64_text(value).unwrap_or_else(decoded),
            // As Clash Verge writes a plugin.
            "v2ray-plugin" if server.plugin.is_empty() => {
                let fault = || ImportFault::Plugin { name: key.to_owned() };
                let options = base64_text(&decoded()).ok_or_else(fault)?;
                let options: Map<String, Value> = serde_json::from_str(&options).map_err(|_| fault())?;
                plugin_options::v2ray(&mut server, options);
            }
            _ if value.is_empty() || value == "0" || value == "false" => {}
            _ => {
                server.unused.push(short(key));
                server.rest.insert(short(key), Value::String(decoded().chars().take(MAX_VALUE).collect()));
            }
        }
    }
    server.draft()
}

/// The most keys of a link's query that are looked at.
const MAX_KEYS: usize = 32;
/// The most characters that are kept of the value of one.
const MAX_VALUE: usize = 256;
