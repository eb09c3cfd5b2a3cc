//! A regular expression of a rule as JavaScript has it. The two mean the same by almost every sign, and where they do
//! not, this one is made from what it means, not from how it is written.
//!
//! JavaScript tries one way after the other, so an expression that has too many of them is not said at all: a list from
//! somewhere could keep a browser busy with it for ever.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// In how many ways an expression may go about a name of the greatest length: two stars, or one that may begin anywhere, and
/// little beside.
const MAX_WAYS: u64 = 1 << 17;
/// How often something is repeated that may be repeated for ever.
const FOR_EVER: u64 = 254;

/// `pattern` between slashes, and in how many ways it is tried at most; `None` where that is too many, or it cannot be
/// said. It is for names in lower case.
pub(super) fn javascript(pattern: &str) -> Option<(String, u64)> {
    let mut parser = ParserBuilder::new().unicode(false).utf8(false).case_insensitive(true).build();
    let meant = parser.parse(pattern).ok()?;
    let mut out = "/".to_owned();
    let mut ways = write(&meant, &mut out)?;
    out.push('/');
    // Without a place to begin at it is tried from every character on, which a machine does at once for what is short.
    if ways >= FOR_EVER && !meant.properties().look_set_prefix().contains(Look::Start) {
        ways = ways.checked_mul(FOR_EVER)?;
    }
    (ways <= MAX_WAYS).then_some((out, ways))
}

fn write(meant: &Hir, out: &mut String) -> Option<u64> {
    match meant.kind() {
        HirKind::Empty => out.push_str("(?:)"),
        HirKind::Literal(literal) => literal.0.iter().for_each(|&byte| write_byte(byte, out)),
        HirKind::Class(class) => write_class(class, out),
        HirKind::Look(look) => out.push_str(match look {
            // No name has lines.
            Look::Start | Look::StartLF | Look::StartCRLF => "^",
            Look::End | Look::EndLF | Look::EndCRLF => "$",
            Look::WordAscii => r"\b",
            Look::WordAsciiNegate => r"\B",
            _ => return None,
        }),
        HirKind::Repetition(repetition) => return write_repetition(repetition, out),
        HirKind::Capture(capture) => return grouped(out, |out| write(&capture.sub, out)),
        HirKind::Concat(parts) => {
            return parts.iter().try_fold(1_u64, |ways, part| ways.checked_mul(write(part, out)?));
        }
        HirKind::Alternation(branches) => {
            return grouped(out, |out| {
                branches.iter().enumerate().try_fold(0_u64, |ways, (at, branch)| {
                    if at > 0 {
                        out.push('|');
                    }
                    ways.checked_add(write(branch, out)?)
                })
            });
        }
    }
    Some(1)
}

fn write_repetition(repetition: &Repetition, out: &mut String) -> Option<u64> {
    let ways = grouped(out, |out| write(&repetition.sub, out))?;
    let (min, max) = (repetition.min, repetition.max);
    out.push_str(&match max {
        Some(max) => format!("{{{min},{max}}}"),
        None => format!("{{{min},}}"),
    });
    match max {
        Some(1) => ways.checked_add(u64::from(min == 0)),
        Some(max) if ways == 1 => Some(u64::from(max.saturating_sub(min)) + 1),
        None if ways == 1 => Some(FOR_EVER),
        // A choice that is made again and again: the ways would be a power.
        _ => None,
    }
}

fn grouped(out: &mut String, write: impl FnOnce(&mut String) -> Option<u64>) -> Option<u64> {
    out.push_str("(?:");
    let ways = write(out)?;
    out.push(')');
    Some(ways)
}

/// Only what a name in lower case can have is of interest.
fn write_class(class: &Class, out: &mut String) {
    let holds = |byte: u8| match class {
        Class::Bytes(bytes) => bytes.ranges().iter().any(|range| (range.start()..=range.end()).contains(&byte)),
        Class::Unicode(chars) => {
            chars.ranges().iter().any(|range| (range.start()..=range.end()).contains(&char::from(byte)))
        }
    };
    let mut ranges: Vec<(u8, u8)> = Vec::new();
    let mut whole = true;
    for byte in (b'!'..=b'~').filter(|byte| !byte.is_ascii_uppercase()) {
        if !holds(byte) {
            whole = false;
            continue;
        }
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == byte => *last = byte,
            _ => ranges.push((byte, byte)),
        }
    }
    match ranges[..] {
        _ if whole => out.push('.'),
        // Matches nothing.
        [] => out.push_str("(?!)"),
        [(first, last)] if first == last => write_byte(first, out),
        _ => {
            out.push('[');
            for (first, last) in ranges {
                write_byte(first, out);
                if first < last {
                    out.push('-');
                    write_byte(last, out);
                }
            }
            out.push(']');
        }
    }
}

/// So that it means nothing but itself, in a class too.
fn write_byte(byte: u8, out: &mut String) {
    if byte.is_ascii_alphanumeric() || byte == b'_' {
        out.push(char::from(byte));
    } else {
        out.push_str(&format!("\\x{byte:02x}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_said_by_what_it_means() {
        for (pattern, expected) in [
            (r"^ads?\d*\.", r"/^ad(?:s){0,1}(?:[0-9]){0,}\x2e/"),
            (r"(google|bing)\.[a-z]{2,3}$", r"/(?:(?:google|bing))\x2e(?:[a-z]){2,3}$/"),
            (r"[^a]x", r"/[!-@\x5b-`b-~]x/"),
            (r"(?i:A).*/", r"/a(?:.){0,}\x2f/"),
            (r"(?x) a b # and no more", "/ab/"),
            (r"\Aa\z", "/^a$/"),
            (r"a\b", r"/a\b/"),
            (r"[[:^ascii:]]", "/(?!)/"),
        ] {
            let said = javascript(pattern).map(|(text, _)| text);
            let plain = said.as_deref().map(|text| text.replace(r"\x21", "!").replace(r"\x40", "@"));
            let plain = plain.as_deref().map(|text| text.replace(r"\x60", "`").replace(r"\x7e", "~"));
            assert_eq!(plain.as_deref(), Some(expected), "{pattern}");
        }
    }

    #[test]
    fn what_could_be_tried_for_ever_is_not_said() {
        for (pattern, said) in [
            ("(a+)+$", false),
            ("(a|aa)+$", false),
            ("(a?){30}a{30}", false),
            (".*.*.*x", false),
            (".*a.*b", false),
            ("^.*a.*b", true),
            (".*a", true),
            ("a[0-9]{1,253}b.*", false),
            ("(a|b|c|d)x", true),
            ("(ab)+", true),
            ("(x{1,200}y{1,200}z{1,200})w", false),
            (r"\b{start}a", false),
            ("(", false),
            ("", true),
        ] {
            assert_eq!(javascript(pattern).is_some(), said, "{pattern}");
        }
    }
}
