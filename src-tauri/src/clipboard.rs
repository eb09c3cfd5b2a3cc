//! The clipboard of the system. It is read because the user asked for it: text, or else a picture. The page has no right to
//! read it by itself. What is written there, and for how long: [`crate::copy`].

#[cfg(target_os = "linux")]
#[path = "clipboard/gtk.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "clipboard/plugin.rs"]
mod system;

pub(crate) use self::system::{clear, look, read, with_clipboard, write};
