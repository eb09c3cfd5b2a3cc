//! The window: made when somebody wants to see it, and destroyed, not hidden, when it is closed. A hidden web view
//! would keep some 190 MB.

use std::sync::Arc;
use std::time::Duration;

use parasol_app::controller::Handle;
use parasol_app::state::OnClose;
use parasol_app::theme::Theme;
use tauri::{
    AppHandle, Emitter, Manager, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window, WindowEvent,
};
use tokio::sync::Notify;

use crate::commands::{Watching, WatchingConnections};
use crate::diagnosis::Diagnosing;
use crate::{dropped, log, quit, words};

/// The only window's name; the capability names it too.
const LABEL: &str = "main";

/// How long a page may take to hear that its window is to close.
const HEARS: Duration = Duration::from_secs(2);

/// That the page has heard that its window is to close, and asks the user.
#[derive(Default)]
pub(crate) struct Heard(Arc<Notify>);

impl Heard {
    pub(crate) fn tell(&self) {
        self.0.notify_waiters();
    }
}

/// Opens the window, or raises the one that is open.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    let shown = match open(app) {
        Some(window) => window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()),
        None => make(app),
    };
    if let Err(error) = shown {
        tracing::error!("the window could not be opened: {error}");
    }
}

/// The window, while it is open.
pub(crate) fn open<R: Runtime>(app: &AppHandle<R>) -> Option<WebviewWindow<R>> {
    app.get_webview_window(LABEL)
}

fn make<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Parasol")
        .inner_size(900.0, 620.0)
        .min_inner_size(640.0, 480.0)
        .initialization_script(same_languages(&words::reads()))
        .initialization_script(same_look(app.state::<Handle>().state().borrow().theme))
        .on_navigation(is_ours);
    // Where the web view tells the page of dropped files, the page takes them itself.
    #[cfg(not(target_os = "linux"))]
    let window = window.disable_drag_drop_handler();
    let window = window.build()?;
    #[cfg(target_os = "linux")]
    if let Err(error) = crate::frugal::make(&window) {
        tracing::warn!("the web view takes more memory than it needs: {error}");
    }
    drop(window);
    Ok(())
}

/// Has the page know the same languages as the tray: by itself WebKit knows one of them on Linux, and perhaps another.
fn same_languages(reads: &[String]) -> String {
    let reads = serde_json::json!(reads);
    format!("Object.defineProperty(navigator, 'languages', {{ value: Object.freeze({reads}) }});")
}

/// Has the page look as it was set from its first moment; what it hears later, it does by itself.
fn same_look(theme: Theme) -> String {
    let scheme = match theme {
        Theme::System => return String::new(),
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    format!("document.documentElement.style.colorScheme = '{scheme}';")
}

/// The window shows our pages and nothing else: a link that got into it must not turn it into a browser.
fn is_ours(url: &Url) -> bool {
    matches!((url.scheme(), url.host_str()), ("tauri", Some("localhost")) | ("http", Some("tauri.localhost")))
}

/// Whether the user looks at the window.
pub(crate) fn is_looked_at<R: Runtime>(app: &AppHandle<R>) -> bool {
    open(app).is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// Takes the window away, whatever the page would say to that.
pub(crate) fn destroy<R: Runtime>(app: &AppHandle<R>) {
    if let Some(Err(error)) = open(app).map(|window| window.destroy()) {
        tracing::warn!("the window could not be closed: {error}");
    }
}

/// Takes the window out of sight, and returns what brings it back to where it was. Hidden, not minimised: a window that has
/// minimised itself cannot come back by itself on Wayland.
pub(crate) fn step_aside<R: Runtime>(app: &AppHandle<R>) -> impl FnOnce() + use<R> {
    let window = app.get_webview_window(LABEL);
    // A maximised one comes back maximised by itself.
    let is_free = |window: &WebviewWindow<R>| !window.is_maximized().unwrap_or(true);
    let at = window.as_ref().filter(|window| is_free(window)).and_then(|window| window.outer_position().ok());
    if let Some(Err(error)) = window.as_ref().map(WebviewWindow::hide) {
        tracing::warn!("the window could not step aside: {error}");
    }
    move || {
        // The user may have closed it meanwhile.
        let Some(window) = window else { return };
        let back = at.map_or(Ok(()), |at| window.set_position(at)).and_then(|()| window.show());
        if let Err(error) = back.and_then(|()| window.set_focus()) {
            tracing::warn!("the window could not come back: {error}");
        }
    }
}

/// What happens to the window, carried on.
pub(crate) fn event(window: &Window, event: &WindowEvent) {
    let app = window.app_handle();
    let on_close = app.state::<Handle>().state().borrow().on_close;
    match event {
        WindowEvent::CloseRequested { api, .. } if on_close == OnClose::Ask => {
            api.prevent_close();
            let heard = Arc::clone(&app.state::<Heard>().0).notified_owned();
            if let Err(error) = window.emit("close-requested", ()) {
                tracing::warn!("the page could not be asked: {error}");
            }
            // One that is not there yet, or hangs, asks nobody anything, and must not keep its window open.
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                if tokio::time::timeout(HEARS, heard).await.is_err() {
                    destroy(&app);
                }
            });
        }
        WindowEvent::DragDrop(event) => dropped::happened(window, event),
        WindowEvent::Destroyed => {
            app.state::<Watching>().stop();
            app.state::<WatchingConnections>().0.stop();
            log::unseen(app);
            app.state::<Diagnosing>().0.stop();
            // The web view's code, most of all.
            parasol_app::give_back_code_pages();
            if on_close == OnClose::Quit {
                quit::begin(app);
            }
        }
        _ => {}
    }
}
