//! Files that are dropped on the window. WebKitGTK tells a page of none, so on Linux the shell takes them; elsewhere the page
//! does.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

use parasol_app::dropped::{self, Dropped, Unreadable};
use tauri::ipc::Response;
use tauri::{DragDropEvent, Emitter, Manager, State, Window};

/// Those of the last drop.
#[derive(Default)]
pub(crate) struct Files(Mutex<Dropped>);

impl Files {
    fn dropped(&self) -> MutexGuard<'_, Dropped> {
        self.0.lock().expect("nothing panics while it is held")
    }
}

/// Tells the page what happens to files over it.
pub(crate) fn happened(window: &Window, event: &DragDropEvent) {
    let told = match event {
        DragDropEvent::Enter { .. } => window.emit("files-over", true),
        DragDropEvent::Leave => window.emit("files-over", false),
        DragDropEvent::Drop { paths, .. } => {
            window.emit("files-over", false).and_then(|()| tell(window, paths.clone()))
        }
        _ => Ok(()),
    };
    if let Err(error) = told {
        tracing::warn!("the page could not be told of files: {error}");
    }
}

fn tell(window: &Window, paths: Vec<PathBuf>) -> tauri::Result<()> {
    let files = window.state::<Files>().dropped().take(paths);
    if files.is_empty() { Ok(()) } else { window.emit("files-dropped", files) }
}

/// The bytes of one of them.
#[tauri::command]
pub(crate) async fn dropped_file(files: State<'_, Files>, id: u32) -> Result<Response, Unreadable> {
    let path = files.dropped().path(id);
    Ok(Response::new(dropped::read(path).await?.to_vec()))
}
