//! SOCKS5: greeting, login, request and the header of datagrams; and the whole talk.

use std::net::SocketAddr;

use parasol_proto::socks5::{
    Choice, Greeting, Login, MAX_UDP_HEADER, PasswordReply, PasswordRequest, Reply, Request, RequestError, UdpHeader,
};
use parasol_proto::{Attempt, Credentials};

use crate::decoder::{decodes_alike, is_sound};
use crate::input::{Input, pieces};

/// Everything a client of SOCKS5 says. The first byte picks the message.
pub fn socks5(data: &[u8]) {
    let mut input = Input::new(data);
    match input.byte() % 5 {
        0 => greeting(input.rest()),
        1 => password(input.rest()),
        2 => request(input.rest()),
        3 => datagram(input.rest()),
        _ => {
            let login = input.byte() % 2 == 1;
            let cuts = input.cuts();
            let said = input.rest();
            let whole = talk(login, [said]);
            assert_eq!(talk(login, pieces(said, &cuts)), whole, "in pieces of {cuts:?}");
            assert!(whole.answers.len() <= 2 + 2 + 10);
        }
    }
}

fn greeting(bytes: &[u8]) {
    let Ok(Some((greeting, used))) = decodes_alike(bytes, Greeting::decode) else { return };
    let offered = &bytes[2..used];
    for method in 0..=u8::MAX {
        assert_eq!(greeting.methods.contains(method), offered.contains(&method));
    }
    for login in [Login::None, Login::Password] {
        let chosen = greeting.choose(login);
        assert_eq!(chosen == Choice::Login(login), offered.contains(&(login as u8)));
        assert!(chosen == Choice::Refused || chosen == Choice::Login(login), "a login is never waived");
    }
}

fn password(bytes: &[u8]) {
    let Ok(Some((request, used))) = decodes_alike(bytes, PasswordRequest::decode) else { return };
    let (user, rest) = bytes[2..used].split_at(usize::from(bytes[1]));
    assert_eq!(Attempt::new(user, &rest[1..]), Some(request.attempt));
}

fn request(bytes: &[u8]) {
    match decodes_alike(bytes, Request::decode) {
        Ok(Some((request, _))) => {
            assert_eq!(bytes[0], 5);
            if let Request::Connect(address) | Request::UdpAssociate(Some(address)) = &request {
                is_sound(address);
                let mut again = bytes[..3].to_vec();
                address.encode(&mut again);
                let len = again.len();
                assert_eq!(Request::decode(&again), Ok(Some((request, len))));
            }
        }
        Ok(None) => assert!(bytes.len() < 3 + 1 + 1 + 255 + 2, "no request is longer"),
        Err(error) => is_whole_reply(error.reply(), error),
    }
}

fn is_whole_reply(reply: Reply, error: RequestError) {
    assert_ne!(reply, Reply::Succeeded, "{error}");
    let mut out = Vec::new();
    reply.encode(SocketAddr::from(([0, 0, 0, 0], 0)), &mut out);
    assert_eq!(out, [5, reply as u8, 0, 1, 0, 0, 0, 0, 0, 0]);
}

fn datagram(bytes: &[u8]) {
    let Ok((header, payload)) = UdpHeader::decode(bytes) else { return };
    assert!(payload <= bytes.len() && bytes[2] == 0);
    is_sound(&header.address);
    let mut buffer = vec![0; MAX_UDP_HEADER];
    buffer.extend_from_slice(&bytes[payload..]);
    let start = header.prepend(&mut buffer, MAX_UDP_HEADER);
    let len = UdpHeader::encoded_len(&header.address);
    assert_eq!(MAX_UDP_HEADER - start, len);
    assert_eq!(UdpHeader::decode(&buffer[start..]), Ok((header, len)));
}

/// What came of a talk.
#[derive(Debug, Default, PartialEq)]
struct Talk {
    answers: Vec<u8>,
    request: Option<Request>,
    over: bool,
    /// What the client said behind its request.
    payload: Vec<u8>,
}

/// Where a talk stands.
enum Stage {
    Greeting,
    Login,
    Request,
    Over,
}

/// The order of RFC 1928 and 1929, as the messages come in pieces.
fn talk<'a>(login: bool, said: impl IntoIterator<Item = &'a [u8]>) -> Talk {
    let credentials = login.then(|| Credentials::new("ann", "secret").expect("a login"));
    let (mut talk, mut stage, mut kept) = (Talk::default(), Stage::Greeting, Vec::new());
    for piece in said {
        kept.extend_from_slice(piece);
        loop {
            let used = match stage {
                Stage::Greeting => match Greeting::decode(&kept) {
                    Ok(Some((greeting, used))) => {
                        let choice = greeting.choose(Login::for_credentials(credentials.as_ref()));
                        talk.answers.extend(choice.encode());
                        stage = match choice {
                            Choice::Login(Login::None) => Stage::Request,
                            Choice::Login(Login::Password) => Stage::Login,
                            Choice::Refused => Stage::Over,
                        };
                        used
                    }
                    Ok(None) => break,
                    Err(_) => {
                        stage = Stage::Over;
                        0
                    }
                },
                Stage::Login => match PasswordRequest::decode(&kept) {
                    Ok(None) => break,
                    Ok(Some((request, used))) if credentials.as_ref().is_some_and(|c| c.admits(&request.attempt)) => {
                        talk.answers.extend(PasswordReply::Accepted.encode());
                        stage = Stage::Request;
                        used
                    }
                    Ok(Some(_)) | Err(_) => {
                        talk.answers.extend(PasswordReply::Refused.encode());
                        stage = Stage::Over;
                        0
                    }
                },
                Stage::Request => match Request::decode(&kept) {
                    Ok(None) => break,
                    Ok(Some((request, used))) => {
                        talk.request = Some(request);
                        stage = Stage::Over;
                        used
                    }
                    Err(error) => {
                        error.reply().encode(SocketAddr::from(([0, 0, 0, 0], 0)), &mut talk.answers);
                        stage = Stage::Over;
                        0
                    }
                },
                Stage::Over => break,
            };
            kept.drain(..used);
        }
    }
    talk.over = matches!(stage, Stage::Over);
    if talk.request.is_some() {
        assert!(!login || talk.answers.ends_with(&[1, 0]), "nobody is served before the login");
        talk.payload = kept;
    }
    if let Some(Request::Connect(target)) = &talk.request {
        is_sound(target);
    }
    talk
}
