//! Plain HTTP through the proxy: one request reaches its target whole, and nothing of the next one on the client's
//! connection does, which may be for somebody else.

use std::net::{Ipv4Addr, SocketAddr};

use harness::deadline::within;
use harness::payload;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::running::relays;

/// What a browser would send next, with what nobody else may see.
const NEXT: &str = "GET http://other.test/two HTTP/1.1\r\nHost: other.test\r\nCookie: secret\r\n\r\n";
/// An answer after which the connection could go on.
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok";

/// A request's method, the field that frames its body, and the body as it goes over the wire.
type Asked = (&'static str, String, Vec<u8>);

fn counted(len: usize) -> Asked {
    ("POST", format!("Content-Length: {len}\r\n"), payload::bytes(len, 21))
}

/// Chunks of many sizes, one with an extension, and a trailer.
fn chunked(len: usize) -> Asked {
    let mut wire = Vec::new();
    let (mut rest, mut size) = (&payload::bytes(len, 22)[..], 1);
    while !rest.is_empty() {
        let (chunk, behind) = rest.split_at(size.min(rest.len()));
        let extension = if size == 4 { ";name=value" } else { "" };
        wire.extend(format!("{:x}{extension}\r\n", chunk.len()).into_bytes());
        wire.extend(chunk);
        wire.extend(b"\r\n");
        (rest, size) = (behind, size * 2);
    }
    wire.extend(b"0\r\nChecksum: none\r\n\r\n");
    ("POST", "Transfer-Encoding: chunked\r\n".to_owned(), wire)
}

fn none() -> Asked {
    ("GET", String::new(), Vec::new())
}

fn head(asked: &Asked, target: SocketAddr) -> Vec<u8> {
    let (method, framing, _) = asked;
    format!("{method} http://{target}/one HTTP/1.1\r\nHost: {target}\r\n{framing}\r\n").into_bytes()
}

async fn origin() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
    let address = listener.local_addr().expect("it is bound");
    (listener, address)
}

/// The next connection, with the head of its request read.
async fn asked(listener: &TcpListener, what: &str) -> TcpStream {
    within(what, async {
        let (mut stream, _) = listener.accept().await.expect("a test stays within its descriptors");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("a whole head comes"));
        }
        stream
    })
    .await
}

async fn expect(stream: &mut TcpStream, bytes: &[u8], what: &str) {
    let mut heard = vec![0; bytes.len()];
    within(what, stream.read_exact(&mut heard)).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(heard == bytes, "{what}: other bytes");
}

/// When the client's next request leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    /// In one segment with the first.
    Together,
    /// In one segment with the last bytes of the first one's body.
    WithTheBody,
    /// After the first was answered, as browsers do.
    Answered,
}

#[tokio::test]
async fn nothing_of_a_second_request_reaches_the_target_of_the_first() {
    for (relay, proxy, _running) in relays() {
        for (body, asked_for) in [("no body", none()), ("Content-Length", counted(500)), ("chunks", chunked(500))] {
            for when in [When::Together, When::WithTheBody, When::Answered] {
                let what = format!("{relay}, {body}, {when:?}");
                let (listener, address) = origin().await;
                let (head, body) = (head(&asked_for, address), &asked_for.2);
                let mut client = within(&what, TcpStream::connect(proxy)).await.expect("it listens");
                let mut origin = match when {
                    When::Together => {
                        client.write_all(&[&head, body, NEXT.as_bytes()].concat()).await.expect("it reads");
                        asked(&listener, &what).await
                    }
                    When::WithTheBody => {
                        client.write_all(&head).await.expect("it reads");
                        let origin = asked(&listener, &what).await;
                        client.write_all(&[body, NEXT.as_bytes()].concat()).await.expect("it reads");
                        origin
                    }
                    When::Answered => {
                        client.write_all(&[&head, &body[..]].concat()).await.expect("it reads");
                        asked(&listener, &what).await
                    }
                };
                expect(&mut origin, body, &what).await;
                origin.write_all(ANSWER).await.expect("it reads");
                expect(&mut client, ANSWER, &what).await;
                match when {
                    When::Answered => client.write_all(NEXT.as_bytes()).await.expect("it reads"),
                    // What was cut off with the head has left no trace to wake anybody by.
                    When::Together => client.shutdown().await.expect("it is connected"),
                    When::WithTheBody => {}
                }
                // The first target is told that this was all, and that is what it hears.
                let mut rest = Vec::new();
                within(&what, origin.read_to_end(&mut rest)).await.unwrap_or_else(|error| panic!("{what}: {error}"));
                assert!(rest.is_empty(), "{what}: {}", String::from_utf8_lossy(&rest));
                drop(origin);
                // The client hears a clean end, and asks again on another connection.
                within(&what, client.read_to_end(&mut rest)).await.unwrap_or_else(|error| panic!("{what}: {error}"));
                assert!(rest.is_empty(), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn a_body_in_segments_arrives_whole() {
    for (relay, proxy, _running) in relays() {
        for (framing, asked_for) in [
            ("short", counted(5)),
            ("long", counted(1 << 20)),
            ("few chunks", chunked(5)),
            ("chunks", chunked(1 << 20)),
        ] {
            let body = &asked_for.2;
            // Nothing, a byte, or half of the body comes with the head; the rest when the target has seen that.
            for first in [0, 1, body.len() / 2] {
                let what = format!("{relay}, {framing}, {first} bytes with the head");
                let (listener, address) = origin().await;
                let mut client = within(&what, TcpStream::connect(proxy)).await.expect("it listens");
                let (before, after) = body.split_at(first);
                let (_, mut origin) = tokio::join!(
                    async { client.write_all(&[&head(&asked_for, address), before].concat()).await.expect("it reads") },
                    asked(&listener, &what)
                );
                expect(&mut origin, before, &what).await;
                let ((), ()) = tokio::join!(
                    async { client.write_all(after).await.expect("it reads") },
                    expect(&mut origin, after, &what)
                );
                origin.write_all(ANSWER).await.expect("it reads");
                expect(&mut client, ANSWER, &what).await;
            }
        }
    }
}

/// Where two readers could see the end in two places, nothing more is passed on, and the target is not told that the
/// body was whole.
#[tokio::test]
async fn a_body_whose_chunks_are_malformed_goes_no_further() {
    for (what, proxy, _running) in relays() {
        let (listener, address) = origin().await;
        let mut client = within(what, TcpStream::connect(proxy)).await.expect("it listens");
        client.write_all(&head(&chunked(0), address)).await.expect("it reads");
        let mut origin = asked(&listener, what).await;
        client.write_all(b"5\r\nhello\r\n").await.expect("it reads");
        expect(&mut origin, b"5\r\nhello\r\n", what).await;
        client.write_all(b"5\nworld\r\n0\r\n\r\n").await.expect("it reads");
        let heard = within(what, origin.read(&mut [0; 64])).await;
        assert!(heard.is_err(), "{what}: {heard:?}");
    }
}
