//! Links that the system hands over: with the start, with a second start, or, on macOS, as an event. They are kept until
//! the window takes them, and shown there.

use std::sync::{Mutex, MutexGuard};

use parasol_app::handed::Handed;
use parasol_app::opener::{self, OpenerView};
use tauri::{AppHandle, Emitter, Manager, Runtime, State};

/// Those that the window has not taken yet.
#[derive(Default)]
pub(crate) struct Links(Mutex<Handed>);

impl Links {
    fn kept(&self) -> MutexGuard<'_, Handed> {
        self.0.lock().expect("nothing panics while it is held")
    }
}

/// Keeps links and tells the window, if there is one. True when there are some.
pub(crate) fn keep<R: Runtime>(app: &AppHandle<R>, links: Handed) -> bool {
    let any = app.state::<Links>().kept().take_over(links);
    // The links themselves are no event, which others could hear: the window comes for them.
    if any && let Err(error) = app.emit("links-handed", ()) {
        tracing::warn!("the window could not be told of a link: {error}");
    }
    any
}

/// What was handed over since the last time, if anything was.
#[tauri::command]
pub(crate) async fn handed_links(links: State<'_, Links>) -> Result<Option<Handed>, ()> {
    Ok(links.kept().take())
}

/// Which program opens links.
#[tauri::command]
pub(crate) async fn link_opener() -> Result<OpenerView, ()> {
    Ok(opener::opener().await)
}

/// Has this one open them, or no longer.
#[tauri::command]
pub(crate) async fn set_link_opener(ours: bool) -> Result<OpenerView, ()> {
    Ok(opener::set_opener(ours).await)
}
