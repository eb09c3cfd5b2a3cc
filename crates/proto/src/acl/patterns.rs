//! `Patterns`: the regular expressions of a list, tried all at once in time linear in the name.

use regex::bytes::{RegexBuilder, RegexSet, RegexSetBuilder};

use super::warning::WarningKind;

/// The most regular expressions of one list. Those that only say a name or a part of one do not count.
pub const MAX_PATTERNS: usize = 2_000;

/// The most memory of one compiled expression: enough for some hundred alternatives, too little for `(.{1000}){1000}`.
const PATTERN_SIZE: usize = 256 * 1024;
/// The most memory of all expressions of a list together.
const SET_SIZE: usize = 64 * 1024 * 1024;
/// The most memory of the matcher's cache of states, for each thread.
const CACHE_SIZE: usize = 8 * 1024 * 1024;

/// A list's regular expressions, without regard to case.
#[derive(Debug)]
pub(super) struct Patterns(RegexSet);

impl Patterns {
    /// Whether `pattern` can be used at all. Each is tried alone, because an error of the whole set names no line.
    pub(super) fn check(pattern: &str) -> Result<(), WarningKind> {
        match RegexBuilder::new(pattern).case_insensitive(true).unicode(false).size_limit(PATTERN_SIZE).build() {
            Ok(_) => Ok(()),
            Err(regex::Error::CompiledTooBig(_)) => Err(WarningKind::PatternTooBig),
            Err(error) => Err(WarningKind::BadPattern(said(&error))),
        }
    }

    /// The set of `patterns`, which were checked. Takes from the end of `patterns` what is too much together and
    /// leaves the rest; the caller sees it by the length.
    pub(super) fn new(patterns: &mut Vec<&str>) -> Patterns {
        loop {
            let set = RegexSetBuilder::new(patterns.iter())
                .case_insensitive(true)
                .unicode(false)
                .size_limit(SET_SIZE)
                .dfa_size_limit(CACHE_SIZE)
                .build();
            match set {
                Ok(set) => return Patterns(set),
                Err(_) => patterns.truncate(patterns.len() / 2),
            }
        }
    }

    /// The number of the first pattern, in the order given, that matches `host`.
    pub(super) fn find(&self, host: &str) -> Option<usize> {
        // Most names match nothing, and to know that is cheaper than to know which.
        if self.0.is_empty() || !self.0.is_match(host.as_bytes()) {
            return None;
        }
        self.0.matches(host.as_bytes()).iter().next()
    }
}

/// The last line of the parser's message; those before it draw the pattern, which the warning shows anyway.
fn said(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().next_back().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}
