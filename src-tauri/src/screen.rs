//! The screen, looked at without our own window on it.

use std::time::Duration;

use parasol_app::import::Given;
use parasol_app::look::LookFault;
use parasol_app::screens::Screens;
use tauri::{AppHandle, Runtime};

use crate::window;

/// Desktops let a window fade out, and the programs below draw again what it had covered.
const UNTIL_GONE: Duration = Duration::from_millis(400);

/// What is to be seen on all screens.
pub(crate) async fn look<R: Runtime>(app: &AppHandle<R>) -> Result<Given, LookFault> {
    let looking = async {
        tokio::time::sleep(UNTIL_GONE).await;
        Screens::of_this_session().pictures().await
    };
    let pictures = meanwhile(window::step_aside(app), looking).await?;
    Ok(Given::Screens(pictures))
}

/// Does something, and what is owed after it, however that ends: by an error, a panic, or because nobody waits any more.
async fn meanwhile<T>(after: impl FnOnce(), doing: impl Future<Output = T>) -> T {
    let _owed = Owed(Some(after));
    doing.await
}

struct Owed<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Drop for Owed<F> {
    fn drop(&mut self) {
        if let Some(after) = self.0.take() {
            after();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn the_window_comes_back_once_however_the_look_ends() {
        let back = Arc::new(AtomicU32::new(0));
        let shown = || {
            let back = Arc::clone(&back);
            move || {
                back.fetch_add(1, Ordering::Relaxed);
            }
        };
        let count = || back.load(Ordering::Relaxed);

        assert_eq!(meanwhile(shown(), async { count() }).await, 0, "it is away meanwhile");
        assert_eq!(count(), 1);
        meanwhile(shown(), async { Err::<(), _>("no screen") }).await.unwrap_err();
        assert_eq!(count(), 2);
        tokio::spawn(meanwhile(shown(), async { panic!("on purpose") })).await.unwrap_err();
        assert_eq!(count(), 3);
        let given_up = tokio::time::timeout(Duration::ZERO, meanwhile(shown(), std::future::pending::<()>())).await;
        assert!(given_up.is_err());
        assert_eq!(count(), 4);
    }
}
