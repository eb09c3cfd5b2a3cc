//! The log: what the window sees of it. Standard error gets the same lines, as much of them as the environment asks for.

use parasol_app::log::fields::fields;
use parasol_app::log::{Log, LogLine, LogSeen};
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, State};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::commands::Watching;

/// The stream of lines that the window looks at.
#[derive(Default)]
pub(crate) struct WatchingLog(Watching);

/// Begins to listen.
pub(crate) fn begin() -> Log {
    let asked = std::env::var("PARASOL_LOG").or_else(|_| std::env::var("RUST_LOG")).unwrap_or_default();
    let log = Log::default();
    let terminal = tracing_subscriber::fmt::layer().fmt_fields(fields()).with_writer(std::io::stderr);
    tracing_subscriber::registry().with(terminal.with_filter(levels(&asked))).with(log.layer()).init();
    log
}

/// Streams the lines into the channel, in place of any stream before.
#[tauri::command]
pub(crate) async fn watch_log(
    log: State<'_, Log>,
    watching: State<'_, WatchingLog>,
    channel: Channel<LogSeen>,
) -> Result<(), ()> {
    let mut watch = log.watch();
    watching.0.start(tauri::async_runtime::spawn(async move { while channel.send(watch.next().await).is_ok() {} }));
    Ok(())
}

/// Ends that stream.
#[tauri::command]
pub(crate) fn unwatch_log(watching: State<'_, WatchingLog>) {
    watching.0.stop();
}

/// What was said in a span of time.
#[tauri::command]
pub(crate) async fn log_between(log: State<'_, Log>, from_ms: u64, to_ms: u64) -> Result<Vec<LogLine>, ()> {
    Ok(log.between(from_ms, to_ms))
}

/// Forgets every line, on the disk too.
#[tauri::command]
pub(crate) async fn clear_log(log: State<'_, Log>) -> Result<(), ()> {
    log.clear();
    Ok(())
}

/// The window is gone; nobody looks.
pub(crate) fn unseen(app: &AppHandle) {
    app.state::<WatchingLog>().0.stop();
}

/// What was asked for; else what we have to say, and of other libraries what is wrong. The resolver, which names what is
/// looked up, is heard only when it is asked for by its own name.
fn levels(asked: &str) -> EnvFilter {
    const USUAL: &str = "warn,parasol=info";
    let levels = |wanted: &str| EnvFilter::try_new(format!("hickory=off,{wanted}"));
    levels(if asked.is_empty() { USUAL } else { asked })
        .or_else(|_| levels(USUAL))
        .expect("the usual levels are written as they must be")
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Said(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Said {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn is_heard(asked: &str, speak: fn()) -> bool {
        let said = Said::default();
        let writer = said.clone();
        let log = tracing_subscriber::fmt().with_env_filter(levels(asked)).with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(log, speak);
        !said.0.lock().unwrap().is_empty()
    }

    #[test]
    fn the_resolver_which_names_targets_is_heard_only_by_its_own_name() {
        let resolver = || tracing::error!(target: "hickory_resolver::caching_client", "it failed");
        let ours = || tracing::info!(target: "parasol_app::controller", "it works");
        let others = || tracing::info!(target: "zbus::connection", "it works");
        for (asked, heard) in [
            ("", [false, true, false]),
            ("there is = no such = level", [false, true, false]),
            ("debug", [false, true, true]),
            ("hickory_resolver=error", [true, false, false]),
        ] {
            assert_eq!([resolver, ours, others].map(|speak| is_heard(asked, speak)), heard, "{asked:?}");
        }
    }
}
