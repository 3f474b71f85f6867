//! What the configuration and the environment say of a request.

use std::process::Command;
use std::time::Duration;

use super::*;

/// The same test again, in a process with an invalid proxy in its environment.
#[test]
fn no_proxy_comes_from_the_environment() {
    const CHILD: &str = "BASMA_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        let place = TestFolders::new();
        assert_is_list(
            &place,
            &first(&place, &Server::saying(ok("", LIST)), json!({})),
        );
        return;
    }
    let name = "store::fetch::http::tests::settings::no_proxy_comes_from_the_environment";
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", name]).env(CHILD, "1");
    for variable in ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"] {
        child.env(variable, "http://127.0.0.1:1");
        child.env(variable.to_lowercase(), "http://127.0.0.1:1");
    }
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}

#[test]
fn a_proxy_that_is_configured_is_used() {
    let proxy = Server::new(|_, head, stream| {
        assert!(head.starts_with("CONNECT lists.example:80 "), "{head}");
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        // What goes through it is for the server behind it.
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            request.push(byte[0]);
        }
        assert!(request.starts_with(b"GET /list.csv "));
        stream.write_all(&ok("", LIST)).unwrap();
    });
    let url = proxy.url("");
    let through = json!({"proxy": url, "insecure_http": true});
    let origin = http("http://lists.example/list.csv", through);
    let place = TestFolders::new();
    let fetched = place.fetch(&origin, Mode::Snapshot, &Known::default());
    assert_is_list(&place, &fetched);

    // Behind a proxy "this machine" is another.
    let local = http("http://127.0.0.1/list.csv", json!({"proxy": url}));
    let refused = place.try_fetch(&local, Mode::Snapshot, &Known::default(), &no_stop);
    assert_eq!(problem(refused), FetchProblem::Insecure);
}

#[test]
fn a_configuration_that_cannot_be_right_is_told_before_anything_is_fetched() {
    let check = |url: &str, more: Value| match http(url, more).check() {
        Ok(()) => None,
        Err(Error::Fetch { problem, .. }) => Some(problem),
        Err(other) => panic!("{other}"),
    };
    assert_eq!(check("https://a.example/x", json!({})), None);
    assert_eq!(check("http://127.0.0.1/x", json!({})), None);
    assert_eq!(
        check("http://a.example/x", json!({})),
        Some(FetchProblem::Insecure)
    );
    let leave = json!({"insecure_http": true});
    assert_eq!(check("http://a.example/x", leave), None);
    let plain_signature = json!({"signature": "http://a.example/x"});
    let problem = check("https://a.example/x", plain_signature);
    assert_eq!(problem, Some(FetchProblem::Insecure));
    for url in [
        "file:///etc/passwd",
        "https://me:pw@a.example/x",
        "list.csv",
    ] {
        assert!(
            matches!(check(url, json!({})), Some(FetchProblem::Url { .. })),
            "{url}"
        );
    }
    for proxy in [
        "socks5://127.0.0.1:1080",
        "http://me:pw@a.example:8080",
        "a.example:8080",
        "http://a.example:8080/path",
    ] {
        let problem = check("https://a.example/x", json!({"proxy": proxy}));
        assert!(matches!(problem, Some(FetchProblem::Proxy)), "{proxy}");
    }
    let seconds = |json: &str| serde_json::from_str::<super::super::config::Seconds>(json);
    assert_eq!(seconds("1.5").unwrap().0, Duration::from_millis(1500));
    assert_eq!(seconds("600").unwrap().0, Duration::from_secs(600));
    for wrong in ["0", "-1", "1e9", "\"1\"", "null"] {
        assert!(seconds(wrong).is_err(), "{wrong}");
    }
    let unknown = json!({"http": {"url": "https://a.example/x", "retry": 1}});
    assert!(serde_json::from_value::<Origin>(unknown).is_err());
}
