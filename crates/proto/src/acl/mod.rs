//! ACL text: which targets go through the server, which directly, and which nowhere.
//!
//! The format of shadowsocks-libev and shadowsocks-rust, line by line:
//! ```text
//!  [proxy_all]    [accept_all]    targets that no rule names go through the server (the default)
//!  [bypass_all]   [reject_all]    … go directly
//!  [outbound_allow_all]           … are dialled at all (the default)
//!  [outbound_block_all]           … are not
//!
//!  [bypass_list]  [black_list]    the rules below: directly (the list before any heading)
//!  [proxy_list]   [white_list]    … through the server
//!  [outbound_block_list]          … nowhere
//!  [outbound_allow_list]          … exempt from [outbound_block_all]
//!
//!  10.0.0.0/8   2001:db8::/32   192.0.2.1     a network or one address
//!  |www.example.com                           this name
//!  ||example.com                              this name and all below it
//!  (^|\.)example\.com$                        anything else: a regular expression on the name
//!  # a comment
//! ```
//! The two programs read a few lines differently. Where one of them would make a rule that matches nothing or
//! everything, the other's reading is taken, so that files of both work: a `#` starts a comment anywhere (libev), `|`
//! and `||` are names and not alternations (rust), letters match in any case (rust).
//!
//! Which rule decides (both programs, and rust where they differ):
//! ```text
//!  1  [outbound_block_list], then [outbound_allow_list], then [outbound_*_all]
//!  2  a name:    [proxy_list], then [bypass_list]
//!     an address: [bypass_list], then [proxy_list]
//!  3  [proxy_all] or [bypass_all]
//! ```
//! Among several rules of one list the narrowest network or name is the one reported; then come parts of names, and
//! regular expressions last, each in the order of the file.
//! IPv4-mapped IPv6 addresses are IPv4, in rules and in targets.

mod decide;
mod fragments;
mod hits;
mod layers;
mod list;
mod mode;
mod names;
mod networks;
pub mod pac;
mod parse;
mod patterns;
mod shape;
mod warning;

#[cfg(test)]
mod tests;

pub use decide::{Decision, Reason, Route, RuleSet};
pub use layers::{Below, Layers};
pub use mode::{Mode, is_local, route, route_by};
pub use parse::MAX_LINE;
pub use patterns::MAX_PATTERNS;
pub use warning::{MAX_WARNINGS, Warning, WarningKind, Warnings};

use std::fmt;

/// The number of a rule in its [`RuleSet`]; `u32` because there is one in every node of the tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RuleId(u32);

/// A rule as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule<'a> {
    /// The line it stands on, counted from 1.
    pub line: usize,
    /// The list it belongs to.
    pub list: List,
    /// The rule without comment and surrounding space.
    pub text: &'a str,
}

/// One of the four lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum List {
    /// `[bypass_list]`, `[black_list]`
    Bypass,
    /// `[proxy_list]`, `[white_list]`
    Proxy,
    /// `[outbound_block_list]`
    OutboundBlock,
    /// `[outbound_allow_list]`
    OutboundAllow,
}

impl List {
    /// All four, in the order of their declaration, so that `list as usize` is an index.
    pub const ALL: [List; 4] = [List::Bypass, List::Proxy, List::OutboundBlock, List::OutboundAllow];

    /// The heading without its brackets.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            List::Bypass => "bypass_list",
            List::Proxy => "proxy_list",
            List::OutboundBlock => "outbound_block_list",
            List::OutboundAllow => "outbound_allow_list",
        }
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
