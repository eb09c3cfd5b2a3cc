//! Where an entry stands, and what it stands in.

use std::fmt;

use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;

use super::fault::short;

/// Where an entry stands in what was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "ImportPlace")]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Place {
    /// The whole of it.
    Whole,
    /// In this line, from 1; of what base64 hides, when the text is that.
    Line {
        /// From 1.
        line: u32,
    },
    /// A server of a list.
    Item {
        /// Under this key: `servers[3]`.
        path: String,
        /// From 1, as people count.
        number: u32,
        /// What the list calls it, cut, and fit to be shown; empty where it has no name.
        name: String,
    },
    /// Under this key: `transport.tcp`.
    Path {
        /// Keys of strangers in it are cut, and fit to be shown.
        path: String,
    },
    /// In the QR code of this number, from 1.
    Code {
        /// From 1.
        code: u32,
    },
}

impl Place {
    pub(super) fn line(line: usize) -> Place {
        Place::Line { line: u32::try_from(line).unwrap_or(u32::MAX) }
    }

    /// A server of a list, which calls it by one of the keys that programs have for that.
    pub(super) fn item(list: &str, index: usize, server: &Value) -> Place {
        let name = ["remarks", "name", "tag"].iter().find_map(|key| server.get(key)?.as_str());
        let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        Place::Item { path: format!("{list}[{index}]"), number, name: short(name.unwrap_or_default()) }
    }

    /// What else stands in a list.
    pub(super) fn at(list: &str, index: usize) -> Place {
        Place::Path { path: format!("{list}[{index}]") }
    }

    /// What stands in this list's item, below it.
    pub(super) fn below(&self, key: &str) -> Place {
        match self {
            Place::Path { path } | Place::Item { path, .. } => Place::Path { path: format!("{path}.{key}") },
            _ => Place::Path { path: key.to_owned() },
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Whole => f.write_str("the whole"),
            Place::Line { line } => write!(f, "line {line}"),
            Place::Path { path } | Place::Item { path, .. } => f.write_str(path),
            Place::Code { code } => write!(f, "QR code {code}"),
        }
    }
}

/// What was given turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "ImportFormat")]
#[serde(rename_all = "camelCase")]
pub enum Format {
    /// A text with links in it, or none.
    Links,
    /// The same in base64, as subscriptions have it.
    Base64,
    /// `gui-config.json` of shadowsocks-windows.
    GuiConfig,
    /// `config.json` of shadowsocks-libev, shadowsocks-rust or the Python original.
    ConfigFile,
    /// SIP008.
    Sip008,
    /// Clash or mihomo.
    Clash,
    /// sing-box.
    SingBox,
    /// What v2rayN writes for its core, or keeps itself.
    V2rayN,
    /// NekoBox or nekoray.
    NekoBox,
    /// A key of Outline.
    Outline,
    /// A profile file of Parasol.
    Parasol,
    /// JSON with servers somewhere in it.
    Json,
    /// A picture with QR codes, or without.
    Picture,
    /// What is to be seen on all screens, likewise.
    Screen,
    /// None of these.
    Unknown,
}
