//! The clipboard of the system. It is read because the user asked for it: text, or else a picture. The page has no right to
//! read it by itself; what is pasted into it may be megabytes, which it asks for here, since a web view stands still while it
//! hands them over. What is written there, and for how long: [`crate::copy`].

use parasol_app::pasted::Pasted;
use tauri::AppHandle;

#[cfg(target_os = "linux")]
#[path = "clipboard/gtk.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "clipboard/plugin.rs"]
mod system;

pub(crate) use self::system::{clear, look, read, with_clipboard, write};

/// The longest text that is put into a field of the page, in its own units.
const LONG: usize = 100_000;

/// The text that it holds, if there is one and a field can take it.
pub(crate) async fn short(app: &AppHandle) -> Option<Pasted> {
    read(app).await.filter(|text| text.as_str().encode_utf16().count() <= LONG)
}
