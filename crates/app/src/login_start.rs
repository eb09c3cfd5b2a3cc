//! Whether the system starts Parasol when its user logs in. It is the user's to know, who may change it elsewhere too, so it
//! is asked for whenever somebody looks, and no part of the state.

use std::io;

use parasol_platform::login_start::{self, LoginStart};
use serde::Serialize;
use ts_rs::TS;

/// Whether it does, as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum LoginStartView {
    /// It starts this Parasol, without a window.
    On,
    /// It does not.
    Off,
    /// There is no such thing on this system.
    NotHere,
    /// That could not be read or changed.
    Failed {
        /// The system's words.
        cause: String,
    },
}

/// Whether it does now.
pub async fn login_start() -> LoginStartView {
    look(login_start::now).await
}

/// Has it do so, or no longer; and whether it does then.
pub async fn set_login_start(on: bool) -> LoginStartView {
    look(move || login_start::set(on).and_then(|()| login_start::now())).await
}

async fn look(look: impl FnOnce() -> io::Result<LoginStart> + Send + 'static) -> LoginStartView {
    match tokio::task::spawn_blocking(look).await.map_err(io::Error::other).flatten() {
        Ok(LoginStart::On) => LoginStartView::On,
        Ok(LoginStart::Off) => LoginStartView::Off,
        Ok(LoginStart::NotHere) => LoginStartView::NotHere,
        Err(error) => LoginStartView::Failed { cause: error.to_string() },
    }
}
