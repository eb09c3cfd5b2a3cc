use proptest::prelude::*;

use super::*;

/// Lines as they are written, joined with CR LF, with the empty line that ends a head.
fn head(lines: &[&str]) -> Vec<u8> {
    format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes()
}

fn decode(lines: &[&str]) -> Result<Option<(Request, usize)>, HeadError> {
    Request::decode(&head(lines))
}

/// What the target gets for a request with these field lines.
fn forwarded(fields: &[&str]) -> String {
    let lines = [&["POST http://example.org/a HTTP/1.1"], fields].concat();
    match decode(&lines) {
        Ok(Some((Request::Forward { target, head, .. }, _))) => {
            assert_eq!(target.to_string(), "example.org:80");
            String::from_utf8(head).expect("test heads are ASCII")
        }
        other => panic!("{other:?} for {fields:?}"),
    }
}

#[test]
fn a_head_cut_anywhere_is_read() {
    for lines in [
        &["CONNECT example.org:443 HTTP/1.1", "Host: example.org:443", "Proxy-Connection: keep-alive"][..],
        &["CONNECT [::1]:443 HTTP/1.0"],
        &["GET http://example.org/ HTTP/1.1", "Host: example.org", "Accept: */*"],
        &["POST http://example.org/ HTTP/1.1", "Host: example.org", "Content-Length: 7"],
    ] {
        let bytes = head(lines);
        for cut in 0..bytes.len() {
            assert_eq!(Request::decode(&bytes[..cut]), Ok(None), "cut at {cut} of {lines:?}");
        }
        let whole = Request::decode(&bytes).expect("well formed").expect("whole");
        assert_eq!(whole.1, bytes.len());
        let more = [&bytes[..], b"\x16\x03\x01 payload\r\n\r\n"].concat();
        assert_eq!(Request::decode(&more), Ok(Some(whole)), "payload is not counted");
    }
}

#[test]
fn connect_leads_to_its_target_and_not_to_the_host_field() {
    let (request, _) = decode(&["CONNECT example.org:443 HTTP/1.1", "Host: other.example:1"]).unwrap().unwrap();
    assert_eq!(request, Request::Connect("example.org:443".parse().unwrap()));
}

#[test]
fn the_head_is_rewritten_for_the_target() {
    assert_eq!(
        forwarded(&[
            "Host: somewhere.else:99",
            "accept: */*",
            "Proxy-Connection: keep-alive",
            "Proxy-Authorization: Basic c2VjcmV0",
            "Proxy-Authenticate: Basic",
            "Keep-Alive: timeout=5",
            "TE: trailers",
            "Trailer: X-Sum",
            "Upgrade: websocket",
            "Connection: Upgrade, X-Only-Here ,,X-Too",
            "connection: x-also",
            "X-Only-Here: 1",
            "x-too: 2",
            "X-Also: 3",
            "X-Stays: \t4 \t",
            "Cookie: a=b",
        ]),
        "POST /a HTTP/1.1\r\nHost: example.org\r\naccept: */*\r\nX-Stays: 4\r\nCookie: a=b\r\nConnection: close\r\n\r\n"
    );
}

#[test]
fn the_framing_of_the_body_stays() {
    for (fields, kept) in [
        (&["Transfer-Encoding: chunked"][..], "Transfer-Encoding: chunked\r\n"),
        (&["Transfer-Encoding: gzip, Chunked"], "Transfer-Encoding: gzip, Chunked\r\n"),
        (
            &["Transfer-Encoding: gzip", "Transfer-Encoding: chunked"],
            "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        ),
        (&["Connection: Transfer-Encoding", "Transfer-Encoding: chunked"], "Transfer-Encoding: chunked\r\n"),
        (&["Connection: Content-Length", "Content-Length: 3"], "Content-Length: 3\r\n"),
        (&["Content-Length: 3", "Content-Length: 3"], "Content-Length: 3\r\n"),
        (&["Content-Length: 3, 3"], "Content-Length: 3\r\n"),
        (&["Content-Length: 0"], "Content-Length: 0\r\n"),
    ] {
        assert_eq!(
            forwarded(fields),
            format!("POST /a HTTP/1.1\r\nHost: example.org\r\n{kept}Connection: close\r\n\r\n"),
            "{fields:?}"
        );
    }
}

#[test]
fn the_version_stays_the_clients() {
    let (request, _) = decode(&["GET http://example.org HTTP/1.0"]).unwrap().unwrap();
    let Request::Forward { head, .. } = request else { panic!("not forwarded") };
    assert!(head.starts_with(b"GET / HTTP/1.0\r\n"));
}

#[test]
fn fields_with_two_readings_are_refused() {
    for (fields, error) in [
        (&["Content-Length: 3", "Transfer-Encoding: chunked"][..], HeadError::TwoLengths),
        (&["transfer-encoding: chunked", "content-length: 0"], HeadError::TwoLengths),
        (&["Content-Length: 3", "Content-Length: 4"], HeadError::BadLength),
        (&["Content-Length: 3, 4"], HeadError::BadLength),
        (&["Content-Length: +3"], HeadError::BadLength),
        (&["Content-Length: -1"], HeadError::BadLength),
        (&["Content-Length: 0x3"], HeadError::BadLength),
        (&["Content-Length: 3 3"], HeadError::BadLength),
        (&["Content-Length:"], HeadError::BadLength),
        (&["Content-Length: 99999999999999999999"], HeadError::BadLength),
        (&["Transfer-Encoding: identity"], HeadError::BadTransferEncoding),
        (&["Transfer-Encoding: chunked, gzip"], HeadError::BadTransferEncoding),
        (&["Transfer-Encoding: chunked, chunked"], HeadError::BadTransferEncoding),
        (&["Transfer-Encoding: chunked;x=1"], HeadError::BadTransferEncoding),
        (&["Transfer-Encoding:"], HeadError::BadTransferEncoding),
        (&["Host: example.org", "Host: example.org"], HeadError::ManyHosts),
        (&["X : y"], HeadError::Malformed),
        (&["X: y", " folded"], HeadError::Malformed),
        (&["X: y", "\tfolded"], HeadError::Malformed),
        (&[" X: y"], HeadError::Malformed),
        (&["X: a\rb"], HeadError::Malformed),
        (&["X: a\nY: b"], HeadError::Malformed),
        (&["X: a\0b"], HeadError::Malformed),
        (&["no colon"], HeadError::Malformed),
        (&[": no name"], HeadError::Malformed),
    ] {
        for line in ["GET http://example.org/ HTTP/1.1", "CONNECT example.org:443 HTTP/1.1"] {
            assert_eq!(decode(&[&[line], fields].concat()), Err(error), "{line} {fields:?}");
        }
    }
    let old = decode(&["POST http://example.org/ HTTP/1.0", "Transfer-Encoding: chunked"]);
    assert_eq!(old, Err(HeadError::BadTransferEncoding));
}

#[test]
fn bad_request_lines_are_refused() {
    for (line, error) in [
        ("CONNECT / HTTP/1.1", HeadError::NotForAProxy),
        ("OPTIONS * HTTP/1.1", HeadError::NotForAProxy),
        ("GET https://example.org/ HTTP/1.1", HeadError::UnsupportedScheme),
        ("CONNECT example.org HTTP/1.1", HeadError::NotHostPort),
        ("connect example.org:443 HTTP/1.1", HeadError::BadTarget),
        ("GET http:///a HTTP/1.1", HeadError::BadAddress(AddressError::EmptyDomain)),
        ("GET http://example.org/ HTTP/2.0", HeadError::Malformed),
        ("GET http://example.org/", HeadError::Malformed),
        ("GET http://example.org/ a HTTP/1.1", HeadError::Malformed),
        ("GET  http://example.org/ HTTP/1.1", HeadError::Malformed),
        ("PRI * HTTP/2.0", HeadError::Malformed),
        ("G\u{e9}T http://example.org/ HTTP/1.1", HeadError::Malformed),
    ] {
        assert_eq!(decode(&[line]), Err(error), "{line}");
    }
    assert_eq!(Request::decode(b"GET http://example.org/ HTTP/1.1\n\n"), Err(HeadError::Malformed), "bare LF");
}

#[test]
fn a_path_alone_is_for_ourselves() {
    for (lines, path, loopback) in [
        (&["GET /a.pac HTTP/1.1", "Host: 127.0.0.1:1080"][..], "/a.pac", true),
        (&["GET /go?to=http://example.org/ HTTP/1.1", "host: example.org"], "/go?to=http://example.org/", false),
        (&["GET // HTTP/1.0"], "//", false),
    ] {
        let (request, used) = decode(lines).unwrap().unwrap();
        assert_eq!((used, request.target()), (head(lines).len(), None));
        let Request::Own(own) = request else { panic!("{lines:?} is not for ourselves") };
        assert_eq!((own.is_for(path), own.names_loopback(1080)), (true, loopback), "{lines:?}");
    }
    assert_eq!(decode(&["GET / HTTP/1.1", "Host: a", "Host: a"]), Err(HeadError::ManyHosts));
}

#[test]
fn a_head_is_bounded_in_bytes_and_lines() {
    let line = "GET http://example.org/ HTTP/1.1";
    let padded = |total: usize| {
        let rest = total - head(&[line, "X: "]).len();
        head(&[line, &format!("X: {}", "a".repeat(rest))])
    };
    assert_eq!(padded(MAX_HEAD).len(), MAX_HEAD);
    assert!(matches!(Request::decode(&padded(MAX_HEAD)), Ok(Some(_))));
    assert_eq!(Request::decode(&padded(MAX_HEAD + 1)), Err(HeadError::TooLarge));
    assert_eq!(Request::decode(&padded(MAX_HEAD + 1)[..MAX_HEAD]), Err(HeadError::TooLarge));
    assert_eq!(Request::decode(&padded(MAX_HEAD + 1)[..MAX_HEAD - 1]), Ok(None));
    assert_eq!(Request::decode(&padded(1024 * 1024)), Err(HeadError::TooLarge));

    let many = |n: usize| [vec![line], vec!["X: y"; n]].concat();
    assert!(matches!(decode(&many(MAX_FIELDS)), Ok(Some(_))));
    assert_eq!(decode(&many(MAX_FIELDS + 1)), Err(HeadError::TooLarge));
}

#[test]
fn debug_shows_no_field() {
    let (request, _) = decode(&["GET http://example.org/?token=hunter2 HTTP/1.1", "Cookie: hunter2"]).unwrap().unwrap();
    assert_eq!(format!("{request:?}"), "Forward(example.org:80, 87 bytes)");
}

proptest! {
    #[test]
    fn decode_never_panics_and_never_changes_its_mind(
        start in prop_oneof![
            Just(""), Just("CONNECT a:1 HTTP/1.1\r\n"), Just("GET http://a/ HTTP/1.1\r\n"),
            Just("GET http://a/ HTTP/1.1\r\nContent-Length: 1"),
        ],
        middle in proptest::collection::vec(
            prop_oneof![
                any::<u8>().prop_map(|b| vec![b]),
                prop_oneof![
                    Just("\r\n"), Just("\r\n\r\n"), Just("\n"), Just(": "), Just("Host"), Just("HTTP/1.1"), Just(" "),
                    Just("Transfer-Encoding: chunked\r\n"), Just("Content-Length: 2\r\n"), Just("Connection: x"),
                ].prop_map(|s| s.as_bytes().to_vec()),
            ],
            0..40,
        ),
    ) {
        let bytes = [start.as_bytes(), &middle.concat()].concat();
        let whole = Request::decode(&bytes);
        for cut in 0..bytes.len() {
            let early = Request::decode(&bytes[..cut]);
            prop_assert!(early == Ok(None) || early == whole, "{early:?} at {cut}, then {whole:?}");
        }
        if let Ok(Some((Request::Forward { head, .. }, _))) = whole {
            // What goes out is itself a head that nobody can read in two ways.
            prop_assert!(!has_bare_lf(&head));
            let mut slots = [httparse::EMPTY_HEADER; MAX_FIELDS + 3];
            let parsed = httparse::Request::new(&mut slots).parse(&head);
            prop_assert_eq!(parsed, Ok(httparse::Status::Complete(head.len())));
        }
    }
}
