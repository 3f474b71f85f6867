//! Secrets go where they should, and are told to nobody else.

use super::*;

const SECRET: &str = "s3cret-t0ken";

fn bearer() -> Value {
    json!({"auth": {"bearer": {"env": "DEMO_TOKEN"}}, "insecure_http": true})
}

#[test]
fn a_secret_is_sent_to_the_server_of_the_url_on_every_way() {
    let server = Server::new(|number, head, stream| {
        let line = format!("\r\nauthorization: Bearer {SECRET}\r\n");
        assert!(head.contains(&line), "{head}");
        let bytes = match number {
            1 => answer("302 Found", "Location: /there\r\n", b""),
            _ => ok("", LIST),
        };
        stream.write_all(&bytes).unwrap();
    });
    let mut place = TestFolders::new();
    place.signed = true;
    let fetched = first(&place, &server, bearer());
    assert_is_list(&place, &fetched);
    let paths = ["GET /list.csv.minisig ", "GET /list.csv ", "GET /there "];
    let requests = server.requests();
    assert!(
        requests
            .iter()
            .zip(paths)
            .all(|(head, path)| head.starts_with(path))
    );
    assert_eq!(requests.len(), 3);
}

#[test]
fn another_server_gets_no_secret() {
    let other = Server::saying(ok("", b"signed"));
    let server = Server::saying(ok("", LIST));
    let mut place = TestFolders::new();
    place.signed = true;
    let mut more = bearer();
    more["signature"] = other.url("/list.csv.minisig").into();
    assert_is_list(&place, &first(&place, &server, more));
    assert!(server.requests()[0].contains(SECRET));
    assert!(!other.requests()[0].contains(SECRET));
    assert_eq!(other.requests().len(), 1);
}

#[test]
fn a_secret_is_not_sent_without_encryption_unless_that_is_allowed() {
    let server = Server::saying(ok("", LIST));
    let mut more = bearer();
    more["insecure_http"] = false.into();
    assert_eq!(refused(&server, more), FetchProblem::Insecure);
    assert_eq!(server.requests(), [""; 0]);
}

#[test]
fn no_error_and_no_configuration_shows_a_secret() {
    let echoes = [
        answer("401 No", &format!("X: {SECRET}\r\n"), SECRET.as_bytes()),
        answer("500 No", "", SECRET.as_bytes()),
        ok(&format!("Content-Encoding: gzip\r\nX: {SECRET}\r\n"), b""),
        format!("HTTP/1.1 200 {SECRET}\r\n\r\n").into_bytes(),
        format!("garbage {SECRET}\r\n\r\n").into_bytes(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n".to_vec(),
        format!("HTTP/1.1 302 No\r\nLocation: http://b.example/?{SECRET}\r\n\r\n").into_bytes(),
    ];
    for echo in echoes {
        let server = Server::saying(echo);
        let place = TestFolders::new();
        let origin = http(&server.url(&format!("/list.csv?key={SECRET}")), bearer());
        let error = place.try_fetch(&origin, Mode::Snapshot, &Known::default(), &no_stop);
        let error = error.unwrap_err();
        for text in [
            error.to_string(),
            format!("{error:?}"),
            format!("{origin:?}"),
        ] {
            assert!(!text.contains(SECRET), "{text}");
        }
        assert!(error.to_string().contains("/list.csv"), "{error}");
    }
    let url = format!("https://me:{SECRET}@a.example/x");
    let origin = http(&url, json!({"signature": url, "proxy": url}));
    let error = origin.check().unwrap_err();
    assert!(!format!("{error} {error:?} {origin:?}").contains(SECRET));
}

#[test]
fn a_secret_that_is_missing_is_named_before_anybody_is_asked() {
    let server = Server::saying(ok("", LIST));
    let more = json!({"auth": {"bearer": {"env": "ABSENT"}}, "insecure_http": true});
    assert!(matches!(
        refused(&server, more),
        FetchProblem::Secret { .. }
    ));
    assert_eq!(server.requests(), [""; 0]);
}
