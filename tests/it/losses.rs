//! A loss is not an end: whoever reads a stream that was cut, falsified or reset on its way is told so by a reset, and
//! gets nothing of what was falsified.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};

use harness::curl::curl;
use harness::deadline::within;
use harness::payload;
use harness::socks5;
use parasol_engine::{FlowEnd, Verdict};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::running::{local, relays, server, server_config};
use crate::wire::{self, LENGTH, METHODS};

/// Where a chunk of five bytes can be touched: length, its tag, payload, its tag.
const PLACES: [usize; 6] = [0, 1, LENGTH - 1, LENGTH, LENGTH + 4, LENGTH + 5 + 15];

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
    let address = listener.local_addr().expect("it is bound");
    (listener, address)
}

async fn accepted(listener: &TcpListener) -> TcpStream {
    within("a connection", listener.accept()).await.expect("a test stays within its descriptors").0
}

async fn expect(stream: &mut TcpStream, bytes: &[u8], what: &str) {
    let mut heard = vec![0; bytes.len()];
    within(what, stream.read_exact(&mut heard)).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(heard, bytes, "{what}");
}

/// The next that is heard is a reset, without a byte before it.
async fn expect_reset(stream: &mut TcpStream, what: &str) {
    let heard = within(what, stream.read(&mut [0; 64])).await;
    assert_eq!(heard.as_ref().map_err(std::io::Error::kind), Err(ErrorKind::ConnectionReset), "{what}");
}

#[tokio::test]
async fn an_answer_that_is_cut_has_no_end_but_at_the_end_of_a_chunk() {
    for method in METHODS {
        let far = wire::Server::start(method).await;
        let mut near = local(server_config(far.address, method));
        let in_head = [1, method.key_len() - 1, method.key_len() + 1, method.key_len() + LENGTH].map(|cut| (cut, None));
        let in_chunk = [1, LENGTH - 1, LENGTH, LENGTH + 1, LENGTH + 5 + 15, LENGTH + 5 + 16].map(|cut| (0, Some(cut)));
        for (in_head, in_chunk) in in_head.into_iter().chain(in_chunk) {
            let what = format!("{method}, cut at {in_head} of the head or {in_chunk:?} of the chunk");
            let mut client = socks5::connect(near.address, far.address).await.expect("the server is there");
            client.write_all(b"ping").await.expect("the relay reads");
            let mut asked = far.asked().await;
            let (head, mut sealer) = asked.answer(b"hello");
            let chunk = wire::chunk(&mut sealer, b"there");
            if let Some(cut) = in_chunk {
                asked.stream.write_all(&head).await.expect("the relay reads");
                expect(&mut client, b"hello", &what).await;
                asked.stream.write_all(&chunk[..cut]).await.expect("the relay reads");
            } else {
                asked.stream.write_all(&head[..in_head]).await.expect("the relay reads");
            }
            asked.stream.shutdown().await.expect("it is connected");
            if in_chunk == Some(chunk.len()) {
                expect(&mut client, b"there", &what).await;
                assert_eq!(within(&what, client.read(&mut [0; 16])).await.expect("a clean end"), 0, "{what}");
                client.shutdown().await.expect("it is connected");
                assert_eq!(near.ended().await.end, FlowEnd::Done, "{what}");
                continue;
            }
            expect_reset(&mut client, &what).await;
            let flow = near.ended().await;
            if in_chunk.is_some() {
                assert!(matches!(flow.end, FlowEnd::BadPeer(_)) && flow.rx == 5, "{what}: {flow:?}");
            } else {
                assert_eq!(flow.verdict(), Verdict::ServerClosed, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn an_answer_with_one_bit_changed_is_not_delivered_and_has_no_end() {
    for method in METHODS {
        let far = wire::Server::start(method).await;
        let mut near = local(server_config(far.address, method));
        for place in PLACES {
            let what = format!("{method}, a bit of byte {place}");
            let mut client = socks5::connect(near.address, far.address).await.expect("the server is there");
            client.write_all(b"ping").await.expect("the relay reads");
            let mut asked = far.asked().await;
            let (head, mut sealer) = asked.answer(b"hello");
            asked.stream.write_all(&head).await.expect("the relay reads");
            expect(&mut client, b"hello", &what).await;
            let mut chunk = wire::chunk(&mut sealer, b"there");
            chunk[place] ^= 4;
            asked.stream.write_all(&chunk).await.expect("the relay reads");
            expect_reset(&mut client, &what).await;
            let flow = near.ended().await;
            assert_eq!((flow.verdict(), flow.rx), (Verdict::BadAnswer, 5), "{what}: {flow:?}");
        }
    }
}

#[tokio::test]
async fn a_target_that_resets_after_half_its_answer_resets_the_client() {
    for (what, proxy, _running) in relays() {
        let (listener, address) = listener().await;
        let mut client = socks5::connect(proxy, address).await.expect(what);
        client.write_all(b"ping").await.expect(what);
        let mut target = accepted(&listener).await;
        expect(&mut target, b"ping", what).await;
        target.write_all(b"half").await.expect(what);
        expect(&mut client, b"half", what).await;
        target.set_zero_linger().expect(what);
        drop(target);
        expect_reset(&mut client, what).await;
    }
}

#[tokio::test]
async fn a_client_that_resets_after_half_its_request_resets_the_target() {
    for (what, proxy, _running) in relays() {
        let (listener, address) = listener().await;
        let mut client = socks5::connect(proxy, address).await.expect(what);
        client.write_all(b"half").await.expect(what);
        let mut target = accepted(&listener).await;
        expect(&mut target, b"half", what).await;
        client.set_zero_linger().expect(what);
        drop(client);
        expect_reset(&mut target, what).await;
    }
}

/// A body without a length ends with the connection, so curl has nothing else to know by.
#[tokio::test]
async fn curl_does_not_take_half_a_page_for_a_whole_one() {
    for (what, proxy, _running) in relays() {
        for scheme in ["http", "socks5h", "socks4a"] {
            let (listener, address) = listener().await;
            let serve = async {
                let mut target = accepted(&listener).await;
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(within("the request", target.read_u8()).await.expect("curl asks"));
                }
                target.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf").await.expect("curl listens");
                target.set_zero_linger().expect("it is connected");
            };
            let args = ["--proxy".to_owned(), format!("{scheme}://{proxy}"), format!("http://{address}/")];
            let (answer, ()) = tokio::join!(curl(&args), serve);
            // 18 is a partial file, 56 a failure to receive.
            assert!(matches!(answer.code, 18 | 56), "{what}, {scheme}: {} {}", answer.code, answer.words);
        }
    }
}

/// Whoever changes a bit on the way to our server learns nothing: no reset, no end, and it is read on; but the target
/// shall not take what came for all there was.
#[tokio::test]
async fn a_later_chunk_with_one_bit_changed_resets_the_target_and_nobody_else() {
    for method in METHODS {
        let mut far = server(method);
        for (seed, place) in (0..).zip(PLACES) {
            let what = format!("{method}, a bit of byte {place}");
            let (listener, address) = listener().await;
            let (head, mut sealer) = wire::request(method, address, b"first", seed);
            let mut client = within(&what, TcpStream::connect(far.address)).await.expect("it listens");
            client.write_all(&head).await.expect("it is read");
            let mut target = accepted(&listener).await;
            expect(&mut target, b"first", &what).await;
            client.write_all(&wire::chunk(&mut sealer, b"again")).await.expect("it is read");
            expect(&mut target, b"again", &what).await;

            let mut chunk = wire::chunk(&mut sealer, b"there");
            chunk[place] ^= 4;
            client.write_all(&chunk).await.expect("it is read");
            expect_reset(&mut target, &what).await;
            // More than all buffers on the way hold, so it is read on; a closed socket would have answered with a reset.
            client.write_all(&payload::bytes(16 << 20, 8)).await.unwrap_or_else(|error| panic!("{what}: {error}"));
            client.shutdown().await.expect("it is connected");
            let mut heard = Vec::new();
            let ended = within(&what, client.read_to_end(&mut heard)).await;
            assert!(ended.is_ok() && heard.is_empty(), "{what}: {ended:?} {} bytes", heard.len());
            let flow = far.ended().await;
            assert_eq!((flow.verdict(), flow.tx), (Verdict::BadClient, 10), "{what}: {flow:?}");
        }
    }
}

#[tokio::test]
async fn a_request_that_is_cut_within_a_chunk_resets_the_target() {
    for method in METHODS {
        let far = server(method);
        for (seed, cut) in (0..).zip([1, LENGTH - 1, LENGTH, LENGTH + 1, LENGTH + 5 + 15]) {
            let what = format!("{method}, cut at {cut}");
            let (listener, address) = listener().await;
            let (head, mut sealer) = wire::request(method, address, b"first", seed);
            let mut client = within(&what, TcpStream::connect(far.address)).await.expect("it listens");
            client.write_all(&head).await.expect("it is read");
            let mut target = accepted(&listener).await;
            expect(&mut target, b"first", &what).await;
            client.write_all(&wire::chunk(&mut sealer, b"there")[..cut]).await.expect("it is read");
            client.shutdown().await.expect("it is connected");
            expect_reset(&mut target, &what).await;
        }
    }
}
