//! Answers those who ask, for as long as the controller runs.

use std::sync::Arc;
use std::time::Duration;

use parasol_platform::{ControlSocket, ControlStream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use super::line::{self, Line};
use super::{Answer, MOST_ASKED, PATIENCE, Refusal, Request, SWITCH, Status};
use crate::command::Command;
use crate::controller::Handle;
use crate::handed::Handed;
use crate::state::{Actual, AppState, ProxyActual, ProxyMode};

/// What is asked of the window, and of the program round it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForWindow {
    /// To be there.
    Open,
    /// To be there and show these.
    Links(Handed),
    /// To end, as by the entry of the tray's menu.
    Quit,
}

/// How many are attended to at once. Others wait until one of these has its answer, or its time is up.
const MOST_CLIENTS: usize = 16;
/// How long to wait where the system has no room for another connection.
const AGAIN: Duration = Duration::from_millis(250);

/// Answers until the controller has ended. What is asked of the window goes to `for_window`.
pub async fn serve(mut socket: ControlSocket, parasol: Handle, for_window: mpsc::Sender<ForWindow>) {
    let clients = TaskTracker::new();
    let seats = Arc::new(Semaphore::new(MOST_CLIENTS));
    let mut states = parasol.state();
    let ended = async { while states.changed().await.is_ok() {} };
    tokio::pin!(ended);
    loop {
        let next = async {
            let seat = Arc::clone(&seats).acquire_owned().await.expect("nobody closes it");
            (seat, socket.accept().await)
        };
        let (seat, accepted) = tokio::select! {
            () = &mut ended => break,
            next = next => next,
        };
        match accepted {
            Ok(stream) => {
                let (parasol, for_window) = (parasol.clone(), for_window.clone());
                clients.spawn(async move {
                    attend(stream, &parasol, &for_window).await;
                    drop(seat);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a terminal or a second start could not be heard");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
    drop(socket);
    clients.close();
    clients.wait().await;
}

async fn attend(mut stream: ControlStream, parasol: &Handle, for_window: &mpsc::Sender<ForWindow>) {
    let Ok(Ok(line)) = timeout(PATIENCE, line::read(&mut stream, MOST_ASKED)).await else { return };
    let answer = match line {
        Line::Whole(line) => match Request::parse(&line) {
            Ok(request) => obey(request, parasol, for_window).await,
            Err(why) => Answer::Refused { why },
        },
        Line::TooLong => Answer::Refused { why: Refusal::TooLong },
        Line::Cut { begun: true } => Answer::Refused { why: Refusal::NotUnderstood },
        // It only looked whether anybody is here.
        Line::Cut { begun: false } => return,
    };
    let mut text = serde_json::to_vec(&answer).expect("texts and numbers can be written as JSON");
    text.push(b'\n');
    let taken = async {
        stream.write_all(&text).await?;
        stream.flush().await?;
        // They hang up first: some systems forget what was not read yet when we do.
        let mut rest = [0; 4096];
        while stream.read(&mut rest).await? > 0 {}
        std::io::Result::Ok(())
    };
    // Whoever does not take it goes without.
    let _ = timeout(PATIENCE, taken).await;
}

async fn obey(request: Request, parasol: &Handle, for_window: &mpsc::Sender<ForWindow>) -> Answer {
    // One that is ending would say yes and do nothing.
    let Some(state) = parasol.now().await else { return ENDING };
    let to_window = match request {
        Request::On => return switch(Command::SetOn { on: true }, parasol).await,
        Request::Off => return switch(Command::SetOn { on: false }, parasol).await,
        Request::Toggle => return switch(Command::Toggle, parasol).await,
        Request::Status => return told(&state, parasol).await,
        Request::Open => ForWindow::Open,
        Request::Links(links) => ForWindow::Links(links),
        Request::Quit => ForWindow::Quit,
    };
    if for_window.send(to_window).await.is_ok() { Answer::Done } else { ENDING }
}

const ENDING: Answer = Answer::Refused { why: Refusal::Ending };

/// Does it, and tells how things are once they have come to rest.
async fn switch(command: Command, parasol: &Handle) -> Answer {
    parasol.send(command);
    // What follows is not the state before.
    if parasol.now().await.is_none() {
        return ENDING;
    }
    let mut states = parasol.state();
    // Out of time, or at the end, it is told as far as it got.
    let _ = timeout(SWITCH, states.wait_for(|state| is_at_rest(state))).await;
    let state = Arc::clone(&states.borrow());
    told(&state, parasol).await
}

async fn told(state: &AppState, parasol: &Handle) -> Answer {
    let figures = parasol.figures().await;
    Answer::Status(Box::new(Status::of(state, figures.as_ref())))
}

fn is_at_rest(state: &AppState) -> bool {
    match state.actual {
        Actual::Starting | Actual::Stopping => false,
        Actual::Off | Actual::Failed { .. } => true,
        // The proxy is set right after.
        Actual::On { .. } => {
            state.system_proxy.wanted == ProxyMode::Leave || state.system_proxy.actual != ProxyActual::Unset
        }
    }
}
