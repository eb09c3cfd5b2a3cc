//! The web view on Linux, set up to cost little. What each setting saves stands in `bench/desktop/README.md`.

use tauri::{Runtime, WebviewWindow};
use webkit2gtk::{CacheModel, HardwareAccelerationPolicy, SettingsExt, WebContextExt, WebViewExt};

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
