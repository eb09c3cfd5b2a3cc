//! Reading a local client's request: SOCKS5, SOCKS4 or HTTP, and how each is answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use parasol_proto::first_byte::Protocol;
use parasol_proto::{Address, Attempt, http, socks4, socks5};
use tokio::net::TcpStream;

use super::Head;
use crate::login_guard::LoginGuard;
use crate::script::Scripts;
use crate::server::Outlet;
use crate::socket::write_all;
use crate::summary::{DialFailure, FlowEnd, RefusedCause, ResolveFailure};

/// What a client asked for.
pub(crate) enum Asked {
    /// A connection to a target.
    Connect(Request),
    /// A UDP association, and where it will send from if it knows.
    Associate(Option<Address>),
    /// A script of this port.
    Script(Arc<str>),
}

/// A connection that a client asked for.
pub(crate) struct Request {
    pub(crate) target: Address,
    pub(crate) answer: Answer,
    /// What of the bytes behind the head is for the target; `None` for all.
    pub(crate) body: Option<http::Body>,
}

/// In which protocol a request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Socks5,
    Socks4,
    /// HTTP CONNECT.
    Tunnel,
    /// HTTP with an absolute URI: the target itself answers.
    Forward,
}

/// A request that is not served: what to tell the client.
pub(crate) struct Refusal {
    pub(crate) reply: Vec<u8>,
    pub(crate) cause: RefusedCause,
}

impl Refusal {
    fn new(cause: RefusedCause, reply: impl Into<Vec<u8>>) -> Refusal {
        Refusal { reply: reply.into(), cause }
    }

    fn silent(cause: RefusedCause) -> Refusal {
        Refusal::new(cause, Vec::new())
    }
}

/// Who may come in.
pub(crate) struct Door<'a> {
    /// The port's login, if it has one.
    pub(crate) login: Option<&'a LoginGuard>,
    /// Who knocks.
    pub(crate) client: SocketAddr,
    /// What is given away here to whoever has no login, but knows where it is.
    pub(crate) scripts: &'a Scripts,
}

impl Door<'_> {
    fn opens_to(&self, attempt: Option<&Attempt>) -> bool {
        match (self.login, attempt) {
            (None, _) => true,
            (Some(login), Some(attempt)) => login.admits(self.client.ip(), attempt, Instant::now()),
            (Some(_), None) => false,
        }
    }
}

impl Asked {
    /// Reads a whole request of a client that `door` opens to. `head` is left with the payload behind it. What the mode of
    /// the outlet does not have is refused.
    pub(crate) async fn read(
        stream: &TcpStream,
        head: &mut Head<'_>,
        door: &Door<'_>,
        outlet: &Outlet,
    ) -> Result<Asked, Refusal> {
        need(head).await?;
        match Protocol::from_first_byte(head.bytes[0]) {
            Some(Protocol::Socks5) => socks5(stream, head, door, outlet).await,
            // These have no UDP.
            _ if !outlet.mode().tcp() => Err(Refusal::silent(RefusedCause::Command)),
            Some(Protocol::Socks4) => socks4(head, door).await.map(Asked::Connect),
            Some(Protocol::Http) => http(stream, head, door).await,
            None => Err(Refusal::silent(RefusedCause::Malformed)),
        }
    }
}

async fn need(head: &mut Head<'_>) -> Result<(), Refusal> {
    if head.more().await { Ok(()) } else { Err(Refusal::silent(RefusedCause::ClientLeft)) }
}

async fn socks5(stream: &TcpStream, head: &mut Head<'_>, door: &Door<'_>, outlet: &Outlet) -> Result<Asked, Refusal> {
    let (greeting, used) = loop {
        match socks5::Greeting::decode(&head.bytes) {
            Ok(Some(found)) => break found,
            Ok(None) => need(head).await?,
            Err(_) => return Err(Refusal::silent(RefusedCause::Malformed)),
        }
    };
    head.bytes.drain(..used);
    let choice = greeting.choose(socks5::Login::for_credentials(door.login.map(LoginGuard::credentials)));
    if choice == socks5::Choice::Refused {
        let cause = if door.login.is_some() { RefusedCause::Login } else { RefusedCause::Malformed };
        return Err(Refusal::new(cause, choice.encode()));
    }
    write_all(stream, &choice.encode()).await.map_err(|_| Refusal::silent(RefusedCause::ClientLeft))?;
    if choice == socks5::Choice::Login(socks5::Login::Password) {
        socks5_password(stream, head, door).await?;
    }
    let refusal = |cause, reply: socks5::Reply| {
        let mut out = Vec::new();
        reply.encode(unspecified(), &mut out);
        Refusal::new(cause, out)
    };
    loop {
        match socks5::Request::decode(&head.bytes) {
            Ok(Some((socks5::Request::Connect(target), used))) if outlet.mode().tcp() => {
                head.bytes.drain(..used);
                return Ok(Asked::Connect(Request { target, answer: Answer::Socks5, body: None }));
            }
            Ok(Some((socks5::Request::UdpAssociate(expected), _))) if outlet.mode().udp() => {
                return Ok(Asked::Associate(expected));
            }
            Ok(Some(_)) => return Err(refusal(RefusedCause::Command, socks5::Reply::CommandNotSupported)),
            Ok(None) => need(head).await?,
            Err(error @ socks5::RequestError::Command(_)) => return Err(refusal(RefusedCause::Command, error.reply())),
            Err(error) => return Err(refusal(RefusedCause::Malformed, error.reply())),
        }
    }
}

/// The login of RFC 1929, between choice and request.
async fn socks5_password(stream: &TcpStream, head: &mut Head<'_>, door: &Door<'_>) -> Result<(), Refusal> {
    let refused = || Refusal::new(RefusedCause::Login, socks5::PasswordReply::Refused.encode());
    let (login, used) = loop {
        match socks5::PasswordRequest::decode(&head.bytes) {
            Ok(Some(found)) => break found,
            Ok(None) => need(head).await?,
            Err(_) => return Err(refused()),
        }
    };
    if !door.opens_to(Some(&login.attempt)) {
        return Err(refused());
    }
    head.bytes.drain(..used);
    let reply = socks5::PasswordReply::Accepted.encode();
    write_all(stream, &reply).await.map_err(|_| Refusal::silent(RefusedCause::ClientLeft))
}

async fn socks4(head: &mut Head<'_>, door: &Door<'_>) -> Result<Request, Refusal> {
    let refusal = |cause| Refusal::new(cause, socks4::Reply::Rejected.encode());
    loop {
        match socks4::Request::decode(&head.bytes) {
            // Its user id is no password.
            Ok(Some(_)) if door.login.is_some() => return Err(refusal(RefusedCause::Login)),
            Ok(Some((socks4::Request::Connect(target), used))) => {
                head.bytes.drain(..used);
                return Ok(Request { target, answer: Answer::Socks4, body: None });
            }
            Ok(Some((socks4::Request::Bind, _))) | Err(socks4::RequestError::Command(_)) => {
                return Err(refusal(RefusedCause::Command));
            }
            Ok(None) => need(head).await?,
            Err(_) => return Err(refusal(RefusedCause::Malformed)),
        }
    }
}

async fn http(stream: &TcpStream, head: &mut Head<'_>, door: &Door<'_>) -> Result<Asked, Refusal> {
    loop {
        match http::Request::decode(&head.bytes) {
            // Asked first: a desktop that is to read a script cannot log in. Whoever does not know its path learns nothing.
            Ok(Some((http::Request::Own(request), _))) => {
                let listen = stream.local_addr().ok();
                let asked = listen.and_then(|listen| door.scripts.asked(&request, door.client, listen));
                return asked.map(Asked::Script).ok_or_else(|| {
                    let mut reply = Vec::new();
                    http::Response::NotAWebSite.encode(&mut reply);
                    Refusal::new(RefusedCause::Malformed, reply)
                });
            }
            Ok(Some(_)) if !door.opens_to(http::proxy_login(&head.bytes).as_ref()) => {
                let mut reply = Vec::new();
                http::Response::LoginRequired.encode(&mut reply);
                return Err(Refusal::new(RefusedCause::Login, reply));
            }
            Ok(Some((http::Request::Connect(target), used))) => {
                head.bytes.drain(..used);
                return Ok(Asked::Connect(Request { target, answer: Answer::Tunnel, body: None }));
            }
            Ok(Some((http::Request::Forward { target, head: rewritten, mut body }, used))) => {
                let Ok(followed) = body.follow(&head.bytes[used..]) else {
                    return Err(bad_request(http::HeadError::BadTransferEncoding));
                };
                // What lies behind the body is another request, for whom we cannot know.
                head.bytes.truncate(used + followed);
                head.bytes.splice(..used, rewritten);
                return Ok(Asked::Connect(Request { target, answer: Answer::Forward, body: Some(body) }));
            }
            Ok(None) => need(head).await?,
            Err(error) => return Err(bad_request(error)),
        }
    }
}

fn bad_request(error: http::HeadError) -> Refusal {
    let mut reply = Vec::new();
    http::Response::BadRequest(error).encode(&mut reply);
    Refusal::new(RefusedCause::Malformed, reply)
}

impl Answer {
    /// The bytes that say yes. `bound` is our end of the dialled connection.
    pub(crate) fn granted(self, bound: Option<SocketAddr>) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Answer::Socks5 => socks5::Reply::Succeeded.encode(bound.unwrap_or_else(unspecified), &mut out),
            Answer::Socks4 => out.extend_from_slice(&socks4::Reply::Granted.encode()),
            Answer::Tunnel => http::Response::Established.encode(&mut out),
            Answer::Forward => {}
        }
        out
    }

    /// The bytes that say no. `proxied` tells that it was the server that could not be reached, of whose state the
    /// client needs no details.
    pub(crate) fn refused(self, end: &FlowEnd, proxied: bool) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Answer::Socks5 => socks5_reply(end, proxied).encode(unspecified(), &mut out),
            Answer::Socks4 => out.extend_from_slice(&socks4::Reply::Rejected.encode()),
            Answer::Tunnel | Answer::Forward => http_response(end).encode(&mut out),
        }
        out
    }
}

fn socks5_reply(end: &FlowEnd, proxied: bool) -> socks5::Reply {
    match end {
        FlowEnd::Blocked => socks5::Reply::NotAllowed,
        _ if proxied => socks5::Reply::GeneralFailure,
        FlowEnd::ResolveFailed(ResolveFailure::NotFound) => socks5::Reply::HostUnreachable,
        FlowEnd::DialFailed(DialFailure::Refused) => socks5::Reply::ConnectionRefused,
        FlowEnd::DialFailed(DialFailure::Unreachable) => socks5::Reply::NetworkUnreachable,
        FlowEnd::DialFailed(DialFailure::NoAnswer) | FlowEnd::TimedOut => socks5::Reply::TtlExpired,
        _ => socks5::Reply::GeneralFailure,
    }
}

fn http_response(end: &FlowEnd) -> http::Response {
    match end {
        FlowEnd::Blocked => http::Response::Forbidden,
        FlowEnd::DialFailed(DialFailure::NoAnswer)
        | FlowEnd::ResolveFailed(ResolveFailure::NoAnswer)
        | FlowEnd::TimedOut => http::Response::GatewayTimeout,
        _ => http::Response::BadGateway,
    }
}

/// What a reply carries when there is no address to tell.
fn unspecified() -> SocketAddr {
    SocketAddr::from(([0, 0, 0, 0], 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::PeerFault;

    /// Every way in which dialling can end: the SOCKS5 reply of a direct flow, of a proxied one, and the HTTP status.
    #[test]
    fn every_end_has_its_answer() {
        use socks5::Reply;
        for (end, direct, proxied, status) in [
            (FlowEnd::Blocked, Reply::NotAllowed, Reply::NotAllowed, "403"),
            (FlowEnd::ResolveFailed(ResolveFailure::NotFound), Reply::HostUnreachable, Reply::GeneralFailure, "502"),
            (FlowEnd::ResolveFailed(ResolveFailure::NoAnswer), Reply::GeneralFailure, Reply::GeneralFailure, "504"),
            (FlowEnd::DialFailed(DialFailure::Refused), Reply::ConnectionRefused, Reply::GeneralFailure, "502"),
            (FlowEnd::DialFailed(DialFailure::Unreachable), Reply::NetworkUnreachable, Reply::GeneralFailure, "502"),
            (FlowEnd::DialFailed(DialFailure::NoAnswer), Reply::TtlExpired, Reply::GeneralFailure, "504"),
            (FlowEnd::DialFailed(DialFailure::NoResources), Reply::GeneralFailure, Reply::GeneralFailure, "502"),
            (FlowEnd::TimedOut, Reply::TtlExpired, Reply::GeneralFailure, "504"),
            (FlowEnd::Refused(RefusedCause::NoRoom), Reply::GeneralFailure, Reply::GeneralFailure, "502"),
            (FlowEnd::BadPeer(PeerFault::Closed), Reply::GeneralFailure, Reply::GeneralFailure, "502"),
        ] {
            assert_eq!(socks5_reply(&end, false), direct, "{end:?}, direct");
            assert_eq!(socks5_reply(&end, true), proxied, "{end:?}, proxied");
            for proxied_too in [false, true] {
                for answer in [Answer::Tunnel, Answer::Forward] {
                    let said = String::from_utf8(answer.refused(&end, proxied_too)).expect("text");
                    assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{end:?}: {said}");
                }
                assert_eq!(Answer::Socks4.refused(&end, proxied_too), socks4::Reply::Rejected.encode(), "{end:?}");
            }
        }
    }

    #[test]
    fn a_socks5_answer_carries_the_reply_and_no_address() {
        let refused = Answer::Socks5.refused(&FlowEnd::DialFailed(DialFailure::Refused), false);
        assert_eq!(refused, [5, 5, 0, 1, 0, 0, 0, 0, 0, 0]);
        let bound = SocketAddr::from(([127, 0, 0, 1], 258));
        assert_eq!(Answer::Socks5.granted(Some(bound)), [5, 0, 0, 1, 127, 0, 0, 1, 1, 2]);
        assert_eq!(Answer::Socks5.granted(None), [5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    }
}
