//! What a pasted text would add, before anything is saved.

use serde::Serialize;
use ts_rs::TS;

/// The links found in a text: what each would become, or why it cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinkPreview {
    /// Would be added.
    pub added: Vec<LinkAdded>,
    /// Would not, and why.
    pub refused: Vec<LinkRefused>,
}

/// A link that can be taken. Its password is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinkAdded {
    /// Name, or `host:port`.
    pub name: String,
    /// Server host.
    pub server: String,
    /// Server port.
    pub port: u16,
    /// Method name.
    pub method: String,
    /// The method is unsafe. It is not used before the user has approved it.
    pub legacy: bool,
    /// The plugin that it needs, at most 40 characters. It does not run before the user has approved it.
    pub plugin: Option<String>,
    /// True when a profile with the same server, port, method, password and plugin is saved already; it is not added
    /// again.
    pub known: bool,
}

/// A link that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinkRefused {
    /// Which line of the text, from 1.
    pub line: u32,
    /// The reason.
    pub reason: LinkFault,
}

/// Why a link cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LinkFault {
    /// The line is no `ss://` link.
    NotALink,
    /// Its middle part is neither plain text nor base64 that says `method:password`.
    BadUserinfo,
    /// No host name and no IP.
    BadHost,
    /// No port, or none from 1 to 65535.
    BadPort,
    /// No method that Parasol knows.
    UnknownMethod {
        /// What the link says, at most 40 characters.
        name: String,
    },
    /// The password is empty, or no key of the right length for a 2022 method.
    BadPassword,
    /// The link needs a plugin and does not say which, or names what is no program, or has options that are none.
    Plugin {
        /// The plugin's name, at most 40 characters.
        name: String,
    },
    /// Longer than any link.
    TooLong,
}
