//! System Settings, by the address of its pane.

use super::Opener;

/// The address of Ventura and later. `open` itself is always there, and where a system does not know the pane it opens the
/// settings all the same.
pub(super) fn openers() -> Vec<Opener> {
    vec![("open", &["x-apple.systempreferences:com.apple.Date-Time-Settings.extension"])]
}
