//! `Look`: what a look at the screen or the clipboard has come to.

use parasol_platform::screens::ScreensError;
use serde::Serialize;
use ts_rs::TS;

use crate::preview::ImportPreview;

/// What a look has come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Look {
    /// What stands in what was seen.
    Seen {
        /// As of an import.
        preview: ImportPreview,
    },
    /// Nothing could be seen.
    Failed {
        /// Why.
        fault: LookFault,
    },
}

/// Why nothing could be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LookFault {
    /// This system, or this desktop, offers no way to look.
    Unavailable,
    /// The user, or the desktop in the user's name, has said no.
    Refused,
    /// The desktop, or the program that was asked, gave no answer.
    TimedOut,
    /// The clipboard holds neither text nor a picture.
    Empty,
    /// It went wrong.
    Failed {
        /// What the system says, for people who know it.
        cause: String,
    },
}

impl From<ScreensError> for LookFault {
    fn from(error: ScreensError) -> LookFault {
        match error {
            ScreensError::Unavailable => LookFault::Unavailable,
            ScreensError::Refused => LookFault::Refused,
            ScreensError::TimedOut => LookFault::TimedOut,
            ScreensError::Failed(cause) => LookFault::Failed { cause },
        }
    }
}
