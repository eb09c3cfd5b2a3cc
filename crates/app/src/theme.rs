//! `Theme`: whether the window is light or dark.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the window looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the rest of the desktop, and changing with it.
    System,
    /// Ink on paper.
    Light,
    /// The other way round.
    Dark,
}
