//! `ImportFault`: why an entry, or the whole of what was given, is not taken.

use parasol_proto::LinkError;
use serde::Serialize;
use ts_rs::TS;

/// Why something is not taken. Names of strangers in it have at most 40 characters, all of them fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ImportFault {
    /// There is nothing in it.
    Nothing,
    /// It is neither text nor a picture.
    NotText,
    /// It is text, and none that servers are written in.
    UnknownFormat,
    /// It begins like JSON or YAML, and ends before that does.
    EndsEarly,
    /// It begins like JSON or YAML and is not.
    Syntax {
        /// From 1.
        line: u32,
        /// From 1.
        column: u32,
    },
    /// It is understood, and no server stands in it.
    NoServers,
    /// Longer than anything that is read, or a link than any link.
    TooLong,
    /// More entries than are read; this one and those behind it are left out.
    TooMany,
    /// No link, or a text without any.
    NotALink,
    /// A link whose first characters are not `ss://`, though nearly.
    Misspelt,
    /// Two links without anything between them, of which one cannot be read.
    TwoLinks,
    /// A link with a space in it, and not in its name.
    Space,
    /// A link that ends before it names a server.
    Cut,
    /// The middle part of a link is neither plain text nor base64 that says `method:password`.
    BadUserinfo,
    /// No host name and no IP.
    BadHost,
    /// No port.
    NoPort,
    /// A port that is none from 1 to 65535.
    BadPort,
    /// No method that Parasol knows.
    UnknownMethod {
        /// What stands there, if it looks like the name of one: it may be a password too.
        name: String,
    },
    /// The password is missing, or no key of the right length for a 2022 method.
    BadPassword,
    /// A plugin is needed and not named, or it is no program, or its options cannot be had.
    Plugin {
        /// What stands there.
        name: String,
    },
    /// A value of another kind than it must be.
    WrongValue {
        /// Its key.
        field: String,
    },
    /// The password stands in a variable of the environment, as shadowsocks-rust allows.
    Variable,
    /// A server of another protocol.
    OtherProtocol {
        /// Which.
        name: String,
    },
    /// A link that only the program that wrote it can read; it writes `ss://` links too.
    ForeignLink {
        /// Its scheme.
        name: String,
    },
    /// A picture, where only text is read.
    Picture,
    /// The address of a list that is to be fetched: a subscription, which an import never fetches.
    Subscription,
    /// A backup of Parasol's with a passphrase, which an import does not ask for.
    Backup,
    /// A picture of a kind that is not read.
    OtherPicture,
    /// The picture is cut or damaged.
    DamagedPicture,
    /// A picture with more pixels than are looked at.
    LargePicture {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// No QR code is seen in the picture.
    NoCode,
    /// No QR code is seen on any screen.
    NoCodeOnScreen,
    /// A QR code that is damaged or too small to be read.
    DamagedCode,
}

impl From<LinkError> for ImportFault {
    fn from(error: LinkError) -> ImportFault {
        match error {
            LinkError::NotALink => ImportFault::NotALink,
            LinkError::TooLong => ImportFault::TooLong,
            LinkError::BadBase64 | LinkError::NotUtf8 | LinkError::NoPassword => ImportFault::BadUserinfo,
            LinkError::NoServer => ImportFault::Cut,
            LinkError::BadHost(_) => ImportFault::BadHost,
            LinkError::NoPort => ImportFault::NoPort,
            LinkError::BadPort => ImportFault::BadPort,
            LinkError::UnknownMethod(name) => ImportFault::UnknownMethod { name },
            LinkError::NoPluginName => ImportFault::Plugin { name: String::new() },
        }
    }
}

/// A stranger's word, fit to be shown, and cut.
pub(super) fn short(text: &str) -> String {
    const MAX: usize = 40;
    parasol_proto::link::clean_name(text).unwrap_or_default().chars().take(MAX).collect()
}
