//! HTTP/1 as a proxy hears it (RFC 9110, RFC 9112): the head of a request, and our own small answers.
//!
//! ```text
//!  CONNECT example.org:443 HTTP/1.1␍␊        the target; all bytes after the head are the tunnel's
//!  Host: example.org:443␍␊
//!  ␍␊
//!
//!  GET http://example.org:8080/a?b HTTP/1.1␍␊   →   GET /a?b HTTP/1.1␍␊
//!  Host: whatever␍␊                                 Host: example.org:8080␍␊
//!  Proxy-Connection: keep-alive␍␊                   Accept: */*␍␊
//!  Accept: */*␍␊                                    Connection: close␍␊
//!  ␍␊                                               ␍␊
//! ```
//! One request per connection: a forwarded head says `Connection: close`, body and response pass through unchanged, and
//! nothing behind the body is passed on ([`Body`] tells where that is). A client that wants more opens another connection.
//!
//! A request without a target (`GET /name`) is for ourselves: [`OwnRequest`].
//!
//! A port that asks for a login reads it with [`proxy_login`] once the head is whole.
//!
//! Not here: `Via` (it would tell every site that a proxy is in use), keep-alive, and caching.

mod body;
mod fields;
mod login;
mod own;
mod request;
mod response;
mod target;

pub use body::{Body, BodyError};
pub use login::proxy_login;
pub use own::{OwnRequest, script_response};
pub use request::{HeadError, MAX_FIELDS, MAX_HEAD, Request};
pub use response::Response;
