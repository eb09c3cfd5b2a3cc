//! Linux: the X server where the session is one's, the desktop's portal on Wayland.

use super::{Picture, Place, ScreensError, portal, x11};

pub(super) async fn pictures(place: &Place) -> Result<Vec<Picture>, ScreensError> {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match place {
        Place::X11(display) => of_x11(Some(display.clone())).await,
        Place::Portal(bus) => portal::pictures(Some(bus)).await,
        // On Wayland there is an X server too, which shows nothing but the windows of its own clients.
        Place::Session if is_set("WAYLAND_DISPLAY") => portal::pictures(None).await,
        Place::Session if is_set("DISPLAY") => of_x11(None).await,
        Place::Session => Err(ScreensError::Unavailable),
    }
}

async fn of_x11(display: Option<String>) -> Result<Vec<Picture>, ScreensError> {
    let looked = tokio::task::spawn_blocking(move || x11::pictures(display.as_deref())).await;
    looked.unwrap_or_else(|error| Err(ScreensError::failed(error)))
}
