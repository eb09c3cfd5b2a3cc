//! Where links stand in a line, among whatever other words.

use parasol_proto::Link;
use parasol_proto::link::{MAX_LINK, is_link};

/// Links of other protocols.
const OTHERS: &str = "\
    vmess vless trojan trojan-go ssr hysteria hysteria2 hy2 tuic wireguard wg warp socks socks4 socks4a \
    socks5 snell anytls juicity naive+https naive+quic ssh";
/// Links that only the program that writes them can read.
pub(super) const FOREIGN: [&str; 2] = ["sn", "v2rayn"];
/// Links that hold the address of a list, each for the program that it is called after.
pub(super) const LISTS: [&str; 7] = ["ssconf", "clash", "clashmeta", "sing-box", "shadowrocket", "hiddify", "sub"];
/// What stands between links.
const BETWEEN: [char; 9] = ['"', '\'', '<', '(', '[', ',', ';', '|', '`'];
/// How an address writes `ss://` that it carries, as the invitations to Outline do.
const ENCODED: &[u8] = b"ss%3A%2F%2F";

/// A link in a line.
pub(super) struct Found<'a> {
    pub(super) text: &'a str,
    /// It stands within an address, percent-encoded.
    pub(super) encoded: bool,
    /// What follows it, up to the next one.
    pub(super) rest: &'a str,
}

/// Where one begins.
struct Start {
    at: usize,
    /// Where its word ends.
    word_end: usize,
    encoded: bool,
}

/// The scheme, if links with it are told apart from other words.
pub(super) fn scheme(text: &str) -> Option<&'static str> {
    let known = OTHERS.split(' ').chain(FOREIGN).chain(LISTS).chain(["ss", "nekoray"]);
    known.into_iter().find(|known| known.eq_ignore_ascii_case(text))
}

/// Where the first link begins in it, also one that another word runs into.
pub(super) fn first_link(text: &str) -> Option<usize> {
    let begin = |at: usize, known: &str| {
        let begin = at.checked_sub(known.len())?;
        text.get(begin..at).is_some_and(|tail| tail.eq_ignore_ascii_case(known)).then_some(begin)
    };
    let first = |at| OTHERS.split(' ').chain(["ss"]).filter_map(|known| begin(at, known)).min();
    text.match_indices("://").find_map(|(at, _)| first(at))
}

/// Where `ss://` stands.
pub(super) fn marks(text: &str) -> impl Iterator<Item = usize> {
    let begin = |(at, _)| usize::checked_sub(at, 2);
    text.match_indices("://").filter_map(begin).filter(|at| text.get(*at..).is_some_and(is_link))
}

/// The links of a line. Where it begins with one, names may have spaces: nothing else stands in it then.
pub(super) fn links(line: &str) -> impl Iterator<Item = Found<'_>> {
    let starts = starts(line);
    let alone = starts.first().is_some_and(|first| line[..first.at].trim().is_empty());
    let ends: Vec<usize> = starts.iter().skip(1).map(|start| start.at).chain([line.len()]).collect();
    starts.into_iter().zip(ends).map(move |(start, next)| {
        let span = &line[start.at..next];
        let mut text = &span[..length(line, &start, span, alone)];
        if next < line.len() && span[text.len()..].trim().is_empty() {
            text = text.trim_end().trim_end_matches(BETWEEN);
        }
        Found { text, encoded: start.encoded, rest: &span[text.len()..] }
    })
}

fn starts(line: &str) -> Vec<Start> {
    let mut starts = Vec::new();
    let mut word_at = 0;
    for piece in line.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let mut begins = |at: usize, encoded| {
            starts.push(Start { at: word_at + at, word_end: word_at + word.len(), encoded });
        };
        let mut found = false;
        for (at, _) in word.match_indices("://") {
            let of_scheme = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '-';
            let begin = word[..at].trim_end_matches(of_scheme).len();
            // A name may have an address in it, which is no further link; one that follows a mark is.
            if scheme(&word[begin..at]).is_some() && (!found || word[..begin].ends_with(BETWEEN)) {
                begins(begin, false);
                found = true;
            }
        }
        if !found && let Some((at, encoded)) = hidden(word) {
            begins(at, encoded);
        }
        word_at += piece.len();
    }
    starts
}

/// A link within an address, or behind a word that it was pasted to.
fn hidden(word: &str) -> Option<(usize, bool)> {
    let of_word = |at: usize| word[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
    let encoded = word.as_bytes().windows(ENCODED.len()).position(|text| text.eq_ignore_ascii_case(ENCODED));
    if let Some(at) = encoded.filter(|at| !of_word(*at)) {
        return Some((at, true));
    }
    let at = marks(word).next()?;
    Link::decode_legacy(&word[at..]).is_ok().then_some((at, false))
}

/// How long the link is that begins this span of a line.
fn length(line: &str, start: &Start, span: &str, alone: bool) -> usize {
    let word = &span[..span.len().min(start.word_end - start.at)];
    let named = is_link(word) && word.contains('#');
    let (closing, within) = match line[..start.at].chars().next_back() {
        Some('(') => (')', word),
        Some('[') => (']', word),
        Some('<') => ('>', if named { span } else { word }),
        Some(mark @ ('"' | '\'' | '`')) => (mark, if named { span } else { word }),
        _ => return if named && alone { run(span, word) } else { word.len() },
    };
    within.find(closing).unwrap_or(word.len())
}

/// How far the name goes of a link that begins with this word: up to the next address.
fn run(span: &str, word: &str) -> usize {
    let (mut at, mut end) = (word.len(), word.len());
    for piece in span[word.len()..].split_inclusive(char::is_whitespace) {
        let next = piece.trim_end();
        // One that runs into another link goes on, to be found there.
        if next.contains("://") && marks(next).next().is_none() {
            break;
        }
        if !next.is_empty() {
            end = at + next.len();
        }
        at += piece.len();
    }
    if end > MAX_LINK { word.len() } else { end }
}
