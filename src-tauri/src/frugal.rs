//! The web view on Linux, set up to cost little. What each setting saves stands in `bench/desktop/README.md`.

use gtk::glib;
use tauri::{Runtime, WebviewWindow};
use webkit2gtk::{CacheModel, HardwareAccelerationPolicy, SettingsExt, WebContextExt, WebViewExt};

/// Has WebKit draw as it does without a graphics card, from the first window on; what the user has set stays. To be called
/// before there is a second thread, for it changes the environment.
///
/// Nothing of ours is drawn by a graphics card ([`make`]), and WebKit gets ready for one nevertheless: half a second passes
/// in that before the window is there.
pub(crate) fn begin() {
    if let Err(error) = glib::setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1", false) {
        tracing::warn!("the window opens later than it could: {error}");
    }
}

/// Leaves away what our pages have no use for. To be called at once, before the page is there.
pub(crate) fn make<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    window.with_webview(|view| {
        let view = view.inner();
        if let Some(settings) = view.settings() {
            // One chart a second is painted sooner than a graphics card is told of it; and its drivers take more memory than
            // all of the window, and have shown nothing but white to many.
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
            settings.set_enable_webgl(false);
            settings.set_enable_webaudio(false);
            settings.set_enable_media(false);
            // There is no page to go back to.
            settings.set_enable_page_cache(false);
        }
        if let Some(context) = view.context() {
            context.set_cache_model(CacheModel::DocumentViewer);
        }
    })
}
