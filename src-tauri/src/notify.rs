//! Notifications of the desktop: what only the user can mend, told while nobody looks at the window. Which that is,
//! [`parasol_app::alert`] says.

#[cfg(target_os = "linux")]
#[path = "notify/bus.rs"]
mod desktop;
#[cfg(not(target_os = "linux"))]
#[path = "notify/plugin.rs"]
mod desktop;

use std::time::{Duration, SystemTime};

use parasol_app::alert::Alerts;
use parasol_app::controller::Handle;
use parasol_app::millis::millis;
use tauri::AppHandle;

pub(crate) use self::desktop::with_notifications;

use self::desktop::Desktop;
use crate::window;
use crate::words::Words;

/// Some things come with the time alone.
const LOOK_EACH: Duration = Duration::from_secs(600);

/// Tells until the program ends.
pub(crate) async fn run(app: AppHandle, parasol: Handle) {
    let (mut alerts, mut desktop) = (Alerts::default(), Desktop::new(&app));
    let mut states = parasol.state();
    let mut looks = tokio::time::interval(LOOK_EACH);
    loop {
        tokio::select! {
            changed = states.changed() => if changed.is_err() { return },
            _ = looks.tick() => {}
        }
        let state = states.borrow_and_update().clone();
        for alert in alerts.of(&state, millis(SystemTime::now())) {
            // Who looks at the window sees it there.
            if !window::is_looked_at(&app) {
                let words = Words::of(&state);
                let (title, text) = words.alert(&alert);
                desktop.show(&title, &text, words.open).await;
            }
        }
    }
}
