//! `Trust`: whose certificates are believed, and what TLS says when one is not.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, Error, RootCertStore};
use rustls_platform_verifier::Verifier;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::fault::{CertificateFault, SubscriptionFault};

/// Whose certificates are believed.
#[derive(Debug, Clone)]
pub enum Trust {
    /// Those that this machine's system believes.
    System,
    /// Those of these authorities.
    These(Vec<CertificateDer<'static>>),
}

/// Proves that a host is the one it should be.
pub(super) struct Prover(TlsConnector);

impl Trust {
    /// Read anew for each list: what the system believes can change while Parasol runs.
    pub(super) async fn prover(&self) -> Result<Prover, SubscriptionFault> {
        let trust = self.clone();
        // Reads files.
        let config = tokio::task::spawn_blocking(move || trust.config()).await;
        let config = config.map_err(|_| SubscriptionFault::Crashed)?.map_err(|error| {
            tracing::warn!(%error, "no authority can be trusted");
            SubscriptionFault::NoAuthorities
        })?;
        Ok(Prover(TlsConnector::from(Arc::new(config))))
    }

    fn config(self) -> Result<ClientConfig, Error> {
        let provider = Arc::new(default_provider());
        let builder =
            ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
        let builder = match self {
            Trust::System => builder.dangerous().with_custom_certificate_verifier(Arc::new(Verifier::new(provider)?)),
            Trust::These(authorities) => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(authorities);
                let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
                builder.with_webpki_verifier(verifier.map_err(|error| Error::General(error.to_string()))?)
            }
        };
        let mut config = builder.with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

impl Prover {
    /// Speaks TLS to `host`, over what should be a connection to it.
    pub(super) async fn prove(&self, host: &str, stream: TcpStream) -> Result<TlsStream<TcpStream>, SubscriptionFault> {
        let bad_name = |_| SubscriptionFault::NoSuchHost { host: host.to_owned() };
        let name = ServerName::try_from(host.to_owned()).map_err(bad_name)?;
        self.0.connect(name, stream).await.map_err(|error| {
            tracing::debug!(host, %error, "no TLS");
            let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
            match tls {
                Some(Error::InvalidCertificate(error)) => {
                    SubscriptionFault::BadCertificate { host: host.to_owned(), fault: fault(error) }
                }
                Some(_) => SubscriptionFault::BadAnswer { host: host.to_owned() },
                None => SubscriptionFault::NoConnection { host: host.to_owned() },
            }
        })
    }
}

fn fault(error: &CertificateError) -> CertificateFault {
    match error {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => CertificateFault::Untrusted,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateFault::WrongName
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => CertificateFault::Expired,
        CertificateError::Revoked => CertificateFault::Revoked,
        // The system's verifier has no word of its own for what says of itself that it is an authority.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            CertificateFault::Untrusted
        }
        _ => CertificateFault::Other,
    }
}
