//! Links in a text: the clipboard, a file, the body of a subscription.

use std::iter;

use super::decode::strip_scheme;
use super::{Link, LinkError};

/// The most bytes of text that are searched.
pub const MAX_TEXT: usize = 10 * 1024 * 1024;

/// The links of a text, each with the number of its line, counted from 1.
///
/// Links are separated by white space; several may stand in one line, and other words beside them are ignored. A line
/// that is not blank and has no link gives one [`LinkError::NotALink`]. A text over [`MAX_TEXT`] is not searched and
/// gives one [`LinkError::TooLong`]. Links with legacy methods are read too: whether one may be used is the caller's to
/// ask. Work is done as results are asked for, so a caller that has seen enough stops.
pub fn find_links(text: &str) -> impl Iterator<Item = (usize, Result<Link, LinkError>)> + '_ {
    let (text, refusal) = if text.len() > MAX_TEXT { ("", Some((1, Err(LinkError::TooLong)))) } else { (text, None) };
    // What Windows editors put before the first line is neither space nor part of a link.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    refusal.into_iter().chain(text.split('\n').zip(1..).flat_map(|(line, number)| {
        let mut links =
            line.split_whitespace().filter(|word| strip_scheme(word).is_some()).map(Link::decode_legacy).peekable();
        let lost = links.peek().is_none() && !line.trim().is_empty();
        let lost = iter::repeat_n(Err(LinkError::NotALink), usize::from(lost));
        links.chain(lost).map(move |found| (number, found))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888";

    /// Line numbers, and the name of the link or its error.
    fn found(text: &str) -> Vec<(usize, Result<String, LinkError>)> {
        find_links(text).map(|(line, link)| (line, link.map(|link| link.name.unwrap_or_default()))).collect()
    }

    #[test]
    fn every_line_is_accounted_for() {
        let text = format!(
            "{GOOD}#a\r\n\r\n   \n see {GOOD}#b\tand SS{}#c \nvmess://x vless://y\nss://!\n{GOOD}#d e",
            &GOOD[2..]
        );
        let name = |name: &str| Ok(name.to_owned());
        assert_eq!(
            found(&text),
            [
                (1, name("a")),
                (4, name("b")),
                (4, name("c")),
                (5, Err(LinkError::NotALink)),
                (6, Err(LinkError::BadBase64)),
                (7, name("d")),
            ]
        );
        assert_eq!(found(&format!("\u{feff}{GOOD}#a")), [(1, name("a"))]);
        assert_eq!(found(""), []);
        assert_eq!(found(" \n\n"), []);
    }

    #[test]
    fn large_texts_are_bounded() {
        assert_eq!(found(&"a".repeat(MAX_TEXT + 1)), [(1, Err(LinkError::TooLong))]);
        assert_eq!(found(&format!("ss://{}", "A".repeat(MAX_TEXT - 5))), [(1, Err(LinkError::TooLong))]);
        assert_eq!(found(&"a".repeat(MAX_TEXT)), [(1, Err(LinkError::NotALink))]);
        let many = format!("{GOOD}\n").repeat(10_000);
        assert_eq!(find_links(&many).filter(|(_, link)| link.is_ok()).count(), 10_000);
        assert_eq!(find_links(&many).last().map(|(line, _)| line), Some(10_000));
    }
}
