//! Whether the service answers at all.

use crate::client::Service;
use crate::store::TestStore;

#[test]
fn a_service_of_a_store_is_alive() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    for path in ["/status", "/status/live", "//status"] {
        let answer = service.get(path);
        assert_eq!((answer.status, answer.text().as_str()), (200, "I-AM-ALIVE"));
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
    }
    let head = service.ask("HEAD", "/status", &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some("10"));
}
