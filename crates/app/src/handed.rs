//! `Handed`: links that the system hands over, because somebody pressed one in a browser or a chat. Anybody can put them
//! there, so nothing is done by them: they are shown, and what comes of them is the user's to say.

use parasol_proto::link::MAX_LINK;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The schemes that Parasol is asked to open.
const SCHEMES: [&str; 2] = ["ss:", "ssconf:"];
/// The most links that are kept until the window takes them.
const MAX_LINKS: usize = 100;

/// Links that wait for the window. They hold passwords: wiped when dropped, and `Debug` shows nothing of them.
#[derive(Default, Clone, PartialEq, Eq, Serialize, Deserialize, TS, Zeroize, ZeroizeOnDrop)]
#[serde(rename_all = "camelCase")]
pub struct Handed {
    /// For the import, one a line.
    pub links: Vec<String>,
    /// How many were left out: too long, or too many.
    pub left_out: u32,
}

impl Handed {
    /// Keeps what of a program's arguments is a link; the rest is no business of ours. True when there was one.
    ///
    /// An option is never taken for a link, nor a link for an option, whatever a page has written into it: the system
    /// hands a link over as one argument that begins with its scheme.
    pub fn keep(&mut self, arguments: impl IntoIterator<Item = String>) -> bool {
        let mut any = false;
        for argument in arguments.into_iter().filter(|argument| is_link(argument)) {
            any = true;
            // Long before it is gone through.
            let link = if argument.len() > MAX_LINK { String::new() } else { visible(&argument) };
            if link.is_empty() || link.len() > MAX_LINK || self.links.len() == MAX_LINKS {
                self.left_out = self.left_out.saturating_add(1);
            } else if !self.links.contains(&link) {
                self.links.push(link);
            }
        }
        any
    }

    /// Keeps what another start has kept. It comes from another process, so it is looked at as arguments are.
    pub fn take_over(&mut self, mut other: Handed) -> bool {
        self.left_out = self.left_out.saturating_add(other.left_out);
        self.keep(std::mem::take(&mut other.links)) || other.left_out > 0
    }

    /// All of it, once.
    pub fn take(&mut self) -> Option<Handed> {
        let handed = std::mem::take(self);
        (handed != Handed::default()).then_some(handed)
    }
}

/// Whether this argument is a link that the system hands over.
#[must_use]
pub fn is_link(argument: &str) -> bool {
    SCHEMES.iter().any(|scheme| argument.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme)))
}

/// The same link with every character that ends the line, hides, or turns the direction of what follows written out as
/// links write it: what is shown is all that there is.
fn visible(link: &str) -> String {
    let mut visible = String::with_capacity(link.len());
    for char in link.chars() {
        if matches!(char, '"' | '\'' | '\\') || char.escape_debug().eq([char]) {
            visible.push(char);
        } else {
            for byte in char.encode_utf8(&mut [0; 4]).bytes() {
                visible.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    visible
}

impl std::fmt::Debug for Handed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handed").field("left_out", &self.left_out).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handed(arguments: &[&str]) -> Handed {
        let mut handed = Handed::default();
        handed.keep(arguments.iter().map(|argument| (*argument).to_owned()));
        handed
    }

    #[test]
    fn links_are_kept_and_nothing_else() {
        let ours = ["ss://a@b:1", "SS://c@d:2#x y", "ssconf://list.example/key", "ss:old"];
        let others =
            ["parasol-desktop", "--hidden", "--", "file:///etc/passwd", "https://x/?ss://a", "-ss://a", "ß", "s", ""];
        let mut all = Handed::default();
        assert!(!all.keep(others.map(str::to_owned)));
        assert_eq!(all.take(), None);
        assert!(all.keep(others.into_iter().chain(ours).map(str::to_owned)));
        assert_eq!(all.take(), Some(Handed { links: ours.map(str::to_owned).to_vec(), left_out: 0 }));
        assert_eq!(all.take(), None, "they are taken once");
    }

    #[test]
    fn what_cannot_be_seen_is_written_out_and_a_link_stays_one_line() {
        for (argument, link) in [
            ("ss://a@b:1#\u{202e}evil\u{2066}", "ss://a@b:1#%E2%80%AEevil%E2%81%A6"),
            ("ss://a@b:1\nssconf://c\r\u{0}", "ss://a@b:1%0Assconf://c%0D%00"),
            ("ss://a@b:1#\u{200b}\u{feff}\u{1b}[31m", "ss://a@b:1#%E2%80%8B%EF%BB%BF%1B[31m"),
            ("ss://a@b:1#Tōkyō \"'\\ 東京", "ss://a@b:1#Tōkyō \"'\\ 東京"),
            ("ss://--hidden", "ss://--hidden"),
        ] {
            assert_eq!(handed(&[argument]).links, [link], "{argument:?}");
        }
    }

    #[test]
    fn long_and_many_links_are_left_out_and_counted() {
        let long = |len: usize| format!("ss://{}", "x".repeat(len - 5));
        let all =
            handed(&[&long(MAX_LINK), &long(MAX_LINK + 1), &long(10 << 20), &format!("ss://{}", "\n".repeat(6000))]);
        assert_eq!((all.links.len(), all.left_out), (1, 3));

        let mut all = Handed::default();
        for round in 0..3 {
            assert!(all.keep((0..60).map(|n| format!("ss://{}", round * 60 + n))));
        }
        assert_eq!((all.links.len(), all.left_out), (MAX_LINKS, 80));
    }

    #[test]
    fn the_same_link_twice_is_one_and_debug_shows_none() {
        let all = handed(&["ss://s3cret@b:1", "ss://s3cret@b:1"]);
        assert_eq!(all.links.len(), 1);
        assert!(!format!("{all:?}").contains("s3cret"));
    }
}
