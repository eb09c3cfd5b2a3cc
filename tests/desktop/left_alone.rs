//! A browser that runs on when Parasol is killed under it.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use crate::browse::browser;
use crate::process::kill;
use crate::proxy_setting;
use crate::scene::{SITE, Scene};
use crate::until::until;

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_runs_on_has_a_network_at_once_when_parasol_is_killed() {
    let mut scene = Scene::new().await;
    let before = proxy_setting::all(&scene.desk);
    let (window, tray) = scene.start_parasol().await;
    scene.go_on(&window, &tray).await;

    let page = Page::serve();
    let mut command = browser(&scene.desk);
    // By itself it finds the site only this way; through Parasol the far end looks it up.
    command.arg(format!("--host-resolver-rules=MAP {SITE} 127.0.0.1")).arg("--remote-debugging-port=0");
    command.arg(format!("http://{SITE}:{}/", page.address.port()));
    scene.desk.start(command);
    until("the page asks through Parasol", async || (page.beats() > 3).then_some(())).await;

    kill(tray.pid());
    let killed = Instant::now();
    // What was under way ends with the server; what comes now comes straight.
    scene.stop_server().await;
    let so_far = page.beats();
    until("the page asks without Parasol", async || (page.beats() > so_far).then_some(())).await;
    println!("the browser had a network {:?} after the kill", killed.elapsed());
    assert_eq!(proxy_setting::all(&scene.desk), before);
    drop(window);
}

/// A page that goes on asking its host for something, ten times a second.
struct Page {
    address: SocketAddr,
    beats: Arc<AtomicUsize>,
}

impl Page {
    fn serve() -> Page {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there are free ports");
        let address = listener.local_addr().expect("it is bound");
        let beats = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&beats);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let count = Arc::clone(&count);
                // Browsers open connections that they do not use yet.
                thread::spawn(move || answer(stream, &count));
            }
        });
        Page { address, beats }
    }

    fn beats(&self) -> usize {
        self.beats.load(Ordering::SeqCst)
    }
}

fn answer(mut stream: TcpStream, beats: &AtomicUsize) {
    let Ok(reading) = stream.try_clone() else { return };
    let mut head = BufReader::new(reading).lines().map_while(Result::ok);
    let Some(request) = head.next() else { return };
    head.find(String::is_empty);
    if request.starts_with("GET /beat") {
        beats.fetch_add(1, Ordering::SeqCst);
    }
    let page = "<script>setInterval(() => fetch('/beat', { cache: 'no-store' }).catch(() => {}), 100)</script>";
    let length = page.len();
    // One connection for each, so that none outlives Parasol.
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    let _ = stream.write_all(format!("{head}{page}").as_bytes());
}
