//! Servers that say that the list is elsewhere.

use super::*;

fn to(status: &str, location: &str) -> Vec<u8> {
    answer(status, &format!("Location: {location}\r\n"), b"elsewhere")
}

#[test]
fn redirects_on_the_same_server_are_followed() {
    for status in ["301 A", "302 B", "303 C", "307 D", "308 E"] {
        let server = Server::new(move |number, head, stream| {
            let bytes = match number {
                0 => to(status, "/moved/list.csv?x=1"),
                1 => {
                    assert!(head.starts_with("GET /moved/list.csv?x=1 "), "{head}");
                    to(status, "../there")
                }
                _ => {
                    assert!(head.starts_with("GET /there "), "{head}");
                    ok("", LIST)
                }
            };
            stream.write_all(&bytes).unwrap();
        });
        let place = TestFolders::new();
        let fetched = first(&place, &server, json!({}));
        assert_is_list(&place, &fetched);
        assert_eq!(fetched.files()[0].name, "list.csv", "as it is configured");
    }
}

#[test]
fn redirects_to_anywhere_else_are_refused_by_name() {
    let secret = Server::saying(ok("", b"secret"));
    let elsewhere = [
        secret.url("/list.csv"),
        secret
            .url("/list.csv?s3cret")
            .replace("127.0.0.1", "localhost"),
        "file:///etc/passwd".to_owned(),
        "FILE:///etc/passwd".to_owned(),
        "ftp://a.example/x".to_owned(),
        "//a.example/x".to_owned(),
        "http://me:s3cret@127.0.0.1/x".to_owned(),
        "https://b.example/x".to_owned(),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "http://".to_owned(),
    ];
    for location in elsewhere {
        let server = Server::saying(to("302 Found", &location));
        let problem = refused(&server, json!({"retries": 9}));
        assert!(
            matches!(problem, FetchProblem::Redirect { .. }),
            "{location}: {problem}"
        );
        assert!(!problem.to_string().contains("s3cret"));
        assert_eq!(server.requests().len(), 1);
    }
    assert_eq!(secret.requests(), [""; 0]);
}

#[test]
fn redirects_without_an_end_or_an_aim_are_refused() {
    let server = Server::saying(to("302 Found", "/list.csv"));
    let problem = refused(&server, json!({"retries": 9}));
    assert_eq!(problem, FetchProblem::Redirects { limit: 5 });
    assert_eq!(server.requests().len(), 6);
    for bytes in [
        answer("302 Found", "", b""),
        answer("302 Found", "Location: /a\r\nLocation: /b\r\n", b""),
        answer("300 Multiple Choices", "Location: /a\r\n", b""),
        answer("305 Use Proxy", "Location: http://127.0.0.1:1\r\n", b""),
    ] {
        let problem = refused(&Server::saying(bytes), json!({"retries": 9}));
        assert!(matches!(problem, FetchProblem::Status { .. }), "{problem}");
    }
}

#[test]
fn a_redirect_whose_body_never_ends_is_followed_without_it() {
    let server = Server::new(|number, _, stream| {
        if number > 0 {
            return stream.write_all(&ok("", LIST)).unwrap();
        }
        let head = "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 9999999999\r\n\r\n";
        let mut left = stream.write_all(head.as_bytes());
        while left.is_ok() {
            left = stream.write_all(&[0; 65536]);
        }
    });
    let place = TestFolders::new();
    assert_is_list(&place, &first(&place, &server, json!({})));
}
