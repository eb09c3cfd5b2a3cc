//! Text of others, fit to be shown in a line.

/// The same without any character that ends the line, moves the cursor, hides, or turns the direction of what follows:
/// those are escaped.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '"' | '\'' | '\\' => plain.push(char),
            char => plain.extend(char.escape_debug()),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_and_reads_as_it_is() {
        for (text, expected) in [
            ("", ""),
            ("it's \"so\" \\ Æ", "it's \"so\" \\ Æ"),
            ("x\r\n\0\u{7f}\u{85}", r"x\r\n\0\u{7f}\u{85}"),
            ("\u{1b}[31mred\u{9b}", r"\u{1b}[31mred\u{9b}"),
            ("\u{202e}\u{2066}\u{2028}\u{200b}\u{feff}", r"\u{202e}\u{2066}\u{2028}\u{200b}\u{feff}"),
        ] {
            assert_eq!(plain(text), expected, "{text:?}");
        }
    }
}
