//! Servers out of whatever somebody has them in: a text, a file of another program, a picture.
//!
//! [`read`] is the way in for bytes, [`read_text`] for lists that come by themselves, and [`read_given`] for screens and bare
//! pixels too: out comes every entry with its place, each a profile as it would be saved or the reason why it is none. What
//! it is shows from what stands in it, never from a name. [`plan`] compares that with what is saved. None saves, fetches or
//! starts anything, and nothing that is read is approved by that.
//!
//! | file | what it reads |
//! |---|---|
//! | `text`, `find`, `link` | `ss://` links of both forms among any words, and links of others, which are refused by name |
//! | `base64_text` | the same behind base64, as subscriptions have it |
//! | `json_file` | which program's an object is |
//! | `servers` | gui-config.json, config.json, SIP008, Outline's objects, shadowsocks-android |
//! | `clash`, `plugin_options` | Clash and mihomo |
//! | `sing_box`, `v2ray_n`, `neko_box`, `outline`, `parasol_file` | what they are called after |
//! | `picture`, `gray`, `crowd` | QR codes |
//!
//! What an entry says and no profile can hold is named in [`Draft::unused`], and kept with the profile as far as it fits.

mod apply;
mod base64_text;
mod clash;
mod crowd;
mod entry;
mod fault;
mod find;
mod given;
mod gray;
mod host;
mod json_file;
mod keys;
mod link;
mod neko_box;
mod outline;
mod parasol_file;
mod picture;
mod place;
mod plan;
mod plugin_options;
mod servers;
mod sing_box;
mod text;
mod v2ray_n;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use zeroize::{Zeroize, Zeroizing};

pub use self::apply::{Applied, Taken, apply};
pub use self::entry::{Draft, Entry};
pub use self::fault::ImportFault;
pub use self::given::Given;
pub use self::host::Host;
pub use self::place::{Format, Place};
pub use self::plan::{Difference, Differs, Verdict, plan};
use crate::{backup, json};

/// The most bytes of text that are read.
pub const MAX_TEXT: usize = 10 * 1024 * 1024;
/// The most bytes of a picture: one of a large screen.
pub const MAX_PICTURE: usize = 64 * 1024 * 1024;
/// The most entries that are read; the next one is refused, and what follows it is not looked at.
pub const MAX_ENTRIES: usize = 10_000;

/// What was given, taken apart. Holds passwords: `Debug` shows none.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// What it is.
    pub format: Format,
    /// What stands in it, in its order.
    pub entries: Vec<Entry>,
}

/// Takes apart whatever it is. Takes its time with much of it, so it is for a thread that may.
#[must_use]
pub fn read(bytes: &[u8]) -> Import {
    if let Some(kind) = picture::kind(bytes) {
        return Import { format: Format::Picture, entries: text::bounded(picture::entries(bytes, kind).into_iter()) };
    }
    of_bytes(bytes)
}

/// The same for what comes unasked, of strangers: no picture is looked at, because finding its codes can take a minute.
#[must_use]
pub fn read_text(bytes: &[u8]) -> Import {
    if picture::kind(bytes).is_some() {
        return Import { format: Format::Picture, entries: vec![Entry::refused(Place::Whole, ImportFault::Picture)] };
    }
    of_bytes(bytes)
}

/// What is no picture.
fn of_bytes(bytes: &[u8]) -> Import {
    let whole = |fault| Import { format: Format::Unknown, entries: vec![Entry::refused(Place::Whole, fault)] };
    if backup::is_sealed(bytes) {
        return whole(ImportFault::Backup);
    }
    if picture::is_other(bytes) {
        return whole(ImportFault::OtherPicture);
    }
    if bytes.len() > MAX_TEXT {
        return whole(ImportFault::TooLong);
    }
    let Some(mut text) = decoded(bytes) else { return whole(ImportFault::NotText) };
    let (format, entries) = of_text(text.trim_start_matches('\u{feff}'), true);
    if let Cow::Owned(text) = &mut text {
        text.zeroize();
    }
    let import = Import { format, entries: text::bounded(entries.into_iter()) };
    if import.entries.is_empty() { whole_of(import.format) } else { import }
}

/// Takes apart whatever was given, as [`read`] does with bytes.
#[must_use]
pub fn read_given(given: Given) -> Import {
    let of = |format, entries: Vec<Entry>| Import { format, entries: text::bounded(entries.into_iter()) };
    match given {
        Given::Bytes(bytes) => read(&bytes),
        Given::Picture(picture) => of(Format::Picture, picture::entries_of_all(vec![picture], ImportFault::NoCode)),
        Given::Screens(pictures) => of(Format::Screen, picture::entries_of_all(pictures, ImportFault::NoCodeOnScreen)),
    }
}

/// Understood, and nothing in it.
fn whole_of(format: Format) -> Import {
    let fault = if format == Format::Unknown { ImportFault::UnknownFormat } else { ImportFault::NoServers };
    Import { format, entries: vec![Entry::refused(Place::Whole, fault)] }
}

/// UTF-8, also with bytes in it that are none (names in an old alphabet); or UTF-16 with its mark, as Windows writes it.
fn decoded(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let wide = |from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect();
        Cow::Owned(String::from_utf16_lossy(&units))
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes),
    };
    (!text.contains('\0')).then_some(text)
}

/// What a text is, and what stands in it. `open` allows for base64 around it, which stands there once at most.
fn of_text(text: &str, open: bool) -> (Format, Vec<Entry>) {
    let refused = |format, fault| (format, vec![Entry::refused(Place::Whole, fault)]);
    let start = text.trim_start();
    if start.is_empty() {
        return refused(Format::Unknown, ImportFault::Nothing);
    }
    if start.starts_with(['{', '[']) || start.starts_with("//") || start.starts_with("/*") {
        return match json::read(text) {
            Ok(value) => json_file::read(value, text),
            Err(_) if text::has_links(text) => (Format::Links, text::entries(text)),
            Err(error) => refused(Format::Unknown, syntax(error)),
        };
    }
    let outline = start.starts_with("transport:");
    if clash::is_clash(text) || outline {
        return match json::read_yaml(text) {
            Ok(value) => json_file::read(value, text),
            Err(error) => refused(if outline { Format::Outline } else { Format::Clash }, syntax(error)),
        };
    }
    if text::has_links(text) {
        return (Format::Links, text::entries(text));
    }
    if open
        && let Some(inner) = base64_text::base64_text(text).map(Zeroizing::new)
        && !inner.contains('\0')
    {
        let (format, entries) = of_text(&inner, false);
        if !matches!(format, Format::Unknown) {
            return (if format == Format::Links { Format::Base64 } else { format }, entries);
        }
    }
    (Format::Unknown, text::entries(text))
}

fn syntax(error: json::SyntaxError) -> ImportFault {
    if error.at_end {
        return ImportFault::EndsEarly;
    }
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    ImportFault::Syntax { line: number(error.line), column: number(error.column) }
}
