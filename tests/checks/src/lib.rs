//! What holds for every input of a parser, whatever it is: one function for each parser, from bytes to nothing, that
//! panics when it does not hold.
//!
//! Two callers have the same functions: the fuzz targets in `fuzz/`, which look for inputs, and the test here, which
//! goes through those that are kept in `fuzz/corpus/`. Nothing in here knows of libFuzzer.
//!
//! | function | what it is given |
//! |---|---|
//! | [`socks5`], [`socks4`], [`http_head`] | what a client of the local port says |
//! | [`ss_link`], [`config`], [`acl`] | text from files, the clipboard and the web |
//! | [`import`], [`picture`] | files, texts and pictures with servers in them |
//! | [`dns`] | a question at the DNS port, and a name server's answer |
//! | [`profile_file`], [`backup`] | the file that profiles are kept in, and one with all of it |
//! | [`manager`] | a command to a server that runs |
//! | [`control`] | a line to the Parasol that runs, and what it answers |
//! | [`stream_2017`], [`stream_2022`], [`stream_legacy`] | a TCP stream, from a stranger or from who has the key |
//! | [`udp_packet`] | packets of all families |

mod acl;
mod backup;
mod config;
mod control;
mod decoder;
mod dns;
mod http_head;
mod import;
mod input;
mod keys;
mod manager;
mod profile_file;
mod socks4;
mod socks5;
mod ss_link;
mod stream;
mod udp_packet;

pub use acl::acl;
pub use backup::backup;
pub use config::config;
pub use control::control;
pub use dns::dns;
pub use http_head::http_head;
pub use import::{import, picture};
pub use manager::manager;
pub use profile_file::profile_file;
pub use socks4::socks4;
pub use socks5::socks5;
pub use ss_link::ss_link;
pub use stream::{stream_2017, stream_2022, stream_legacy};
pub use udp_packet::udp_packet;

/// A function of this crate.
pub type Check = fn(&[u8]);

/// All of them, by the name of their fuzz target.
pub const ALL: [(&str, Check); 17] = [
    ("acl", acl),
    ("backup", backup),
    ("config", config),
    ("control", control),
    ("dns", dns),
    ("http_head", http_head),
    ("import", import),
    ("manager", manager),
    ("picture", picture),
    ("profile_file", profile_file),
    ("socks4", socks4),
    ("socks5", socks5),
    ("ss_link", ss_link),
    ("stream_2017", stream_2017),
    ("stream_2022", stream_2022),
    ("stream_legacy", stream_legacy),
    ("udp_packet", udp_packet),
];
