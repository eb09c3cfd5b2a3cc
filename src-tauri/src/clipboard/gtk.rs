//! By GTK, which the window has anyway: it knows Wayland's clipboard too, and hands out a picture's file as it is, so that
//! its pixels are bounded before there are any. All of it happens on the main thread.

use std::time::Duration;

use gtk::gdk::{Atom, SELECTION_CLIPBOARD};
use gtk::{Clipboard, TargetEntry, TargetFlags};
use parasol_app::import::{Given, MAX_PICTURE};
use parasol_app::look::LookFault;
use parasol_app::pasted::Pasted;
use tauri::{AppHandle, Builder, Runtime, Wry};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// What a text may be asked for as.
const TEXTS: [&str; 4] = ["UTF8_STRING", "text/plain;charset=utf-8", "text/plain", "STRING"];
/// Asks clipboard managers to keep it out of their history.
const HINT: &str = "x-kde-passwordManagerHint";
const OF_HINT: u32 = 1;

/// How long the program that holds the clipboard may take when it is looked at.
const PATIENCE: Duration = Duration::from_secs(10);
/// The kinds of picture that an import reads.
const PICTURES: &[&str] = &["image/png", "image/jpeg", "image/bmp", "image/webp", "image/gif"];

type Tell = oneshot::Sender<Result<Given, LookFault>>;

/// There is nothing to add: GTK is there.
pub(crate) fn with_clipboard(builder: Builder<Wry>) -> Builder<Wry> {
    builder
}

pub(crate) async fn write(app: &AppHandle, text: Pasted) -> bool {
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

pub(crate) async fn read(app: &AppHandle) -> Option<Pasted> {
    let read = on_main(app, |tell| {
        clipboard().request_text(|_, text| drop(tell.send(text.map(Pasted::from))));
    });
    read.await.flatten()
}

pub(crate) async fn clear(app: &AppHandle) {
    let cleared = on_main(app, |tell| {
        let clipboard = clipboard();
        // A clipboard manager may have it by now: taken back first.
        clipboard.set_text("");
        clipboard.clear();
        let _ = tell.send(());
    });
    cleared.await;
}

/// The text that it holds, or else the picture.
pub(crate) async fn look<R: Runtime>(app: &AppHandle<R>) -> Result<Given, LookFault> {
    match tokio::time::timeout(PATIENCE, on_main(app, text)).await {
        Ok(given) => given.unwrap_or(Err(LookFault::Unavailable)),
        Err(_) => Err(LookFault::TimedOut),
    }
}

fn text(tell: Tell) {
    clipboard().request_text(move |clipboard, text| match text.filter(|text| !text.trim_start().is_empty()) {
        Some(text) => done(tell, text.as_bytes()),
        None => picture(clipboard, PICTURES, tell),
    });
}

fn picture(clipboard: &Clipboard, kinds: &'static [&'static str], tell: Tell) {
    let Some((kind, others)) = kinds.split_first() else {
        let _ = tell.send(Err(LookFault::Empty));
        return;
    };
    clipboard.request_contents(&Atom::intern(kind), move |clipboard, data| {
        if data.length() > 0 {
            done(tell, &Zeroizing::new(data.data()));
        } else {
            picture(clipboard, others, tell);
        }
    });
}

/// A byte more than is read of anything is enough for it to be refused. Nobody listens any more when it came too late.
fn done(tell: Tell, bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(MAX_PICTURE + 1)];
    let _ = tell.send(Ok(Given::Bytes(Zeroizing::new(bytes.to_vec()))));
}

fn clipboard() -> Clipboard {
    Clipboard::get(&SELECTION_CLIPBOARD)
}

async fn on_main<R: Runtime, T: Send + 'static>(
    app: &AppHandle<R>,
    does: impl FnOnce(oneshot::Sender<T>) + Send + 'static,
) -> Option<T> {
    let (tell, told) = oneshot::channel();
    app.run_on_main_thread(move || does(tell)).ok()?;
    told.await.ok()
}
