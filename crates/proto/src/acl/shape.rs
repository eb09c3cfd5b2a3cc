//! Regular expressions that only say a name, or a part of one: nearly all of those in public lists. So understood, any
//! number of them is found at once.
//! ```text
//!  (^|\.)example\.com$     the name and all below it; also  (?:^|\.)…  ^(.*\.)?…  ^(.+\.)?…  and their (?: forms
//!  ^example\.com$          the name
//!  \.example\.com$         all below it
//!  (^|\.)example\.com      … and whatever may follow; likewise ^example\.com, \.example\.com and example\.com
//! ```
//! A dot that should have been escaped and was not, as in many lists, is taken for the dot that was meant.

use super::fragments::{END, Fragment, START};
use super::names::Reach;

/// What an expression says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// A rule on names.
    Name(String, Reach),
    /// A text that a name has somewhere.
    Fragment(Fragment),
}

const TREE: [&str; 8] =
    [r"(^|\.)", r"(?:^|\.)", r"(\.|^)", r"(?:\.|^)", r"^(.*\.)?", r"^(?:.*\.)?", r"^(.+\.)?", r"^(?:.+\.)?"];

/// The longest host name, in bytes.
const MAX_NAME: usize = 253;

/// How the text is bound at its left end.
#[derive(Clone, Copy)]
enum Left {
    Label,
    Start,
    Free,
}

/// What `pattern` says; `None` for a real expression.
pub(super) fn shape(pattern: &str) -> Option<Shape> {
    let (body, to_end) = match pattern.strip_suffix('$') {
        Some(body) => (body, true),
        None => (pattern, false),
    };
    let (left, body) = TREE
        .iter()
        .find_map(|head| body.strip_prefix(head))
        .map(|body| (Left::Label, body))
        .or_else(|| body.strip_prefix('^').map(|body| (Left::Start, body)))
        .unwrap_or((Left::Free, body));
    let text = literal(body)?;

    // What is longer than any name could not be found, and would only make the tree of names deep.
    let names = |text: &str| text.len() <= MAX_NAME && text.split('.').all(|label| !label.is_empty());
    let reach = match left {
        Left::Label => Some((text.as_str(), Reach::Tree)),
        Left::Start => Some((text.as_str(), Reach::Name)),
        Left::Free => text.strip_prefix('.').map(|text| (text, Reach::Below)),
    };
    if let Some((name, reach)) = reach.filter(|(name, _)| to_end && names(name)) {
        return Some(Shape::Name(name.to_owned(), reach));
    }

    let inner = matches!(left, Left::Free) && text.starts_with('.');
    let mut marked = String::with_capacity(text.len() + 3);
    match left {
        Left::Label => marked.push('.'),
        Left::Start => marked.extend([START, '.']),
        Left::Free => {}
    }
    marked.push_str(&text);
    if to_end {
        marked.push(END);
    }
    Some(Shape::Fragment(Fragment { text: marked, inner }))
}

/// The text that an expression without operators matches, in lower case. It has a letter or digit: an expression of
/// nothing but dots is meant as one.
fn literal(body: &str) -> Option<String> {
    let mut text = String::with_capacity(body.len());
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        let literal = match c {
            '\\' => chars.next().filter(|c| matches!(c, '.' | '-'))?,
            '.' | '-' | '_' => c,
            c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
            _ => return None,
        };
        text.push(literal);
    }
    text.bytes().any(|b| b.is_ascii_alphanumeric()).then_some(text)
}
