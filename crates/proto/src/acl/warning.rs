//! What a reader of an ACL file should know: lines that do nothing, or not what they look like.

use thiserror::Error;

/// The most warnings that are kept; a file of a million bad lines is told of once, not a million times.
pub const MAX_WARNINGS: usize = 100;

/// The most characters of a line that a warning repeats.
const MAX_SHOWN: usize = 80;

/// A line that is not applied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {kind}: {text}")]
pub struct Warning {
    /// The line, counted from 1.
    pub line: usize,
    /// The line's text, cut to 80 characters and without control characters.
    pub text: String,
    /// What is wrong with it.
    pub kind: WarningKind,
}

/// Why a line is not applied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WarningKind {
    /// Not a heading that is known. The rules below it, up to the next heading, are not applied: in the list above
    /// they would do what nobody asked for.
    #[error("unknown section, the rules in it are not applied")]
    UnknownSection,
    /// An address with a prefix that is none.
    #[error("not a network")]
    BadNetwork,
    /// Behind `|` or `||` stands no host name.
    #[error("not a host name")]
    BadName,
    /// The regular expression cannot be read; what its parser says of it.
    #[error("not a regular expression that can be used ({0})")]
    BadPattern(String),
    /// The regular expression would take too much memory.
    #[error("the regular expression is too big")]
    PatternTooBig,
    /// One regular expression more than [`crate::acl::MAX_PATTERNS`].
    #[error("too many regular expressions; a name is better written as |name or ||name")]
    TooManyPatterns,
    /// A regular expression with letters that no host name on the wire has.
    #[error("has characters outside ASCII, which match no host name")]
    NotAscii,
    /// Over [`crate::acl::MAX_LINE`] bytes.
    #[error("the line is too long")]
    TooLong,
    /// `#IMPORT_URL`: nothing is fetched.
    #[error("imports are not followed")]
    Import,
}

/// The warnings of one file, in the order of its lines, at most [`MAX_WARNINGS`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Warnings {
    kept: Vec<Warning>,
    dropped: usize,
}

impl Warnings {
    pub(super) fn push(&mut self, line: usize, text: &str, kind: WarningKind) {
        if self.kept.len() < MAX_WARNINGS {
            let text = text.chars().filter(|c| !c.is_control()).take(MAX_SHOWN).collect();
            self.kept.push(Warning { line, text, kind });
        } else {
            self.dropped += 1;
        }
    }

    /// Patterns are compiled after all lines were read.
    pub(super) fn sort(&mut self) {
        self.kept.sort_by_key(|warning| warning.line);
    }

    /// Those that were kept.
    #[must_use]
    pub fn as_slice(&self) -> &[Warning] {
        &self.kept
    }

    /// How many more there were.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Whether every line was understood.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}
