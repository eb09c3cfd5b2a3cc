//! The clipboard, read because the user asked for it: text, or else a picture. The page has no right to read it by itself.

use parasol_app::import::Given;
use parasol_app::look::LookFault;
use tauri::{AppHandle, Runtime};

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use other as system;

/// What it holds.
pub(crate) async fn look<R: Runtime>(app: &AppHandle<R>) -> Result<Given, LookFault> {
    system::look(app).await
}

fn failed(error: impl std::fmt::Display) -> LookFault {
    LookFault::Failed { cause: error.to_string() }
}

/// By GTK, which the window has anyway: it knows Wayland's clipboard too, and hands out a picture's file as it is, so that
/// its pixels are bounded before there are any.
#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    use gtk::gdk::{Atom, SELECTION_CLIPBOARD};
    use parasol_app::import::{Given, MAX_PICTURE};
    use parasol_app::look::LookFault;
    use tauri::{AppHandle, Runtime};
    use tokio::sync::oneshot;
    use zeroize::Zeroizing;

    type Tell = oneshot::Sender<Result<Given, LookFault>>;

    /// How long the program that holds the clipboard may take.
    const PATIENCE: Duration = Duration::from_secs(10);
    /// The kinds of picture that an import reads.
    const PICTURES: &[&str] = &["image/png", "image/jpeg", "image/bmp", "image/webp", "image/gif"];

    pub(super) async fn look<R: Runtime>(app: &AppHandle<R>) -> Result<Given, LookFault> {
        let (tell, told) = oneshot::channel();
        app.run_on_main_thread(move || text(tell)).map_err(super::failed)?;
        match tokio::time::timeout(PATIENCE, told).await {
            Ok(Ok(given)) => given,
            Ok(Err(_)) => Err(LookFault::Unavailable),
            Err(_) => Err(LookFault::TimedOut),
        }
    }

    fn text(tell: Tell) {
        gtk::Clipboard::get(&SELECTION_CLIPBOARD).request_text(move |clipboard, text| {
            match text.filter(|text| !text.trim_start().is_empty()) {
                Some(text) => done(tell, text.as_bytes()),
                None => picture(clipboard, PICTURES, tell),
            }
        });
    }

    fn picture(clipboard: &gtk::Clipboard, kinds: &'static [&'static str], tell: Tell) {
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
}

#[cfg(not(target_os = "linux"))]
mod other {
    use parasol_app::import::Given;
    use parasol_app::look::LookFault;
    use parasol_app::screens::Picture;
    use tauri::{AppHandle, Runtime};
    use tauri_plugin_clipboard_manager::ClipboardExt;

    pub(super) async fn look<R: Runtime>(app: &AppHandle<R>) -> Result<Given, LookFault> {
        let app = app.clone();
        tauri::async_runtime::spawn_blocking(move || read(&app)).await.map_err(super::failed)?
    }

    fn read<R: Runtime>(app: &AppHandle<R>) -> Result<Given, LookFault> {
        if let Ok(text) = app.clipboard().read_text()
            && !text.trim_start().is_empty()
        {
            return Ok(Given::Bytes(text.into_bytes().into()));
        }
        // What it says of a clipboard without a picture is no more than that there is none.
        let picture = app.clipboard().read_image().map_err(|_| LookFault::Empty)?;
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        Picture::of_rgba(width, height, picture.rgba()).map(Given::Picture).ok_or(LookFault::Empty)
    }
}
