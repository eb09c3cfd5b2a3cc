//! `Look`: which of the four parasols stands in the tray.

use parasol_app::state::Actual;
use tauri::image::Image;
use tauri::include_image;

use super::tone::Tone;

/// The parasol's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Closed.
    Off,
    /// Half open: starting or stopping.
    Busy,
    /// Open.
    On,
    /// Inside out.
    Failed,
}

impl Look {
    pub(super) fn of(actual: &Actual) -> Look {
        match actual {
            Actual::Off => Look::Off,
            Actual::Starting | Actual::Stopping => Look::Busy,
            Actual::On { .. } => Look::On,
            Actual::Failed { .. } => Look::Failed,
        }
    }

    /// The picture for a panel of that tone. The largest one: every tray host scales down well and up badly.
    pub(super) fn picture(self, panel: Tone) -> Image<'static> {
        match (panel, self) {
            (Tone::Light, Look::Off) => include_image!("../icons/tray/light/off-48.png"),
            (Tone::Light, Look::Busy) => include_image!("../icons/tray/light/busy-48.png"),
            (Tone::Light, Look::On) => include_image!("../icons/tray/light/on-48.png"),
            (Tone::Light, Look::Failed) => include_image!("../icons/tray/light/failed-48.png"),
            (Tone::Dark, Look::Off) => include_image!("../icons/tray/dark/off-48.png"),
            (Tone::Dark, Look::Busy) => include_image!("../icons/tray/dark/busy-48.png"),
            (Tone::Dark, Look::On) => include_image!("../icons/tray/dark/on-48.png"),
            (Tone::Dark, Look::Failed) => include_image!("../icons/tray/dark/failed-48.png"),
        }
    }
}
