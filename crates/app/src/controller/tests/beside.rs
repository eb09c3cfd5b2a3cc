//! What may take long runs on threads for that: neither the controller nor whoever asks waits for it.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tokio::runtime::Builder;

use super::bench::{Bench, soon};
use crate::command::Command;

type Call<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// The runtime has one thread of its own and one for what takes long, and that one is busy: whatever ends all the same has
/// kept the others waiting.
#[test]
fn what_is_read_and_written_keeps_nobody_waiting() {
    let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let bench = Bench::new().await;
        // So that there is an earlier state.
        bench.send(Command::DeleteProfile { id: "dead".to_owned() });
        bench.settled().await;
        let until_ms = soon(bench.parasol.earlier_states()).await[0].until_ms;
        let (release, held) = std::sync::mpsc::channel::<()>();
        let busy = tokio::task::spawn_blocking(move || {
            let _ = held.recv();
        });

        let parasol = &bench.parasol;
        let links: String =
            (0..10_000).map(|n| format!("ss://YWVzLTI1Ni1nY206eA@{n}.example:8388#<b>{n}</b>\n")).collect();
        let shown = Cell::new(0);
        let import = async { shown.set(parasol.preview_import(links.into_bytes().into()).await.added.len()) };
        let path = bench.dir.path().join("backup");
        let mut calls: [(&str, Call<'_>); 6] = [
            ("an import of 10,000 links", Box::pin(import)),
            ("rules", Box::pin(async { drop(parasol.preview_rules("[proxy_list]".into()).await) })),
            ("earlier states", Box::pin(async { drop(parasol.earlier_states().await) })),
            ("an earlier state", Box::pin(async { drop(parasol.look_at_earlier(until_ms).await) })),
            ("a backup", Box::pin(async { drop(parasol.back_up(path.clone(), None).await) })),
            ("a look at a backup", Box::pin(async { drop(parasol.look_at_backup(path.clone(), None).await) })),
        ];
        for (what, call) in &mut calls {
            // More turns than any of them has to ask the controller, which answers each time.
            for _ in 0..4 {
                let waits = poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending())).await;
                assert!(waits, "{what} has not waited for its thread");
                assert_eq!(soon(parasol.password("")).await, None);
            }
        }
        drop(release);
        soon(busy).await.unwrap();
        for (_, call) in calls {
            soon(call).await;
        }
        assert_eq!(shown.get(), 10_000);
    });
}
