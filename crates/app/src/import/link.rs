//! One link read, or several that were pasted into one another.

use std::collections::HashSet;

use parasol_proto::Link;
use parasol_proto::link::{MAX_LINK, is_link};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::base64_text::base64_text;
use super::entry::{Draft, Server};
use super::fault::{ImportFault, short};
use super::find::{FOREIGN, Found, LISTS, first_link, marks, scheme};
use super::{MAX_ENTRIES, neko_box, plugin_options};

type Read = Result<Draft, ImportFault>;

/// What a link of a line says.
pub(super) fn read(Found { text, encoded, rest }: Found<'_>) -> Vec<Read> {
    if encoded {
        let decoded = Zeroizing::new(percent_decode_str(text).decode_utf8_lossy().into_owned());
        return all(&decoded, "");
    }
    all(text, rest)
}

/// The links of a text that begins with one. Where `ss://` stands in it again each part is a link of its own, or none is
/// taken: a name would hold the next one's password. `rest` is what follows the text.
pub(super) fn all(text: &str, rest: &str) -> Vec<Read> {
    let parts = if is_link(text) { parts(text) } else { vec![text] };
    if let [one] = parts[..] {
        return vec![read_one(one, rest)];
    }
    if !parts.iter().all(|part| Link::decode_legacy(part).is_ok()) {
        return vec![Err(ImportFault::TwoLinks)];
    }
    let mut seen = HashSet::new();
    let once = parts.into_iter().map(str::trim).filter(|part| seen.insert(*part));
    once.take(MAX_ENTRIES + 1).map(|part| read_one(part, "")).collect()
}

fn parts(text: &str) -> Vec<&str> {
    let starts: Vec<usize> = marks(text).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(start, end)| &text[*start..end]).collect()
}

fn read_one(link: &str, rest: &str) -> Read {
    if is_link(link) {
        return shadowsocks(link).or_else(|fault| again(link, rest).unwrap_or(Err(fault)));
    }
    let scheme = link.split_once("://").and_then(|(name, _)| scheme(name)).unwrap_or_default();
    match scheme {
        "nekoray" => neko_box::link(link),
        name if LISTS.contains(&name) => Err(ImportFault::Subscription),
        name if FOREIGN.contains(&name) => Err(ImportFault::ForeignLink { name: name.to_owned() }),
        name => Err(ImportFault::OtherProtocol { name: name.to_owned() }),
    }
}

/// What a link that cannot be read is without the marks of a sentence behind it; or why, if it would be one without the
/// space that it ends at. That is not closed up: what stands behind it may be somebody else's words.
fn again(link: &str, rest: &str) -> Option<Read> {
    let good = |text: &str| Link::decode_legacy(text).is_ok();
    if link.len() > MAX_LINK || good(link) {
        return None;
    }
    let bare = without_marks(link);
    if good(bare) {
        return Some(shadowsocks(bare));
    }
    let mut closed = Zeroizing::new(String::with_capacity(MAX_LINK));
    closed.push_str(link);
    for word in rest.split_whitespace().take(2) {
        if closed.len() + word.len() > MAX_LINK {
            break;
        }
        closed.push_str(word);
        if good(&closed) {
            return Some(Err(ImportFault::Space));
        }
    }
    None
}

/// The link without what ends a sentence, or a tag of a web page.
fn without_marks(link: &str) -> &str {
    const MARKS: &[char] = &[
        '.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '"', '\'', '*', '`', '。', '，', '；', '：', '！', '？',
        '、', '）', '】', '」', '』', '》', '”', '’', '…',
    ];
    let mut bare = link;
    loop {
        let cut = bare.trim_end_matches(MARKS);
        let cut = ["&gt", "&lt", "&quot"].iter().fold(cut, |text, mark| text.strip_suffix(mark).unwrap_or(text));
        if cut.len() == bare.len() {
            return bare;
        }
        bare = cut;
    }
}

fn shadowsocks(text: &str) -> Read {
    let mut server = Server::from(Link::decode_legacy(text)?);
    let (body, name) = text.split_once('#').unwrap_or((text, ""));
    if first_link(name).is_some() {
        return Err(ImportFault::TwoLinks);
    }
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
    // A name is shown, and a link holds a password. One that was written out is no second one, and costs the name alone.
    if let Some(at) = first_link(&server.name) {
        server.name.truncate(at);
    }
    server.draft()
}

/// The most keys of a link's query that are looked at.
const MAX_KEYS: usize = 32;
/// The most characters that are kept of the value of one.
const MAX_VALUE: usize = 256;
