//! Hashes and files looked up and compared.

use super::*;

/// `/m/raw_lookup`: what is off is in.
pub(super) fn raw_lookups<'a>(hash: &str, upper: &str, none: &str, distance: u32) -> Vec<Step<'a>> {
    let raw = |what: &'a str, query: &str, status: u16, gets: Gets| {
        step(
            what,
            format!("GET /m/raw_lookup?{query}"),
            Nothing,
            status,
            gets,
        )
    };
    let pair = |id: u64, distance: u32| {
        format!("{{\"bank_content_id\":{id},\"distance\":\"{distance}\"}}")
    };
    let all = [
        pair(3, distance),
        pair(7, 0),
        pair(6, 0),
        pair(4, 0),
        pair(1, 0),
    ]
    .join(",");
    let pdq = format!("signal_type=pdq&signal={hash}");
    let invalid = || says("invalid signal: invalid PDQ hash");
    let missing = format!(
        "[{{\"type\":\"missing\",\"loc\":[\"signal_type\"],\"msg\":\"Field required\",\"input\":{{\"signal\":\"{hash}\"}},\"url\":\"https://errors.pydantic.dev/2.14/v/missing\"}}]"
    );
    vec![
        raw(
            "all",
            &pdq,
            200,
            Matches("{\"matches\":[3,7,6,4,1]}".into()),
        ),
        raw(
            "with distance",
            &format!("{pdq}&include_distance=true"),
            200,
            Matches(format!("{{\"matches\":[{all}]}}")),
        ),
        raw(
            "of a bank",
            &format!("{pdq}&include_distance=true&banks=OFF2"),
            200,
            json(format!("{{\"matches\":[{}]}}", pair(7, 0))),
        ),
        raw(
            "of an unknown bank",
            &format!("{pdq}&banks=NOPE"),
            200,
            json(r#"{"matches":[]}"#),
        ),
        raw(
            "nothing",
            &format!("signal_type=pdq&signal={none}"),
            200,
            json(r#"{"matches":[]}"#),
        ),
        raw("no hash", "signal_type=pdq&signal=zz", 400, invalid()),
        raw(
            "upper case",
            &format!("signal_type=pdq&signal={upper}"),
            400,
            invalid(),
        ),
        raw("empty", "signal_type=pdq&signal=", 400, invalid()),
        raw(
            "bad type",
            &format!("signal_type=sha256&signal={hash}"),
            400,
            says("No such SignalType 'sha256'"),
        ),
        raw("no type", &format!("signal={hash}"), 422, Text(missing)),
        // HMA says "-", which a client that reads integers cannot.
        raw(
            "a digest",
            "signal_type=video_md5&signal=0123456789abcdef0123456789abcdef&include_distance=true",
            200,
            json(format!("{{\"matches\":[{}]}}", pair(6, 0))),
        ),
        step(
            "posted",
            "POST /m/raw_lookup",
            Nothing,
            405,
            Text(WRONG_METHOD.into()),
        ),
    ]
}

/// `/m/lookup`: what is off is out.
pub(super) fn lookups<'a>(
    hash: &str,
    none: &str,
    [picture, unlisted, flat]: [&'a [u8]; 3],
) -> Vec<Step<'a>> {
    let get = |what: &'a str, query: &str, status: u16, gets: Gets| {
        step(
            what,
            format!("GET /m/lookup?{query}"),
            Nothing,
            status,
            gets,
        )
    };
    let pairs = |ids: &[u64]| {
        let pairs: Vec<String> = ids
            .iter()
            .map(|id| format!("{{\"bank_content_id\":{id},\"distance\":\"0\"}}"))
            .collect();
        format!("[{}]", pairs.join(","))
    };
    let test_bank = format!("{{\"TEST_BANK\":{}}}", pairs(&[6, 4, 1]));
    let bypassed = format!(
        "{{\"pdq\":{{\"OFF2\":{},\"TEST_BANK\":{}}}}}",
        pairs(&[7]),
        pairs(&[6, 4, 1])
    );
    let pdq = format!("signal_type=pdq&signal={hash}");
    let found = || Matches(test_bank.clone());
    vec![
        get("by bank", &pdq, 200, found()),
        get("with seed", &format!("{pdq}&seed=abc"), 200, found()),
        get(
            "bypassed without effect",
            &format!("{pdq}&bypass_coinflip=true"),
            200,
            found(),
        ),
        get(
            "of banks",
            &format!("{pdq}&banks=OFF2,TEST_BANK"),
            200,
            found(),
        ),
        get(
            "nothing",
            &format!("signal_type=pdq&signal={none}"),
            200,
            json("{}"),
        ),
        step(
            "nothing asked",
            "GET /m/lookup",
            Nothing,
            400,
            says("Either url or both signal and signal_type are required"),
        ),
        step(
            "no type",
            "GET /m/lookup?signal=aa",
            Nothing,
            400,
            says("Either url or both signal and signal_type are required"),
        ),
        get(
            "bad type",
            &format!("signal_type=nope&signal={hash}"),
            400,
            says("No such SignalType 'nope'"),
        ),
        step(
            "a file",
            "POST /m/lookup",
            photo(picture),
            200,
            Matches(format!("{{\"pdq\":{test_bank}}}")),
        ),
        step(
            "bypassed",
            "POST /m/lookup?bypass_coinflip=true",
            photo(picture),
            200,
            Matches(bypassed),
        ),
        step(
            "of a bank",
            "POST /m/lookup?banks=OFF2&bypass_coinflip=true",
            photo(picture),
            200,
            Matches(format!("{{\"pdq\":{{\"OFF2\":{}}}}}", pairs(&[7]))),
        ),
        step(
            "flat",
            "POST /m/lookup",
            photo(flat),
            400,
            says("invalid signal: invalid PDQ hash"),
        ),
        step(
            "no match",
            "POST /m/lookup",
            photo(unlisted),
            200,
            json(r#"{"pdq":{}}"#),
        ),
        step(
            "a video",
            "POST /m/lookup",
            Form(vec![Part::file("video", b"abc")]),
            200,
            json(r#"{"video_md5":{}}"#),
        ),
        step(
            "no file",
            "POST /m/lookup",
            Nothing,
            400,
            says("Missing multipart/form-data file upload"),
        ),
    ]
}

/// `/m/compare`
pub(super) fn comparisons(hash: &str) -> Vec<Step<'static>> {
    let compare = |what: &'static str, body: String, status: u16, gets: Gets| {
        step(what, "POST /m/compare", sends(body), status, gets)
    };
    let last = if hash.ends_with('0') { "3" } else { "0" };
    let near = format!("{}{last}", &hash[..63]);
    let none = "0".repeat(64);
    let [to_near, to_none] = [&near, &none].map(|other| bits(hash, other));
    vec![
        compare(
            "near",
            format!("{{\"pdq\": [\"{hash}\", \"{near}\"]}}"),
            200,
            json(format!("{{\"pdq\":[true,{{\"distance\":{to_near}}}]}}")),
        ),
        compare(
            "far",
            format!("{{\"pdq\": [\"{hash}\", \"{none}\"]}}"),
            200,
            json(format!("{{\"pdq\":[false,{{\"distance\":{to_none}}}]}}")),
        ),
        // HMA fails with 500.
        compare(
            "digests",
            format!(
                "{{\"video_md5\": [\"{0}\", \"{0}\"], \"pdq\": [\"{hash}\", \"{hash}\"]}}",
                "0".repeat(32)
            ),
            200,
            json(r#"{"pdq":[true,{"distance":0}],"video_md5":[true,{"distance":0}]}"#),
        ),
        compare(
            "three",
            format!("{{\"pdq\": [\"{hash}\", \"{hash}\", \"{hash}\"]}}"),
            400,
            says("Comparison hash list length must be exactly 2"),
        ),
        compare(
            "no list",
            format!("{{\"pdq\": \"{hash}\"}}"),
            400,
            says("Comparison hashes for pdq was not a list"),
        ),
        compare(
            "bad hash",
            format!("{{\"pdq\": [\"{hash}\", \"zz\"]}}"),
            400,
            says("Invalid pdq hash: invalid PDQ hash"),
        ),
        compare(
            "no object",
            "[]".into(),
            400,
            says("Request input was not a dict"),
        ),
        compare(
            "bad type",
            format!("{{\"nope\": [\"{hash}\", \"{hash}\"]}}"),
            400,
            says("No such SignalType 'nope'"),
        ),
    ]
}
