//! The tray: shows each state as an icon and a menu, and hands clicks on. Where the desktop has no place for tray
//! icons, it waits for one.

mod entry;
#[cfg(target_os = "linux")]
mod host;
mod icon;
mod look;
mod tone;

use std::sync::Arc;
use std::time::Duration;

use parasol_app::controller::Handle;
use parasol_app::state::OnClose;
use parasol_app::{AppState, Command};
use tauri::AppHandle;
use tauri::menu::MenuId;
use tokio::sync::{mpsc, watch};

use self::entry::Click;
use self::icon::Icon;
use self::tone::Tone;
use crate::{quit, window};

/// Runs the tray until the program ends. `clicks` brings the ids of clicked menu items. `unseen` says that the program
/// was started without a window: after that long it is opened after all where there is no icon to open it with, unless the
/// user has said before that Parasol is to go on so.
pub(crate) async fn run(
    app: AppHandle,
    parasol: Handle,
    mut clicks: mpsc::UnboundedReceiver<MenuId>,
    unseen: Option<Duration>,
) {
    let mut states = parasol.state();
    let mut host = host();
    let mut tray = Tray { panel: Tone::here().await, app, parasol, icon: None };
    let waited = tokio::time::sleep(unseen.unwrap_or_default());
    tokio::pin!(waited);
    let mut unseen = unseen.is_some();
    let mut placed = None;
    let mut lives = true;
    loop {
        unseen &= placed != Some(true);
        if unseen && placed == Some(false) && waited.is_elapsed() && states.borrow().on_close != OnClose::Background {
            window::show(&tray.app);
            unseen = false;
        }
        tokio::select! {
            () = &mut waited, if !waited.is_elapsed() => {}
            changed = states.changed(), if lives => match changed {
                Ok(()) => tray.show(&latest(&mut states)),
                Err(_) if quit::is_wanted(&tray.app) => return,
                // Ended by itself: the icon still opens the window, which says so, and still quits.
                Err(_) => lives = false,
            },
            Ok(()) = host.changed() => {
                let there = *host.borrow_and_update() == Some(true);
                let present = there && tray.place(&latest(&mut states));
                tray.parasol.send(Command::TrayPresent { present });
                placed = Some(present);
            },
            Some(id) = clicks.recv() => tray.clicked(&id),
        }
    }
}

/// A state of its own, not a borrowed one: what is drawn with it waits for the main thread, which reads the state too.
fn latest(states: &mut watch::Receiver<Arc<AppState>>) -> Arc<AppState> {
    states.borrow_and_update().clone()
}

/// Whether the desktop has a place for tray icons; `None` until that is known.
fn host() -> watch::Receiver<Option<bool>> {
    let (known, host) = watch::channel(None);
    #[cfg(target_os = "linux")]
    tauri::async_runtime::spawn(host::follow(known));
    #[cfg(not(target_os = "linux"))]
    known.send_replace(Some(true));
    host
}

struct Tray {
    app: AppHandle,
    parasol: Handle,
    panel: Tone,
    icon: Option<Icon>,
}

impl Tray {
    /// Puts the icon into the tray, if it is not there yet. Once there it finds back to a host that comes anew.
    fn place(&mut self, state: &AppState) -> bool {
        if self.icon.is_none() {
            match Icon::new(&self.app, self.panel, state) {
                Ok(icon) => self.icon = Some(icon),
                Err(error) => tracing::warn!("no tray icon: {error}"),
            }
        }
        self.icon.is_some()
    }

    fn show(&mut self, state: &AppState) {
        if let Some(Err(error)) = self.icon.as_mut().map(|icon| icon.update(state)) {
            tracing::warn!("the tray icon could not be changed: {error}");
        }
    }

    fn clicked(&mut self, id: &MenuId) {
        match self.icon.as_mut().and_then(|icon| icon.clicked(id.as_ref())) {
            Some(Click::Send(command)) => self.parasol.send(command),
            Some(Click::Open) => window::show(&self.app),
            Some(Click::Quit) => quit::begin(&self.app),
            None => {}
        }
    }
}
