//! Pictures are small, and blurred until a person asks.

use super::*;

/// The sides of a PNG.
fn sides(png: &[u8]) -> (u32, u32) {
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn pictures_are_blurred_until_a_person_asks() {
    let desk = Desk::new();
    let media = desk.picture.parent().unwrap().parent().unwrap();
    let service = desk.serve(&["--media-root", media.to_str().unwrap()]);
    let (mut ana, mut eve) = (Person::new(&service), Person::new(&service));
    let case = desk.case("a.jpg");
    let page = ana.get("/review").text();
    let source = format!("/review/picture/{case}/0");
    assert!(page.contains(&format!("src=\"{source}\"")), "{page}");
    let blurred = ana.get(&source);
    assert_eq!(
        (blurred.status, blurred.header("content-type")),
        (200, Some("image/png"))
    );
    assert_eq!(blurred.header("cache-control"), Some("no-store"));
    let (width, height) = sides(&blurred.body);
    assert!(width.max(height) <= 16, "{width} x {height}");
    // Asking by the address alone shows nothing more.
    let guess = format!("{source}?look=colours&until=99999999999&seal=x");
    assert_eq!(sides(&ana.get(&guess).body), (width, height));
    let token = ana.token(&format!("/review/case/{case}"));
    let view = format!("/review/case/{case}/view");
    assert_eq!(
        ana.post(&view, &[("token", &token), ("look", "x-ray")])
            .status,
        400
    );
    assert_eq!(
        ana.post(&view, &[("token", "x"), ("look", "grey")]).status,
        403
    );
    let shown = ana.post(&view, &[("token", &token), ("look", "grey")]);
    assert_eq!(shown.status, 303);
    let page = ana.get(shown.header("location").unwrap()).text();
    let clear = clear_picture(&mut ana, &page);
    assert!(page.contains("shown clearly to"), "who looked is noted");
    // What one person was shown is blurred for another.
    eve.get("/review");
    let (width, height) = sides(&eve.get(&clear).body);
    assert!(width.max(height) <= 16, "{width} x {height}");
    // A file that changed is not the one that was found.
    fs::write(&desk.picture, "other").unwrap();
    assert_eq!(ana.get(&source).status, 404);
    for path in [
        format!("/review/picture/{case}/1"),
        "/review/picture/c/0".to_owned(),
    ] {
        assert_eq!(ana.get(&path).status, 404, "{path}");
    }
}

/// Where the picture stands that a page shows clearly, which is of middle size.
fn clear_picture(person: &mut Person<'_>, page: &str) -> String {
    let clear = between(page, "<img class=\"clear\"", ">");
    let clear = between(&clear, "src=\"", "\"").replace("&amp;", "&");
    let (width, height) = sides(&person.get(&clear).body);
    assert!(
        (100..=480).contains(&width.max(height)),
        "{width} x {height}"
    );
    clear
}

/// A member of an archive is shown as a file is: small, blurred until a person asks, and only while it is the same.
#[test]
fn members_of_archives_have_pictures_too() {
    let desk = Desk::new();
    let media = desk.picture.parent().unwrap();
    let picture = fs::read(&desk.picture).unwrap();
    let inner = crate::uploads::zip(&[("deep/c.jpg", &picture)]);
    let archive = media.join("d.zip");
    fs::write(
        &archive,
        crate::uploads::zip(&[("x.txt", b"x"), ("inner.zip", &inner)]),
    )
    .unwrap();
    fs::remove_file(&desk.picture).unwrap();
    fs::write(&desk.findings, desk.scan()).unwrap();
    let root = media.parent().unwrap().to_str().unwrap();
    let service = desk.serve(&["--media-root", root]);
    let mut ana = Person::new(&service);
    let case = desk.case("c.jpg");
    let page = ana.get("/review").text();
    let source = format!("/review/picture/{case}/0");
    assert!(page.contains(&format!("src=\"{source}\"")), "{page}");
    let blurred = ana.get(&source);
    assert_eq!(blurred.status, 200, "{blurred:?}");
    assert_eq!(blurred.header("cache-control"), Some("no-store"));
    let (width, height) = sides(&blurred.body);
    assert!(width.max(height) <= 16, "{width} x {height}");
    let token = ana.token(&format!("/review/case/{case}"));
    let view = format!("/review/case/{case}/view");
    let shown = ana.post(&view, &[("token", &token), ("look", "grey")]);
    let page = ana.get(shown.header("location").unwrap()).text();
    let clear = clear_picture(&mut ana, &page);
    // Another member of that name, an archive that is cut, and none at all.
    let other = fs::read(media.join("b.jpg")).unwrap();
    let inner = crate::uploads::zip(&[("deep/c.jpg", &other)]);
    fs::write(&archive, crate::uploads::zip(&[("inner.zip", &inner)])).unwrap();
    assert_eq!(ana.get(&clear).status, 404);
    let whole = fs::read(&archive).unwrap();
    fs::write(&archive, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(ana.get(&source).status, 404);
    fs::remove_file(&archive).unwrap();
    assert_eq!(ana.get(&source).status, 404);
    assert!(
        !ana.get("/review").text().contains(&source),
        "nothing is there to show"
    );
}
