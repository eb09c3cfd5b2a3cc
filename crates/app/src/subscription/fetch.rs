//! `Fetcher`: a list by its URL, over HTTPS: through the server in use first, directly if that fails.
//!
//! What is not believed: the host, until its certificate is; an answer's length, packing and pace; where it leads on to. A
//! list is at most 4 MiB, takes at most 30 seconds in all and five redirects, and comes from the internet.

use std::future::Future;
use std::net::IpAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HOST, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION,
    USER_AGENT,
};
use hyper::{HeaderMap, Request, Response, StatusCode, header::HeaderName};
use hyper_util::rt::TokioIo;
use parasol_proto::ServerConfig;
use tokio::time::timeout;
use url::{Position, Url};
use zeroize::Zeroizing;

use super::about::About;
use super::body::{Body, MAX_BODY, Packing};
use super::dial::{Carrier, Names, Reach, Tunnels};
use super::fault::{SubscriptionFault, UrlSlip};
use super::trust::{Prover, Trust};
use super::url::{SubscriptionUrl, host, is_page};
use super::validators::{Told, Validators};

/// How long it may take in all.
const LIMIT: Duration = Duration::from_secs(30);
/// How often a list may be somewhere else.
const MAX_REDIRECTS: usize = 5;

/// Fetches lists.
#[derive(Debug, Clone)]
pub struct Fetcher {
    trust: Trust,
    names: Names,
    reach: Reach,
    limit: Duration,
}

/// What came.
#[derive(Debug)]
pub enum Fetched {
    /// The list is as it was. The head can say something new all the same.
    Unchanged(About),
    /// A list.
    List(List),
}

/// A list as it came; there are passwords in it.
pub struct List {
    /// The list itself.
    pub body: Zeroizing<Vec<u8>>,
    /// For the next time.
    pub validators: Validators,
    /// What the head says about it.
    pub about: About,
}

/// What one host says.
enum Said {
    Fetched(Fetched),
    Elsewhere(Url),
}

impl Fetcher {
    /// As this machine knows names and trusts hosts, and nothing but the internet.
    #[must_use]
    pub fn of_this_machine() -> Fetcher {
        Fetcher::new(Trust::System, Names::System, Vec::new())
    }

    /// For tests, whose hosts are on loopback: at `reached` they may be.
    #[must_use]
    pub fn new(trust: Trust, names: Names, reached: Vec<IpAddr>) -> Fetcher {
        Fetcher { trust, names, reach: Reach(reached), limit: LIMIT }
    }

    /// With another limit than half a minute.
    #[must_use]
    pub fn within(self, limit: Duration) -> Fetcher {
        Fetcher { limit, ..self }
    }

    /// What comes of this, unless it takes longer than a list may.
    pub(super) async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, SubscriptionFault>>,
    ) -> Result<T, SubscriptionFault> {
        within(self.limit, work).await
    }

    /// The same, with the other half left to another carrier.
    pub(super) async fn in_half_the_time<T>(
        &self,
        work: impl Future<Output = Result<T, SubscriptionFault>>,
    ) -> Result<T, SubscriptionFault> {
        within(self.limit / 2, work).await
    }

    /// Whose certificates are believed, now.
    pub(super) async fn prover(&self) -> Result<Prover, SubscriptionFault> {
        self.trust.prover().await
    }

    /// From this machine.
    pub(super) fn direct(&self) -> Carrier<'_> {
        Carrier::Direct { names: &self.names, reach: &self.reach }
    }

    /// The list, through `server` if there is one and it works, directly if not. What is `known` is told to the page that
    /// said it alone.
    ///
    /// # Errors
    /// Why there is none: of the carrier that was tried last.
    pub async fn fetch(
        &self,
        url: &SubscriptionUrl,
        known: &Validators,
        server: Option<ServerConfig>,
    ) -> Result<Fetched, SubscriptionFault> {
        let page = url.page()?;
        self.in_time(Box::pin(async {
            let prover = self.prover().await?;
            if let Some(tunnels) = open(server).await {
                let carrier = Carrier::Server(Box::new(tunnels));
                let came = self.in_half_the_time(self.follow(&carrier, &prover, page.clone(), known)).await;
                carrier.close().await;
                match came {
                    Err(fault) if fault.may_be_of_the_way() => tracing::info!(?fault, "not through the server"),
                    came => return came,
                }
            }
            self.follow(&self.direct(), &prover, page, known).await
        }))
        .await
    }

    async fn follow(
        &self,
        carrier: &Carrier<'_>,
        prover: &Prover,
        mut page: Url,
        known: &Validators,
    ) -> Result<Fetched, SubscriptionFault> {
        for _ in 0..=MAX_REDIRECTS {
            match Box::pin(self.ask(carrier, prover, &page, known)).await? {
                Said::Fetched(fetched) => return Ok(fetched),
                Said::Elsewhere(next) => page = next,
            }
        }
        Err(SubscriptionFault::TooManyRedirects)
    }

    /// One request to one host, over a connection of its own.
    async fn ask(
        &self,
        carrier: &Carrier<'_>,
        prover: &Prover,
        page: &Url,
        known: &Validators,
    ) -> Result<Said, SubscriptionFault> {
        let host = host(page);
        let direct = matches!(carrier, Carrier::Direct { .. });
        let asked = Asked { page, host: &host, direct, told: known.told_to(page, direct) };
        let request = asked.request().ok_or(SubscriptionFault::BadUrl { slip: UrlSlip::Other })?;
        self.exchange(carrier, prover, page, request, |response| asked.read(response)).await
    }

    /// One request to the host of `page`, and what is read of its answer.
    pub(super) async fn exchange<T, R: Future<Output = Result<T, SubscriptionFault>>>(
        &self,
        carrier: &Carrier<'_>,
        prover: &Prover,
        page: &Url,
        request: Request<Empty<Bytes>>,
        read: impl FnOnce(Response<Incoming>) -> R,
    ) -> Result<T, SubscriptionFault> {
        /// The most bytes of a head, and the most fields in it.
        const HEAD: usize = 64 << 10;
        const FIELDS: usize = 100;
        let host = host(page);
        if !self.reach.allows_host(&host) {
            return Err(SubscriptionFault::PrivateHost { host });
        }
        let bad = || SubscriptionFault::BadAnswer { host: host.clone() };
        let stream = carrier.connect(&host, page.port_or_known_default().unwrap_or(443)).await?;
        let stream = TokioIo::new(prover.prove(&host, stream).await?);
        let mut builder = http1::Builder::new();
        builder.max_buf_size(HEAD).max_headers(FIELDS);
        let (mut asker, connection) = builder.handshake(stream).await.map_err(|_| bad())?;
        let answer = async {
            let response = asker.send_request(request).await.map_err(|error| {
                tracing::debug!(host, %error, "no answer");
                bad()
            })?;
            read(response).await
        };
        beside(connection, answer).await
    }
}

/// The end of `work`, with `other` going on beside it.
async fn beside<T>(other: impl Future, work: impl Future<Output = T>) -> T {
    let (mut other, mut work) = (std::pin::pin!(other), std::pin::pin!(work));
    tokio::select! {
        done = &mut work => done,
        // What it had read is still to be looked at.
        _ = &mut other => work.await,
    }
}

async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, SubscriptionFault>>,
) -> Result<T, SubscriptionFault> {
    timeout(limit, work).await.unwrap_or(Err(SubscriptionFault::TimedOut))
}

async fn open(server: Option<ServerConfig>) -> Option<Tunnels> {
    Tunnels::open(server?).await
}

/// One request.
struct Asked<'a> {
    page: &'a Url,
    host: &'a str,
    direct: bool,
    told: Told,
}

impl Asked<'_> {
    fn request(&self) -> Option<Request<Empty<Bytes>>> {
        let Asked { page, told, .. } = self;
        let mut request = Request::get(&page[Position::BeforePath..Position::AfterQuery])
            .header(HOST, &page[Position::BeforeHost..Position::AfterPort])
            .header(USER_AGENT, concat!("Parasol/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT, "*/*")
            .header(ACCEPT_ENCODING, "gzip");
        if let Some(etag) = &told.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(modified) = &told.modified {
            request = request.header(IF_MODIFIED_SINCE, modified);
        }
        request.body(Empty::new()).ok()
    }

    async fn read(&self, response: Response<Incoming>) -> Result<Said, SubscriptionFault> {
        let Asked { page, host, direct, ref told } = *self;
        let (head, mut body) = response.into_parts();
        let about = About::of(&head.headers);
        match head.status {
            StatusCode::OK => {}
            StatusCode::NOT_MODIFIED if told.is_some() => return Ok(Said::Fetched(Fetched::Unchanged(about))),
            StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT => {
                let next = text(&head.headers, LOCATION).and_then(|location| page.join(location).ok());
                let next = next.filter(is_page).ok_or(SubscriptionFault::BadRedirect { host: host.to_owned() })?;
                return Ok(Said::Elsewhere(next));
            }
            status => return Err(SubscriptionFault::Refused { host: host.to_owned(), status: status.as_u16() }),
        }
        let bad = || SubscriptionFault::BadAnswer { host: host.to_owned() };
        let length = text(&head.headers, CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        if length.is_some_and(|length| length > MAX_BODY as u64) {
            return Err(SubscriptionFault::TooLarge);
        }
        let packing = Packing::named(text(&head.headers, CONTENT_ENCODING)).ok_or_else(bad)?;
        let mut unpacked = Body::new(packing);
        while let Some(frame) = body.frame().await {
            if let Ok(bytes) = frame.map_err(|_| bad())?.into_data() {
                unpacked.push(&bytes).map_err(|error| error.of(host))?;
            }
        }
        let body = unpacked.end().map_err(|error| error.of(host))?;
        let validators = Validators::said(&head.headers, page, direct);
        Ok(Said::Fetched(Fetched::List(List { body, validators, about })))
    }
}

pub(super) fn text(head: &HeaderMap, name: HeaderName) -> Option<&str> {
    head.get(name)?.to_str().ok()
}

impl std::fmt::Debug for List {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("List").field("bytes", &self.body.len()).field("about", &self.about).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
