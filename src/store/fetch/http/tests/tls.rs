//! Servers that speak TLS, and whether they are who they should be.

use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::*;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate of an authority, or of nobody but itself, for a name.
fn identity(
    authority: Option<&Authority>,
    name: &str,
    change: impl FnOnce(&mut CertificateParams),
) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = match authority {
        Some(authority) => params.signed_by(&key, authority).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    (certificate.der().clone(), key)
}

fn server(
    (certificate, key): (CertificateDer<'static>, PrivateKeyDer<'static>),
    handle: impl Fn(usize, &str, &mut dyn Stream) + Send + Sync + 'static,
) -> Server {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth();
    let config = Arc::new(config.with_single_cert(vec![certificate], key).unwrap());
    let wrap = move |tcp: TcpStream| {
        let connection = ServerConnection::new(config.clone()).unwrap();
        let stream: Box<dyn Stream> = Box::new(StreamOwned::new(connection, tcp));
        Ok(stream)
    };
    Server::wrapped("https", Arc::new(wrap), handle)
}

fn saying_list(identity: (CertificateDer<'static>, PrivateKeyDer<'static>)) -> Server {
    server(identity, |_, _, stream| {
        stream.write_all(&ok("", LIST)).unwrap();
    })
}

/// An authority, and where its certificate is.
fn trusted(place: &TestFolders) -> (Authority, Value) {
    let authority = authority();
    let path = place.write("ca.pem", authority.pem().as_bytes());
    (authority, json!({"ca": path}))
}

#[test]
fn a_server_of_a_private_authority_is_trusted_where_that_is_configured() {
    let place = TestFolders::new();
    let (authority, ca) = trusted(&place);
    let server = saying_list(identity(Some(&authority), "127.0.0.1", |_| {}));
    let fetched = first(&place, &server, ca);
    assert_is_list(&place, &fetched);
    // By the authorities that browsers trust it is not.
    let problem = refused(&server, json!({"retries": 9}));
    assert!(matches!(problem, FetchProblem::Tls { .. }), "{problem}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn bad_certificates_are_refused_and_nothing_is_sent() {
    let place = TestFolders::new();
    let (own, ca) = trusted(&place);
    let expired = |params: &mut CertificateParams| {
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
    };
    let to_come = |params: &mut CertificateParams| {
        params.not_before = date_time_ymd(4001, 1, 1);
        params.not_after = date_time_ymd(4002, 1, 1);
    };
    let other = authority();
    for (why, identity) in [
        ("self-signed", identity(None, "127.0.0.1", |_| {})),
        ("wrong name", identity(Some(&own), "lists.example", |_| {})),
        ("wrong address", identity(Some(&own), "127.0.0.2", |_| {})),
        ("expired", identity(Some(&own), "127.0.0.1", expired)),
        ("not yet valid", identity(Some(&own), "127.0.0.1", to_come)),
        (
            "another authority",
            identity(Some(&other), "127.0.0.1", |_| {}),
        ),
    ] {
        let server = saying_list(identity);
        let mut more = ca.clone();
        more["auth"] = json!({"bearer": {"env": "DEMO_TOKEN"}});
        more["retries"] = 9.into();
        let problem = refused(&server, more);
        assert!(
            matches!(problem, FetchProblem::Tls { .. }),
            "{why}: {problem}"
        );
        assert_eq!(server.requests(), [""; 0], "{why}");
    }
}

#[test]
fn a_server_that_speaks_no_tls_is_refused() {
    let place = TestFolders::new();
    let (_, ca) = trusted(&place);
    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = plain.local_addr().unwrap();
    let talk = std::thread::spawn(move || {
        let (mut tcp, _) = plain.accept().unwrap();
        let _ = std::io::Write::write_all(&mut tcp, &ok("", LIST));
        // All that the client says is read, so that what was said to it reaches it.
        tcp.stall();
    });
    let origin = http(&format!("https://{address}/list.csv"), ca);
    let refused = place.try_fetch(&origin, Mode::Snapshot, &Known::default(), &no_stop);
    let problem = problem(refused);
    assert!(matches!(problem, FetchProblem::Tls { .. }), "{problem}");
    talk.join().unwrap();
}

#[test]
fn a_redirect_from_https_to_http_is_refused() {
    let place = TestFolders::new();
    let (authority, ca) = trusted(&place);
    let plain = Server::saying(ok("", LIST));
    let location = plain.url("/list.csv");
    let server = server(
        identity(Some(&authority), "127.0.0.1", |_| {}),
        move |_, _, stream| {
            let headers = format!("Location: {location}\r\n");
            stream
                .write_all(&answer("302 Found", &headers, b""))
                .unwrap();
        },
    );
    let mut more = ca;
    more["insecure_http"] = true.into();
    let problem = refused(&server, more);
    let why = crate::error::RedirectFault::Unencrypted;
    assert!(
        matches!(&problem, FetchProblem::Redirect { why: w, .. } if *w == why),
        "{problem}"
    );
    assert_eq!(plain.requests(), [""; 0]);
}

#[test]
fn a_redirect_from_http_to_https_is_followed_without_the_secret() {
    let place = TestFolders::new();
    let (authority, mut more) = trusted(&place);
    let secure = server(
        identity(Some(&authority), "127.0.0.1", |_| {}),
        |_, head, stream| {
            assert!(!head.contains("authorization"), "{head}");
            stream.write_all(&ok("", LIST)).unwrap();
        },
    );
    let headers = format!("Location: {}\r\n", secure.url("/list.csv"));
    let plain = Server::saying(answer("301 Moved", &headers, b""));
    more["insecure_http"] = true.into();
    more["auth"] = json!({"bearer": {"env": "DEMO_TOKEN"}});
    let fetched = first(&place, &plain, more);
    assert_is_list(&place, &fetched);
}

#[test]
fn lengths_and_cuts_are_noticed_under_tls_as_well() {
    let place = TestFolders::new();
    let (authority, ca) = trusted(&place);
    let said = |bytes: Vec<u8>| {
        let identity = identity(Some(&authority), "127.0.0.1", |_| {});
        server(identity, move |_, _, stream| {
            stream.write_all(&bytes).unwrap();
        })
    };
    let whole = ok("", LIST);
    let cut = said(whole[..whole.len() - 1].to_vec());
    let found = LIST.len() as u64 - 1;
    assert_eq!(refused(&cut, ca.clone()), FetchProblem::Cut { found });
    let longer = said([&whole[..], b"x"].concat());
    let announced = LIST.len() as u64;
    assert_eq!(refused(&longer, ca), FetchProblem::Surplus { announced });
}

#[test]
fn an_authority_that_is_none_is_named() {
    let place = TestFolders::new();
    let key = KeyPair::generate().unwrap().serialize_pem();
    for (name, text) in [("empty", ""), ("text", "no certificate"), ("key", &key)] {
        let path = place.write(name, text.as_bytes());
        let origin = http("https://127.0.0.1:1/x", json!({"ca": path}));
        let refused = place.try_fetch(&origin, Mode::Snapshot, &Known::default(), &no_stop);
        assert!(
            matches!(problem(refused), FetchProblem::Authority { .. }),
            "{name}"
        );
    }
    let missing = http("https://127.0.0.1:1/x", json!({"ca": "/nonexistent"}));
    let refused = place.try_fetch(&missing, Mode::Snapshot, &Known::default(), &no_stop);
    assert!(matches!(problem(refused), FetchProblem::Authority { .. }));
}
