//! `Keeper`: the thread of one plugin. It starts the plugin, starts it again when it crashes, and ends it; and since the
//! plugin dies with the thread that started it, it lives exactly as long as the plugin may.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Notify, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::restarts::Restarts;
use super::start::{self, Ends, Running};
use super::tail::Said;
use super::{Patience, PluginSpec};
use crate::problem::Problem;

pub(super) struct Keeper {
    pub(super) spec: PluginSpec,
    pub(super) ends: Ends,
    pub(super) patience: Patience,
    pub(super) stop: CancellationToken,
    /// It is to be started anew, although it runs.
    pub(super) renew: Arc<Notify>,
    pub(super) gives_up: watch::Sender<Option<Problem>>,
    /// Where its last lines are found.
    pub(super) said: Said,
}

type Ready = oneshot::Sender<Result<SocketAddr, Problem>>;

impl Keeper {
    /// Starts the thread; `ready` is told when the plugin answers, or why it does not.
    pub(super) fn run(self, ready: Ready) -> Result<JoinHandle<()>, Problem> {
        let failed = |error: std::io::Error| Problem::EngineFailed { cause: error.to_string() };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let thread = move || self.keep(&runtime, ready);
        std::thread::Builder::new().name("plugin".to_owned()).spawn(thread).map_err(failed)
    }

    fn keep(self, runtime: &Runtime, ready: Ready) {
        let stop = self.stop.clone();
        runtime.block_on(async {
            let first = start::first(&self.spec, &self.ends, self.patience.ready);
            // Given up while it starts, it is killed: what it was started for is not there any more.
            let Some(first) = stop.run_until_cancelled(first).await else { return };
            match first {
                Ok((running, address)) => {
                    self.said.is_now_by(&running);
                    // Whoever does not wait any more has cancelled, too.
                    let _ = ready.send(Ok(address));
                    self.supervise(running, address).await;
                }
                Err(problem) => drop(ready.send(Err(problem))),
            }
        });
    }

    async fn supervise(&self, first: Running, address: SocketAddr) {
        let mut restarts = Restarts::new(self.patience);
        let mut running = first;
        loop {
            let begun = Instant::now();
            let ended = tokio::select! {
                biased;
                () = self.stop.cancelled() => {
                    running.end(self.patience.end).await;
                    return;
                }
                problem = running.ended() => Some(problem),
                () = self.renew.notified() => None,
            };
            let started = match ended {
                Some(problem) => {
                    // Without its last words, which may name targets.
                    tracing::warn!(plugin = ?self.spec, "it has ended by itself");
                    self.start_again(&mut restarts, address, begun, problem).await
                }
                None => {
                    tracing::info!(plugin = ?self.spec, "it is started anew");
                    running.end(self.patience.end).await;
                    self.start_at_once(&mut restarts, address).await
                }
            };
            match started {
                Some(started) => {
                    self.said.is_now_by(&started);
                    running = started;
                }
                None => return,
            }
        }
    }

    /// Without a pause, because it did not crash; `None` as below.
    async fn start_at_once(&self, restarts: &mut Restarts, address: SocketAddr) -> Option<Running> {
        let begun = Instant::now();
        let start = Running::start(&self.spec, &self.ends, address, self.patience.ready);
        match self.stop.run_until_cancelled(start).await? {
            Ok(running) => Some(running),
            Err(problem) => self.start_again(restarts, address, begun, problem).await,
        }
    }

    /// Tries until it answers again; `None` when it is to stop, or when that is hopeless.
    async fn start_again(
        &self,
        restarts: &mut Restarts,
        address: SocketAddr,
        mut begun: Instant,
        mut problem: Problem,
    ) -> Option<Running> {
        loop {
            let Some(pause) = restarts.after(begun.elapsed()) else {
                self.gives_up.send_replace(Some(problem));
                return None;
            };
            self.stop.run_until_cancelled(tokio::time::sleep(pause)).await?;
            begun = Instant::now();
            let start = Running::start(&self.spec, &self.ends, address, self.patience.ready);
            match self.stop.run_until_cancelled(start).await? {
                Ok(running) => return Some(running),
                Err(error) => problem = error,
            }
        }
    }
}
