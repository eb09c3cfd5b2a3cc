//! `ss://` links: SIP002, and the legacy form that older programs still write.
//!
//! ```text
//!  SIP002   ss://USERINFO@HOST:PORT[/][?plugin=PLUGIN][#NAME]
//!           USERINFO  base64url(METHOD:PASSWORD), without padding           AEAD-2017
//!                     pct(METHOD):pct(PASSWORD), base64 is forbidden        AEAD-2022
//!           PLUGIN    pct(PROGRAM[;OPTIONS])
//!           NAME      pct(UTF-8)
//!
//!  legacy   ss://base64(METHOD:PASSWORD@HOST:PORT)[#NAME]                   read only
//! ```
//! Read leniently, written strictly. Reading takes both base64 alphabets, any padding (also as `%3D`), base64 with
//! 2022 methods and plain user info with the others, `+` for a space in a name, and unknown query keys. It does not
//! take a link without a port: the grammar has none, and a guess would send the user's traffic somewhere.
//!
//! A link comes from anywhere: the clipboard, a web page, a subscription. So it is bounded before any work, names
//! lose what could make them look like something else, and no error repeats the password or the whole link.

mod decode;
mod encode;
mod find;
mod name;
mod password;

#[cfg(test)]
mod tests;

use thiserror::Error;

use crate::address::{Address, AddressError};
use crate::method::Method;

pub use find::{MAX_TEXT, find_links};
pub use name::{clean_name, method_name};
pub use password::Password;

/// The most bytes of a link.
pub const MAX_LINK: usize = 16 * 1024;

/// What a link says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where the server stands.
    pub server: Address,
    /// How it is spoken to.
    pub method: Method,
    /// The password as the user knows it, or the base64 key of a 2022 method. Whether it is a key for the method is
    /// [`crate::Key`]'s to say.
    pub password: Password,
    /// A SIP003 plugin that the server needs. Whether that program may run is not decided here.
    pub plugin: Option<Plugin>,
    /// What to call the server; see [`clean_name`].
    pub name: Option<String>,
}

/// Whether the text begins as a link does; it may be a bad one all the same.
#[must_use]
pub fn is_link(text: &str) -> bool {
    decode::strip_scheme(text).is_some()
}

/// A SIP003 plugin as a link names it. Both texts are somebody else's: neither a path to trust nor a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plugin {
    /// The program, never empty.
    pub name: String,
    /// Its options, with their backslash escapes as they came.
    pub options: Option<String>,
}

fn unknown(method: &str) -> String {
    match method {
        "" => "the link is damaged: what stands in the place of its method is no name of one".to_owned(),
        name => format!("the method {name:?} is not supported"),
    }
}

/// Why a text is no link.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinkError {
    /// It does not start with `ss://`.
    #[error("this is not an ss:// link")]
    NotALink,
    /// Over [`MAX_LINK`] bytes; or a text to search of over [`MAX_TEXT`].
    #[error("the text is too long for a link")]
    TooLong,
    /// What should be base64 is not.
    #[error("the link is damaged: its base64 part cannot be read")]
    BadBase64,
    /// A part that should be text is not UTF-8.
    #[error("the link is damaged: it holds bytes that are no text")]
    NotUtf8,
    /// A legacy link without `@` in its base64 part, or nothing after the `@`.
    #[error("the link names no server")]
    NoServer,
    /// No colon between method and password.
    #[error("the link has no password")]
    NoPassword,
    /// A method that is not served; its name, see [`method_name`].
    #[error("{}", unknown(.0))]
    UnknownMethod(String),
    /// The host is none.
    #[error("the server of the link is not valid: {0}")]
    BadHost(AddressError),
    /// No port after the host.
    #[error("the link has no port")]
    NoPort,
    /// The port is not 1 to 65535.
    #[error("the port of the link must be 1 to 65535")]
    BadPort,
    /// A plugin without a name, only options.
    #[error("the link has options for a plugin but does not name it")]
    NoPluginName,
}
