//! What the window is told about rules: what a text would become, and where one target goes.

use serde::Serialize;
use ts_rs::TS;

/// What a text of rules would become, before it is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RulesPreview {
    /// How many rules would be in force.
    pub rules: u32,
    /// The first lines that would not be applied, at most 100.
    pub refused: Vec<RuleRefused>,
    /// How many more there are.
    pub more: u32,
    /// The text is too long to be saved, in which case nothing of it was read.
    pub too_long: bool,
}

/// A line that is not applied. It is kept in the text all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RuleRefused {
    /// The line, from 1.
    pub line: u32,
    /// What stands there, at most 80 characters.
    pub text: String,
    /// Why.
    pub reason: RuleFault,
}

/// Why a line of rules is not applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RuleFault {
    /// A heading that is not known; the rules below it are not applied either.
    UnknownSection,
    /// An address with a prefix that is none.
    BadNetwork,
    /// Behind `|` or `||` stands no host name.
    BadName,
    /// The regular expression cannot be read.
    BadPattern {
        /// What its parser says.
        cause: String,
    },
    /// The regular expression would take too much memory.
    PatternTooBig,
    /// There are too many regular expressions.
    TooManyPatterns,
    /// A regular expression with letters that no host name has on the wire.
    NotAscii,
    /// The line is too long.
    TooLong,
    /// Another file is to be read, which is not done.
    Import,
    /// A script (PAC) cannot block.
    PacBlocks,
    /// A regular expression that is not put into a script: programs could be busy with it for ever, or do not know it.
    PacPattern,
}

/// Where a target goes, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// The host that was asked about, as the rules see it: without scheme, path and port.
    pub host: String,
    /// Where it goes.
    pub route: RouteCode,
    /// Why.
    pub cause: RouteCause,
}

/// Where a target goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RouteCode {
    /// Through the server.
    Proxy,
    /// From this machine.
    Direct,
    /// Nowhere.
    Block,
}

/// What decided where a target goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RouteCause {
    /// A rule.
    Rule {
        /// What the list from elsewhere is called that it stands in; absent for the user's own rules.
        from: Option<String>,
        /// How many targets it has decided since Parasol was started.
        hits: u32,
        /// The line it stands on, from 1.
        line: u32,
        /// Its list's heading, without brackets.
        list: String,
        /// The rule as it is written, at most 80 characters.
        text: String,
    },
    /// No rule names it.
    Default {
        /// What the list from elsewhere is called that says where such targets go; absent where none does, or the user's own
        /// rules do.
        from: Option<String>,
    },
    /// No rule names it, and it is on this machine or in its network.
    Local,
    /// The mode leaves no choice.
    Mode,
}
