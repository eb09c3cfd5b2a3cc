//! By GTK, which the window has anyway: it knows Wayland's clipboard too. All of it happens on the main thread.

use gtk::gdk::SELECTION_CLIPBOARD;
use gtk::{Clipboard, TargetEntry, TargetFlags};
use parasol_app::pasted::Pasted;
use tauri::{AppHandle, Builder, Wry};
use tokio::sync::oneshot;

/// What a text may be asked for as.
const TEXTS: [&str; 4] = ["UTF8_STRING", "text/plain;charset=utf-8", "text/plain", "STRING"];
/// Asks clipboard managers to keep it out of their history.
const HINT: &str = "x-kde-passwordManagerHint";
const OF_HINT: u32 = 1;

/// There is nothing to add: GTK is there.
pub(crate) fn with_clipboard(builder: Builder<Wry>) -> Builder<Wry> {
    builder
}

pub(super) async fn write(app: &AppHandle, text: Pasted) -> bool {
    let done = on_main(app, move |tell| {
        let entry = |name: &&str| TargetEntry::new(name, TargetFlags::empty(), 0);
        let mut targets: Vec<TargetEntry> = TEXTS.iter().map(entry).collect();
        targets.push(TargetEntry::new(HINT, TargetFlags::empty(), OF_HINT));
        let set = clipboard().set_with_data(&targets, move |_, asked, info| {
            if info == OF_HINT {
                asked.set(&asked.target(), 8, b"secret");
            } else {
                asked.set_text(text.as_str());
            }
        });
        let _ = tell.send(set);
    });
    done.await.unwrap_or(false)
}

pub(super) async fn read(app: &AppHandle) -> Option<Pasted> {
    let read = on_main(app, |tell| {
        clipboard().request_text(|_, text| drop(tell.send(text.map(Pasted::from))));
    });
    read.await.flatten()
}

pub(super) async fn clear(app: &AppHandle) {
    let cleared = on_main(app, |tell| {
        let clipboard = clipboard();
        // A clipboard manager may have it by now: taken back first.
        clipboard.set_text("");
        clipboard.clear();
        let _ = tell.send(());
    });
    cleared.await;
}

fn clipboard() -> Clipboard {
    Clipboard::get(&SELECTION_CLIPBOARD)
}

async fn on_main<T: Send + 'static>(
    app: &AppHandle,
    does: impl FnOnce(oneshot::Sender<T>) + Send + 'static,
) -> Option<T> {
    let (tell, told) = oneshot::channel();
    app.run_on_main_thread(move || does(tell)).ok()?;
    told.await.ok()
}
