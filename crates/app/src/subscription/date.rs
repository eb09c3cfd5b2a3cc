//! The time that a host says in the head of its answer, whatever that answer is.

use std::future::ready;

use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::header::{DATE, HOST, USER_AGENT};
use hyper::{Request, Response};
use parasol_proto::ServerConfig;
use url::{Position, Url};

use super::dial::{Carrier, Tunnels};
use super::fault::{SubscriptionFault, UrlSlip};
use super::fetch::{Fetcher, text};
use super::trust::Prover;
use super::url::SubscriptionUrl;

impl Fetcher {
    /// The `Date` of whatever answers at this address, through `server` if there is one and it works, directly if not;
    /// `None` when there is none in it. No redirect is followed, and no body is read.
    ///
    /// # Errors
    /// Why nothing answers: of the carrier that was tried last.
    pub async fn date(
        &self,
        url: &SubscriptionUrl,
        server: Option<ServerConfig>,
    ) -> Result<Option<String>, SubscriptionFault> {
        let page = url.page()?;
        self.in_time(Box::pin(async {
            let prover = self.prover().await?;
            let tunnels = match server {
                Some(server) => Tunnels::open(server).await,
                None => None,
            };
            if let Some(tunnels) = tunnels {
                let carrier = Carrier::Server(Box::new(tunnels));
                let came = self.in_half_the_time(self.ask_date(&carrier, &prover, &page)).await;
                carrier.close().await;
                match came {
                    Err(fault) if fault.may_be_of_the_way() => tracing::info!(?fault, "not through the server"),
                    came => return came,
                }
            }
            self.ask_date(&self.direct(), &prover, &page).await
        }))
        .await
    }

    async fn ask_date(
        &self,
        carrier: &Carrier<'_>,
        prover: &Prover,
        page: &Url,
    ) -> Result<Option<String>, SubscriptionFault> {
        let request = Request::head(&page[Position::BeforePath..Position::AfterQuery])
            .header(HOST, &page[Position::BeforeHost..Position::AfterPort])
            .header(USER_AGENT, concat!("Parasol/", env!("CARGO_PKG_VERSION")))
            .body(Empty::<Bytes>::new())
            .map_err(|_| SubscriptionFault::BadUrl { slip: UrlSlip::Other })?;
        let read = |response: Response<Incoming>| ready(Ok(text(response.headers(), DATE).map(str::to_owned)));
        self.exchange(carrier, prover, page, request, read).await
    }
}

#[cfg(test)]
mod tests {
    use crate::subscription::host::{Authority, Host, LOOPBACK, Says, head, names};
    use crate::subscription::{Fetcher, SubscriptionFault, SubscriptionUrl};

    #[tokio::test]
    async fn the_date_of_any_answer_is_told_and_nothing_else_is_read() {
        const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
        let field = format!("Date: {DATE}\r\n");
        let garbage = Says::Whole(b"\x15\x03\x01 no HTTP at all\r\n\r\n".to_vec());
        let endless = Says::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-A: aaaaaaaaaaaaaaaa\r\n".to_vec());
        let bad = SubscriptionFault::BadAnswer { host: "list.example".to_owned() };
        for (says, told) in [
            (Says::Whole(head("204 No Content", 0, &field)), Ok(Some(DATE))),
            (Says::Whole(head("404 Not Found", 1 << 40, &field)), Ok(Some(DATE))),
            (
                Says::Whole(head("302 Found", 0, &format!("Location: https://inside.example/\r\n{field}"))),
                Ok(Some(DATE)),
            ),
            (Says::Whole(head("200 OK", 0, "")), Ok(None)),
            (Says::Whole(head("200 OK", 0, "Date: \u{fc}\r\n")), Ok(None)),
            (garbage, Err(bad.clone())),
            (endless, Err(bad)),
        ] {
            let authority = Authority::new();
            let host = Host::start(authority.identity("list.example"), move |_| says.clone()).await;
            let fetcher = Fetcher::new(authority.trust(), names(), vec![LOOPBACK]);
            let url = SubscriptionUrl::from(format!("https://list.example:{}/x", host.port()));
            let date = fetcher.date(&url, None).await;
            assert_eq!(date, told.map(|date| date.map(str::to_owned)));
            assert!(host.requests()[0].starts_with("HEAD /x HTTP/1.1\r\n"), "{:?}", host.requests());
        }
        let fetcher = Fetcher::new(Authority::new().trust(), names(), vec![LOOPBACK]);
        let plain = fetcher.date(&SubscriptionUrl::from("http://list.example/".to_owned()), None).await;
        assert!(matches!(plain, Err(SubscriptionFault::BadUrl { .. })), "{plain:?}");
    }
}
