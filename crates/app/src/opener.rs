//! Which program the desktop starts when somebody presses a link. It is the desktop's to know, which others change too, so
//! it is asked for whenever somebody looks, and no part of the state.

use std::io;

use parasol_platform::link_opener::{self, LinkOpener};
use serde::Serialize;
use ts_rs::TS;

/// Who opens links, as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum OpenerView {
    /// This Parasol.
    Ours,
    /// Another program, or none.
    Others,
    /// It is up to the package that Parasol was installed from.
    NotHere,
    /// That could not be read or changed.
    Failed {
        /// The system's words.
        cause: String,
    },
}

/// Who opens links now.
pub async fn opener() -> OpenerView {
    look(link_opener::now).await
}

/// Has this Parasol open them, or no longer; and who does then.
pub async fn set_opener(ours: bool) -> OpenerView {
    look(move || link_opener::set(ours).and_then(|()| link_opener::now())).await
}

async fn look(look: impl FnOnce() -> io::Result<LinkOpener> + Send + 'static) -> OpenerView {
    match tokio::task::spawn_blocking(look).await.map_err(io::Error::other).flatten() {
        Ok(LinkOpener::Ours) => OpenerView::Ours,
        Ok(LinkOpener::Others) => OpenerView::Others,
        Ok(LinkOpener::NotHere) => OpenerView::NotHere,
        Err(error) => OpenerView::Failed { cause: error.to_string() },
    }
}
