//! Regular expressions that only say a name: nearly all of those in public lists. As names they are found at once.
//! ```text
//!  (^|\.)example\.com$     the name and all below it; also  (?:^|\.)…  ^(.*\.)?…  ^(.+\.)?…  and their (?: forms
//!  ^example\.com$          the name
//!  \.example\.com$         all below it
//! ```
//! A dot that should have been escaped and was not, as in most lists, is taken for the dot that was meant.

use super::names::Reach;

const TREE: [&str; 8] =
    [r"(^|\.)", r"(?:^|\.)", r"(\.|^)", r"(?:\.|^)", r"^(.*\.)?", r"^(?:.*\.)?", r"^(.+\.)?", r"^(?:.+\.)?"];

/// The name, in lower case, that `pattern` says, and how far it reaches; `None` for a real pattern.
pub(super) fn plain_name(pattern: &str) -> Option<(String, Reach)> {
    let body = pattern.strip_suffix('$')?;
    let tree = TREE.iter().find_map(|head| body.strip_prefix(head)).map(|body| (body, Reach::Tree));
    let (body, reach) = tree
        .or_else(|| body.strip_prefix('^').map(|body| (body, Reach::Name)))
        .or_else(|| body.strip_prefix(r"\.").map(|body| (body, Reach::Below)))?;

    let mut name = String::with_capacity(body.len());
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        let literal = match c {
            '\\' => chars.next().filter(|c| matches!(c, '.' | '-'))?,
            '.' | '-' | '_' => c,
            c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
            _ => return None,
        };
        name.push(literal);
    }
    // An empty label is a dot that stands for something else, as in `^www.$`.
    name.split('.').all(|label| !label.is_empty()).then_some((name, reach))
}
