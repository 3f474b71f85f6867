//! Authentic notices: a genuine one passes, a forged one does not, and a person sees both where neither is nearer.

use image::ImageFormat;

use crate::client::{Answer, PATIENCE, Part, Service};
use crate::notices::{Language, forged, notice};
use crate::pictures::encode;
use crate::store::TestStore;

/// So much time that no busy machine uses it up.
const PATIENT: [&str; 2] = ["--deadline", "600"];

/// A list of forged notices that may block, and one of genuine ones. Notice 3 is in both, and notice 1 is on the list of forged
/// ones with other numbers.
fn service() -> (TestStore, Service) {
    let store = TestStore::new();
    store.sources(
        "[[source]]\nlist = \"own\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"block\"\n\
         [[source]]\nlist = \"genuine\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"log\"\n\
         suppresses = [\"*\"]\nauthentic = true\n",
    );
    store.run(&["refresh"]);
    let [first, second, third, fifth] =
        [1, 2, 3, 5].map(|number| notice(Language::English, number));
    let numbers = forged(Language::English, 1, 7);
    for (name, image, lists) in [
        ("genuine.png", &first, &["genuine"][..]),
        ("other.png", &second, &["own"]),
        ("numbers.png", &numbers, &["own"]),
        ("both.png", &third, &["own", "genuine"]),
        ("fifth.png", &fifth, &["genuine"]),
    ] {
        let file = store.file(name, encode(image, ImageFormat::Png));
        for list in lists {
            store.run(&[
                "add",
                "--list",
                list,
                "--reason",
                "tests",
                file.to_str().unwrap(),
            ]);
        }
    }
    let service = Service::start(&store.path(), &PATIENT);
    (store, service)
}

/// A copy as JPEG of a notice, or of one with other numbers.
fn copy(number: u32, numbers: Option<u32>) -> Vec<u8> {
    let image = match numbers {
        None => notice(Language::English, number),
        Some(numbers) => forged(Language::English, number, numbers),
    };
    encode(&image, ImageFormat::Jpeg)
}

fn scan(service: &Service, file: &[u8]) -> Answer {
    let headers = [("Content-Type", "image/jpeg")];
    service.ask("POST", "/api/v1/scan/IPADDR", &headers, file)
}

#[test]
fn a_genuine_notice_passes_and_a_forged_one_does_not() {
    let (_store, service) = service();
    for (number, numbers, expected) in [
        (5, None, (200, "no-match")),
        (2, None, (406, "block")),
        (3, None, (200, "review")),
        (4, None, (200, "no-match")),
        // A changed number hardly changes the hash, and the service compares no parts.
        (1, None, (200, "review")),
        (1, Some(7), (200, "review")),
    ] {
        let answer = scan(&service, &copy(number, numbers));
        let decision = answer.header("x-basma-decision").unwrap();
        assert_eq!((answer.status, decision), expected, "{number} {numbers:?}");
    }
}

#[test]
fn a_person_sees_the_notice_beside_what_is_as_near() {
    let (_store, service) = service();
    let look_up = |number| {
        let file = copy(number, None);
        let answer = service.form("/m/lookup", &[Part::file("photo", &file)]);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.text()
    };
    assert!(!look_up(5).contains("own"));
    assert!(look_up(2).contains("own"));
    assert!(look_up(3).contains("own"));
    let begun = std::time::Instant::now();
    let page = loop {
        let page = service.get("/review").text();
        if page.matches("<article class=\"case").count() == 2 {
            break page;
        }
        assert!(begun.elapsed() < PATIENCE, "{page}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    let shown = page.matches("this authentic notice is shown, too").count();
    assert_eq!(shown, 1, "{page}");
    assert!(page.contains("genuine"), "{page}");
}
