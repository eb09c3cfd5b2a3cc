//! A host of our own: TLS that is right or wrong, and behind it whatever a test says.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::subscription::{Names, Trust};

pub(crate) const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Where the hosts of these tests are, and some that must not be reached.
pub(crate) fn names() -> Names {
    let private = |ip: [u8; 4]| vec![IpAddr::from(ip)];
    Names::These(HashMap::from([
        ("list.example".to_owned(), vec![IpAddr::from([10, 0, 0, 1]), LOOPBACK]),
        ("other.example".to_owned(), vec![LOOPBACK]),
        ("inside.example".to_owned(), private([192, 168, 0, 1])),
        ("loop.example".to_owned(), private([127, 0, 0, 2])),
    ]))
}

/// Signs for hosts.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// What a host shows.
pub(crate) struct Identity {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Authority {
    pub(crate) fn new() -> Authority {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Authority(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust::These(vec![self.0.der().clone()])
    }

    pub(crate) fn identity(&self, name: &str) -> Identity {
        self.sign(CertificateParams::new([name.to_owned()]).unwrap())
    }

    pub(crate) fn expired(&self, name: &str) -> Identity {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_after = date_time_ymd(2020, 1, 1);
        self.sign(params)
    }

    fn sign(&self, params: CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        Identity { certificate: params.signed_by(&key, &self.0).unwrap().into(), key }
    }
}

pub(crate) fn self_signed(name: &str) -> Identity {
    let key = KeyPair::generate().unwrap();
    Identity { certificate: CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key).unwrap().into(), key }
}

/// What a host answers.
#[derive(Clone)]
pub(crate) enum Says {
    /// This, and hangs up.
    Whole(Vec<u8>),
    /// This, and then nothing more.
    Begins(Vec<u8>),
    /// The first, and then the second for as long as somebody listens.
    Endless(Vec<u8>, Vec<u8>),
}

/// The head of an answer with a body of so many bytes.
pub(crate) fn head(status: &str, length: usize, fields: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{fields}\r\n").into_bytes()
}

pub(crate) struct Host {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Host {
    pub(crate) async fn start(identity: Identity, answer: impl Fn(&str) -> Says + Send + Sync + 'static) -> Host {
        let listener = TcpListener::bind((LOOPBACK, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (acceptor, answer) = (acceptor(identity), Arc::new(answer));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, answer, seen) = (acceptor.clone(), Arc::clone(&answer), Arc::clone(&seen));
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let mut request = Vec::new();
                    while !request.ends_with(b"\r\n\r\n") {
                        match stream.read_u8().await {
                            Ok(byte) => request.push(byte),
                            Err(_) => return,
                        }
                    }
                    let request = String::from_utf8(request).unwrap();
                    let says = answer(&request);
                    seen.lock().unwrap().push(request);
                    // Whoever has heard enough hangs up.
                    let _ = say(&mut stream, says).await;
                });
            }
        });
        Host { address, requests }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The heads of the requests that came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn say(stream: &mut (impl AsyncWriteExt + Unpin), says: Says) -> std::io::Result<()> {
    match says {
        Says::Whole(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        Says::Begins(bytes) => {
            stream.write_all(&bytes).await?;
            stream.flush().await?;
            std::future::pending().await
        }
        Says::Endless(first, rest) => {
            stream.write_all(&first).await?;
            loop {
                stream.write_all(&rest).await?;
            }
        }
    }
}

/// Answers without TLS, whatever is asked.
pub(crate) async fn plain(answer: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind((LOOPBACK, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(answer).await;
        }
    });
    address
}

fn acceptor(identity: Identity) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(identity.key.serialize_der()).unwrap();
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let config = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    TlsAcceptor::from(Arc::new(config.with_single_cert(vec![identity.certificate], key).unwrap()))
}
