//! Whether the system starts us when its user logs in.

use parasol_app::login_start::{self, LoginStartView};

/// Whether it does.
#[tauri::command]
pub(crate) async fn login_start() -> Result<LoginStartView, ()> {
    Ok(login_start::login_start().await)
}

/// Has it do so, or no longer.
#[tauri::command]
pub(crate) async fn set_login_start(on: bool) -> Result<LoginStartView, ()> {
    Ok(login_start::set_login_start(on).await)
}
