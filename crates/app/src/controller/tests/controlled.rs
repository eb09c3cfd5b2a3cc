//! What other processes ask, politely or not.

use std::io;
use std::time::Duration;

use parasol_platform::ControlStream;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::bench::{Bench, PASSWORD, echo, is_on, say, soon};
use crate::command::Command;
use crate::control::{
    Answer, Bytes, ControlPath, ControlSocket, ForWindow, NotAsked, Refusal, Request, StateCode, Status, TrafficStatus,
    ask, serve,
};
use crate::handed::Handed;
use crate::start::{Start, Turn, take_turn};
use crate::state::ProxyMode;

/// A Parasol that answers, and the window that it would open.
struct Served {
    bench: Bench,
    at: ControlPath,
    for_window: mpsc::Receiver<ForWindow>,
    serving: JoinHandle<()>,
    _dir: TempDir,
}

impl Served {
    async fn new() -> Served {
        let (bench, dir) = (Bench::new().await, tempfile::tempdir().unwrap());
        let at = ControlPath::in_directory(&dir.path().join("run"));
        let (to_window, for_window) = mpsc::channel(4);
        let socket = ControlSocket::take(&at).unwrap();
        let serving = tokio::spawn(serve(socket, bench.parasol.clone(), to_window));
        Served { bench, at, for_window, serving, _dir: dir }
    }

    async fn ask(&self, request: Request) -> Answer {
        soon(ask(&self.at, &request)).await.unwrap()
    }

    async fn status(&self, request: Request) -> Status {
        match self.ask(request).await {
            Answer::Status(status) => *status,
            other => panic!("{other:?}"),
        }
    }

    /// Says these bytes as they are, and ends, or goes on waiting.
    async fn say(&self, bytes: &[u8], ends: bool) -> ControlStream {
        let mut stream = soon(self.at.connect()).await.unwrap();
        soon(stream.write_all(bytes)).await.unwrap();
        if ends {
            stream.shutdown().await.unwrap();
        }
        stream
    }

    async fn hears(&self, bytes: &[u8], ends: bool) -> Value {
        let mut stream = self.say(bytes, ends).await;
        let answer = line(&mut stream).await;
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{answer:?}"))
    }
}

/// All up to the end of the line, or of the connection.
async fn line(stream: &mut ControlStream) -> String {
    let mut answer = Vec::new();
    soon(async {
        while answer.last() != Some(&b'\n') {
            match stream.read_u8().await {
                Ok(byte) => answer.push(byte),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
                Err(error) => panic!("{error}"),
            }
        }
    })
    .await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn it_is_switched_and_tells_how_it_is_once_that_is_done() {
    let served = Served::new().await;
    let status = served.status(Request::Status).await;
    assert_eq!((status.running, status.wanted, status.state), (true, false, StateCode::Off));
    assert_eq!(status.profile.as_deref(), Some("Built-in"));

    for (request, state, set) in [
        (Request::On, StateCode::On, true),
        (Request::On, StateCode::On, true),
        (Request::Toggle, StateCode::Off, false),
        (Request::Off, StateCode::Off, false),
        (Request::Toggle, StateCode::On, true),
    ] {
        let status = served.status(request.clone()).await;
        assert_eq!((status.state, status.system_proxy.set), (state, set), "{request:?}");
        assert_eq!(status.since_ms.is_some(), state == StateCode::On);
        assert_eq!(served.bench.points_at().is_some(), set);
    }
    served.status(Request::Off).await;
    served.bench.proxy(ProxyMode::Leave);
    assert!(!served.status(Request::On).await.system_proxy.set, "it need not be waited for");
}

#[tokio::test]
async fn what_moved_is_told_by_port_and_in_all_also_while_nobody_watches() {
    let served = Served::new().await;
    let traffic = async |request| served.status(request).await.traffic.expect("it is of this version");
    let nothing = TrafficStatus { today: Bytes { up: 0, down: 0 }, month: Bytes { up: 0, down: 0 }, ports: vec![] };
    assert_eq!(traffic(Request::Status).await, nothing);
    let on = served.bench.on().await;
    let stream = say(on.local_port, echo().await, &[7; 1000]).await;
    let counted = soon(async {
        loop {
            let traffic = traffic(Request::Status).await;
            if traffic.today.down == 1000 && traffic.ports.iter().any(|port| port.down_total == 1000) {
                return traffic;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    let [port] = &counted.ports[..] else { panic!("{counted:?}") };
    assert_eq!((counted.today, counted.month), (Bytes { up: 1000, down: 1000 }, Bytes { up: 1000, down: 1000 }));
    assert_eq!((port.port, port.up_total, port.flows), (on.local_port, 1000, 1));
    drop(stream);
    let off = traffic(Request::Off).await;
    assert_eq!((off.today, off.ports), (counted.today, vec![]), "the sums stay");
}

#[tokio::test]
async fn what_has_failed_is_told_and_tried_again_when_asked_again() {
    let served = Served::new().await;
    served.bench.use_a_profile_that_cannot_start().await;
    for _ in 0..2 {
        let status = served.status(Request::On).await;
        assert_eq!((status.wanted, status.state), (true, StateCode::Failed));
        assert!(status.problem.is_some());
    }
    served.bench.send(Command::SelectProfile { id: "builtin".into() });
    served.bench.until(is_on).await;
    assert_eq!(served.status(Request::Toggle).await.problem, None);
}

#[tokio::test]
async fn no_secret_is_told() {
    let served = Served::new().await;
    served.bench.send(Command::SelectProfile { id: "dead".into() });
    served.ask(Request::On).await;
    let told = line(&mut served.say(b"{\"do\":\"status\"}\n", false).await).await;
    assert!(told.starts_with("{\"is\":\"status\",\"running\":true,") && told.ends_with("}\n"), "{told}");
    assert!(!told.contains(PASSWORD), "{told}");
}

#[tokio::test]
async fn the_window_is_asked_for_and_gets_the_links() {
    let mut served = Served::new().await;
    assert_eq!(served.ask(Request::Open).await, Answer::Done);
    let links = Handed { links: vec!["ss://a".into(), "--off\n".into()], left_out: 2 };
    assert_eq!(served.ask(Request::Links(links.clone())).await, Answer::Done);
    assert_eq!(soon(served.for_window.recv()).await, Some(ForWindow::Open));
    assert_eq!(soon(served.for_window.recv()).await, Some(ForWindow::Links(links.clone())));
    // Whoever gets them looks at them again: another process has said them.
    let mut kept = Handed::default();
    assert!(kept.take_over(links));
    assert_eq!(kept, Handed { links: vec!["ss://a".into()], left_out: 2 });
}

#[tokio::test]
async fn hostile_bytes_and_half_lines_are_refused_and_harm_nobody() {
    let served = Served::new().await;
    let refused = |why: &str| json!({"is": "refused", "why": why});
    for bytes in [
        &b"\n"[..],
        b"on\n",
        b"{}\n",
        b"[]\n",
        b"null\n",
        b"{\"do\":\"format\"}\n",
        b"{\"do\":\"links\",\"links\":[1],\"leftOut\":-1}\n",
        b"{\"do\":\"on\"}{\"do\":\"on\"}\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x00\xff\xfe\x05\x01\x00\n",
        format!("{}\n", "[".repeat(10_000)).as_bytes(),
    ] {
        assert_eq!(served.hears(bytes, false).await, refused("not_understood"), "{}", bytes.escape_ascii());
    }
    for half in [&b"{"[..], b"{\"do\":\"on\"}", b"{\"do\":\"of"] {
        assert_eq!(served.hears(half, true).await, refused("not_understood"));
    }
    assert_eq!(line(&mut served.say(b"", true).await).await, "", "who says nothing hears nothing");
    let state = served.bench.settled().await;
    assert!(!state.wanted, "nothing of it was taken for a request");
    assert_eq!(served.status(Request::Status).await.state, StateCode::Off);
}

#[tokio::test]
async fn of_several_requests_in_a_connection_the_first_counts() {
    let served = Served::new().await;
    let told = served.hears(b"{\"do\":\"status\"}\n{\"do\":\"on\"}\n", false).await;
    assert_eq!(told["state"], "off");
    assert!(!served.bench.settled().await.wanted);
}

#[tokio::test]
async fn an_endless_line_is_cut_off() {
    let served = Served::new().await;
    let mut stream = soon(served.at.connect()).await.unwrap();
    let (mut from, mut to) = tokio::io::split(&mut stream);
    let endless = async {
        // Until nobody reads any more, or the answer is there.
        while to.write_all(&[b'x'; 4096]).await.is_ok() {}
        std::future::pending::<()>().await
    };
    let mut answer = [0; 34];
    let heard = soon(async {
        tokio::select! {
            () = endless => unreachable!("it never ends"),
            heard = from.read_exact(&mut answer) => heard,
        }
    });
    heard.await.unwrap();
    assert_eq!(&answer, b"{\"is\":\"refused\",\"why\":\"too_long\"}\n");
}

#[tokio::test(start_paused = true)]
async fn those_who_stay_silent_are_let_go_and_keep_nobody_out() {
    let served = Served::new().await;
    // More than are attended to at once; each has begun a line, or none.
    let mut silent = Vec::new();
    for n in 0..100 {
        silent.push(served.say(if n % 2 == 0 { b"{\"do\":" } else { b"" }, false).await);
    }
    // The clock of this test runs on by itself where everybody waits.
    let mut polite = served.say(b"{\"do\":\"status\"}\n", false).await;
    let mut answer = [0; 14];
    tokio::time::timeout(Duration::from_secs(3600), polite.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"{\"is\":\"status\"");
    let mut first = silent.swap_remove(0);
    assert_eq!(first.read(&mut answer).await.unwrap(), 0, "it was let go without a word");
}

#[tokio::test]
async fn a_crowd_is_answered() {
    let served = Served::new().await;
    let ask = |_| {
        let at = served.at.clone();
        tokio::spawn(async move { ask(&at, &Request::Status).await })
    };
    for asked in (0..200).map(ask).collect::<Vec<_>>() {
        assert!(matches!(soon(asked).await.unwrap().unwrap(), Answer::Status(_)));
    }
}

#[tokio::test]
async fn where_none_runs_or_a_dead_one_has_left_its_socket_that_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let at = ControlPath::in_directory(&dir.path().join("run"));
    assert!(matches!(ask(&at, &Request::Off).await, Err(NotAsked::NotRunning)));
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        std::fs::DirBuilder::new().mode(0o700).create(dir.path().join("run")).unwrap();
        drop(std::os::unix::net::UnixListener::bind(dir.path().join("run/control.sock")).unwrap());
        assert!(matches!(ask(&at, &Request::Off).await, Err(NotAsked::NotRunning)));
    }
    assert!(matches!(take_turn(&at, &Start::default()).await, Turn::First(Some(_))));
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_is_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let at = ControlPath::in_directory(&dir.path().join("run"));
    let _hangs = ControlSocket::take(&at).unwrap();
    assert!(matches!(ask(&at, &Request::On).await, Err(NotAsked::Silent)));
    assert!(matches!(take_turn(&at, &Start::default()).await, Turn::Second(Err(NotAsked::Silent))));
}

#[tokio::test]
async fn what_speaks_another_language_is_no_parasol_of_ours() {
    let dir = tempfile::tempdir().unwrap();
    let at = ControlPath::in_directory(&dir.path().join("run"));
    let mut socket = ControlSocket::take(&at).unwrap();
    for (says, strange) in
        [(&b"{\"is\":\"new\"}\n"[..], true), (b"\xff\n", true), (b"", false), (b"{\"is\":\"done", false)]
    {
        let (asked, ()) = tokio::join!(ask(&at, &Request::Open), async {
            let mut stream = socket.accept().await.unwrap();
            line(&mut stream).await;
            stream.write_all(says).await.unwrap();
        });
        match asked {
            Err(NotAsked::Strange) => assert!(strange),
            Err(NotAsked::NotRunning) => assert!(!strange, "it ended before it had answered"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_second_one_hands_over_and_a_third_comes_first_once_the_first_has_ended() {
    let mut served = Served::new().await;
    let start = |arguments: &[&str]| Start::of(arguments.iter().map(|argument| (*argument).to_owned()));
    let second = start(&["ss://a@b:1", "--on"]);
    assert!(matches!(soon(take_turn(&served.at, &second)).await, Turn::Second(Ok(()))));
    assert_eq!(soon(served.for_window.recv()).await, Some(ForWindow::Links(second.links.clone())));
    served.bench.until(is_on).await;

    // It ends while somebody starts anew: that one waits for its turn.
    let ending = served.bench.parasol.clone();
    let plain = start(&[]);
    let (_, turn) = tokio::join!(ending.shutdown(), take_turn(&served.at, &plain));
    match &turn {
        Turn::First(Some(_)) => {}
        // It may have been heard before the end came.
        Turn::Second(Ok(())) => assert_eq!(soon(served.for_window.recv()).await, Some(ForWindow::Open)),
        other => panic!("{other:?}"),
    }
    drop(turn);
    soon(served.serving).await.unwrap();
    assert!(matches!(take_turn(&served.at, &start(&["--toggle"])).await, Turn::First(Some(_))));
}

#[tokio::test]
async fn one_that_is_ending_says_so() {
    let served = Served::new().await;
    soon(served.bench.parasol.shutdown()).await;
    // Whether it still answers is a matter of moments; it never says yes.
    match ask(&served.at, &Request::On).await {
        Ok(Answer::Refused { why: Refusal::Ending }) | Err(NotAsked::NotRunning) => {}
        other => panic!("{other:?}"),
    }
}
