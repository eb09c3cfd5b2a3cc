//! What a line says. Any of it may repeat what a peer sent, or be as long as a peer likes.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// The most bytes of a message or a value; what is longer ends in `…`.
pub(super) const MAX: usize = 1_000;

/// One line with everything in it to be seen, cut where it is too long, and without what a link holds.
pub(super) fn words(value: &dyn fmt::Debug) -> String {
    let mut said = Bounded { text: String::new(), full: false };
    // It fails when it is full; nothing more is then made of a value that could be without end.
    let _ = write!(said, "{value:?}");
    let mut text = without_links(&said.text).into_owned();
    if said.full {
        text.push('…');
    }
    text
}

struct Bounded {
    text: String,
    full: bool,
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        for char in part.chars() {
            let before = self.text.len();
            match char {
                '"' | '\'' | '\\' => self.text.push(char),
                char => self.text.extend(char.escape_debug()),
            }
            if self.text.len() > MAX {
                self.text.truncate(before);
                self.full = true;
                return Err(fmt::Error);
            }
        }
        Ok(())
    }
}

/// The same text with nothing of a link but its scheme and, of a web address, its host: the rest may be a password or a token.
fn without_links(text: &str) -> Cow<'_, str> {
    if !text.contains("://") {
        return Cow::Borrowed(text);
    }
    let (mut safe, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("://") {
        let (before, link) = rest.split_at(at);
        let link = &link[3..];
        let ends = |char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '<' | '>' | '`');
        let (link, after) = link.split_at(link.find(ends).unwrap_or(link.len()));
        safe.push_str(before);
        safe.push_str("://");
        let scheme = before.to_ascii_lowercase();
        if scheme.ends_with("http") || scheme.ends_with("https") {
            let authority = &link[..link.find(['/', '?', '#', '\\']).unwrap_or(link.len())];
            // One behind it says that what looks like the host may be a part of a login.
            let host = match link[authority.len()..].contains('@') {
                true => "",
                false => authority.rsplit('@').next().unwrap_or_default(),
            };
            safe.push_str(host);
            if host.len() != link.len() {
                safe.push('…');
            }
        } else {
            safe.push('…');
        }
        rest = after;
    }
    safe.push_str(rest);
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        words(&format_args!("{text}"))
    }

    #[test]
    fn it_is_one_line_with_everything_to_be_seen() {
        assert_eq!(said("a\r\nWARN b\u{1b}[2J\u{202e}c <b>"), "a\\r\\nWARN b\\u{1b}[2J\\u{202e}c <b>");
        assert_eq!(said("it's \"so\""), "it's \"so\"");
    }

    #[test]
    fn however_long_a_value_is_it_is_cut_and_its_rest_is_not_even_made() {
        struct Endless<'a>(&'a std::cell::Cell<u32>);
        impl fmt::Debug for Endless<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                loop {
                    self.0.set(self.0.get() + 1);
                    f.write_str("\u{202e}ab")?;
                }
            }
        }
        let made = std::cell::Cell::new(0);
        let said = words(&Endless(&made));
        assert!(said.ends_with('…') && said.len() <= MAX + '…'.len_utf8(), "{}", said.len());
        // Ten bytes each, and one that does not fit any more.
        assert!(made.get() as usize <= MAX / 10 + 1, "{}", made.get());
    }

    #[test]
    fn a_link_tells_no_secret() {
        for (text, expected) in [
            ("ss://YWVzOnB3@h:1#n is bad", "ss://… is bad"),
            ("<SS://a> and \"vmess://b\"", "<SS://…> and \"vmess://…\""),
            ("get https://user:pw@lists.example:8443/token?k=v now", "get https://lists.example:8443… now"),
            ("http://h.example", "http://h.example"),
            ("https://me:pa#ss@h/x and https://me:p/w@h", "https://… and https://…"),
            ("https://pw@evil@h.example#frag", "https://h.example…"),
            ("ss://", "ss://…"),
            ("://://", "://…"),
            ("a socks5://u:p@h ss://b", "a socks5://… ss://…"),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }
}
