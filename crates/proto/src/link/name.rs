//! The name of a server, made fit to be shown.

/// The most characters of a name.
const MAX_CHARS: usize = 256;

/// A name without control characters and without those that reorder text (a name must not be able to break a line
/// of a log, or to look like another one), cut to 256 characters; `None` if nothing is left.
#[must_use]
pub fn clean_name(text: &str) -> Option<String> {
    let name = clean(text, MAX_CHARS);
    (!name.is_empty()).then_some(name)
}

/// The name of a method as an error may repeat it; empty for what does not look like one. It may be a password then, or
/// base64 with one in it.
#[must_use]
pub fn method_name(text: &str) -> String {
    const MAX: usize = 32;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.len() <= MAX && text.bytes().all(plain) { text.to_owned() } else { String::new() }
}

/// The first `max` characters that are safe to show.
fn clean(text: &str, max: usize) -> String {
    text.chars().filter(|&c| !c.is_control() && !reorders(c)).take(max).collect()
}

/// Bidirectional controls (Unicode UAX #9 §2 and their deprecated kin), and the two line breaks that are not control
/// characters. Joiners and tags stay: emoji are made of them.
const fn reorders(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_fit_to_be_shown() {
        for (text, name) in [
            ("Tokyo 1", Some("Tokyo 1")),
            ("東京 🇯🇵", Some("東京 🇯🇵")),
            ("👨‍👩‍👧", Some("👨‍👩‍👧")),
            ("a\r\nb\tc\u{1b}[31m\0\u{7f}\u{85}d", Some("abc[31md")),
            ("exe\u{202e}gpj.\u{2066}x\u{200f}\u{61c}", Some("exegpj.x")),
            ("a\u{2028}b\u{feff}", Some("ab")),
            ("<script>alert(1)</script>", Some("<script>alert(1)</script>")),
            ("\r\n", None),
            ("", None),
        ] {
            assert_eq!(clean_name(text).as_deref(), name, "{text:?}");
        }
        for (text, name) in [
            ("bf-cfb", "bf-cfb"),
            ("", ""),
            ("aes-256-gcm:x", ""),
            ("YWVzLTI1Ni1nY206c2VjcmV0", ""),
            ("a\n", ""),
            (&"m".repeat(33), ""),
        ] {
            assert_eq!(method_name(text), name, "{text:?}");
        }
        let long = clean_name(&"ü".repeat(100_000)).expect("something is left");
        assert_eq!(long.chars().count(), 256);
    }
}
