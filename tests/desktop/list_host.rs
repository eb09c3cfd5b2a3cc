//! `ListHost`: the host of a subscription, and the authority that vouches for it.

use std::path::PathBuf;

use harness::nginx::nginx;
use harness::peer::Peer;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

pub(crate) struct ListHost {
    host: Peer,
    folder: TempDir,
    name: String,
}

impl ListHost {
    /// Serves this list, under this name.
    pub(crate) async fn start(name: &str, list: &str) -> ListHost {
        let folder = TempDir::new().expect("a folder can be made");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &authority).expect("a certificate");
        let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).expect("our own folder");
        write("host.pem", &certificate.pem());
        write("host.key", &key.serialize_pem());
        write("authority.pem", &authority.pem());
        std::fs::create_dir(folder.path().join("www")).expect("our own folder");
        write("www/list", list);
        let host = nginx(folder.path()).await;
        ListHost { host, folder, name: name.to_owned() }
    }

    /// The authority's certificate.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}:{}/list", self.name, self.host.address.port())
    }
}
