//! TLS: whom a caller trusts, whom the service lets in, and a certificate that is replaced.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::client::{Answer, PATIENCE, Service, request};
use crate::store::TestStore;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate of an authority for `localhost`, and its key.
fn issued(authority: &Authority) -> (rcgen::Certificate, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    (certificate, key)
}

/// Writes what the service needs, and names it.
fn written(store: &TestStore, authority: &Authority) -> (PathBuf, PathBuf) {
    let (certificate, key) = issued(authority);
    (
        store.file("cert.pem", certificate.pem()),
        store.file("key.pem", key.serialize_pem()),
    )
}

/// Asks over TLS whether the service is alive.
fn ask(service: &Service, trusted: &Authority, own: Option<&Authority>) -> std::io::Result<Answer> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let builder = builder.with_root_certificates(roots);
    let config = match own.map(issued) {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
            let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
            builder.with_client_auth_cert(chain, key).unwrap()
        }
    };
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, service.connect());
    std::io::Write::write_all(&mut stream, &request("GET", "/status", &[], b""))?;
    Answer::read(&mut stream, false)
}

#[test]
fn a_certificate_is_spoken_by_and_replaced_without_a_restart() {
    let store = TestStore::new();
    let (first, second) = (authority(), authority());
    let (certificate, key) = written(&store, &first);
    let more = [
        "--tls-cert",
        certificate.to_str().unwrap(),
        "--tls-key",
        key.to_str().unwrap(),
    ];
    let service = Service::start(&store.path(), &more);
    assert_eq!(ask(&service, &first, None).unwrap().status, 200);
    assert!(ask(&service, &second, None).is_err());
    // In the clear.
    assert!(service.try_ask("GET", "/status", &[], b"").is_err());

    std::fs::write(&certificate, "no certificate").unwrap();
    std::thread::sleep(Duration::from_millis(1200));
    assert_eq!(ask(&service, &first, None).unwrap().status, 200);
    written(&store, &second);
    let begun = Instant::now();
    while ask(&service, &second, None).is_err() {
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(ask(&service, &first, None).is_err());
}

#[test]
fn a_caller_without_a_certificate_of_the_authority_is_refused() {
    let store = TestStore::new();
    let (server, clients) = (authority(), authority());
    let (certificate, key) = written(&store, &server);
    let ca = store.file("clients.pem", clients.pem());
    let more = [
        "--tls-cert",
        certificate.to_str().unwrap(),
        "--tls-key",
        key.to_str().unwrap(),
        "--client-ca",
        ca.to_str().unwrap(),
    ];
    let service = Service::start(&store.path(), &more);
    assert_eq!(ask(&service, &server, Some(&clients)).unwrap().status, 200);
    assert!(ask(&service, &server, None).is_err());
    assert!(ask(&service, &server, Some(&server)).is_err());
}

#[test]
fn files_without_certificates_begin_no_service() {
    let store = TestStore::new();
    let (certificate, key) = written(&store, &authority());
    let other = store.file("other.pem", KeyPair::generate().unwrap().serialize_pem());
    let empty = store.file("empty.pem", "");
    for (certificate, key) in [
        (&empty, &key),
        (&certificate, &empty),
        (&certificate, &other),
    ] {
        let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
        let more = ["--tls-cert", certificate, "--tls-key", key];
        let output = Service::command(&store.path(), &more).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("cannot be used for TLS"), "{told}");
    }
}
