//! Banks.

use super::*;

/// `/c/banks` and `/c/bank/NAME`
pub(super) fn banks() -> Vec<Step<'static>> {
    let bank = |name: &str, ratio: &str| {
        json(format!(
            "{{\"matching_enabled_ratio\":{ratio},\"name\":\"{name}\"}}"
        ))
    };
    let no_name = r#"[{"type":"missing","loc":["name"],"msg":"Field required","input":{},"url":"https://errors.pydantic.dev/2.14/v/missing"}]"#;
    let all = r#"[{"matching_enabled_ratio":1.0,"name":"TEST_BANK"},{"matching_enabled_ratio":0.5,"name":"HALF"},{"matching_enabled_ratio":1.0,"name":"OFF"},{"matching_enabled_ratio":0.0,"name":"OFF2"},{"matching_enabled_ratio":7.0,"name":"OVER"}]"#;
    vec![
        step("none", "GET /c/banks", Nothing, 200, json("[]")),
        step(
            "a bank",
            "POST /c/banks",
            sends(r#"{"name":"TEST_BANK"}"#),
            201,
            bank("TEST_BANK", "1.0"),
        ),
        step(
            "again",
            "POST /c/banks",
            sends(r#"{"name":"TEST_BANK"}"#),
            403,
            says("Bank already exists"),
        ),
        step(
            "bad name",
            "POST /c/banks",
            sends(r#"{"name":"test bank"}"#),
            400,
            says("Bank names must be UPPER_WITH_UNDERSCORE"),
        ),
        step(
            "no name",
            "POST /c/banks",
            sends("{}"),
            422,
            Text(no_name.into()),
        ),
        step(
            "no JSON",
            "POST /c/banks",
            sends("nope"),
            422,
            Text(NO_DICT.into()),
        ),
        step(
            "another type",
            "POST /c/banks",
            Other("application/x-www-form-urlencoded", br#"{"name":"X"}"#),
            422,
            Text(NO_DICT.into()),
        ),
        step(
            "with ratio",
            "POST /c/banks",
            sends(r#"{"name":"HALF","enabled_ratio":0.5}"#),
            201,
            bank("HALF", "0.5"),
        ),
        step(
            "enabled alone is ignored",
            "POST /c/banks",
            sends(r#"{"name":"OFF","enabled":false}"#),
            201,
            bank("OFF", "1.0"),
        ),
        step(
            "enabled with no ratio",
            "POST /c/banks",
            sends(r#"{"name":"OFF2","enabled":false,"enabled_ratio":null}"#),
            201,
            bank("OFF2", "0.0"),
        ),
        step(
            "beyond 1",
            "POST /c/banks",
            sends(r#"{"name":"OVER","enabled_ratio":7}"#),
            201,
            bank("OVER", "7.0"),
        ),
        step("all", "GET /c/banks", Nothing, 200, json(all)),
        step(
            "one",
            "GET /c/bank/TEST_BANK",
            Nothing,
            200,
            bank("TEST_BANK", "1.0"),
        ),
        step(
            "missing",
            "GET /c/bank/NOPE",
            Nothing,
            404,
            says("bank 'NOPE' not found"),
        ),
        step(
            "renamed",
            "PUT /c/bank/HALF",
            sends(r#"{"name":"HALF_2","enabled_ratio":0.25}"#),
            200,
            bank("HALF_2", "0.25"),
        ),
        step(
            "a taken name",
            "PUT /c/bank/HALF_2",
            sends(r#"{"name":"OFF"}"#),
            403,
            says("Bank name already exists"),
        ),
        step(
            "set, missing",
            "PUT /c/bank/NOPE",
            sends(r#"{"enabled":true}"#),
            404,
            says("Bank not found"),
        ),
        step(
            "enabled",
            "PUT /c/bank/HALF_2",
            sends(r#"{"enabled":true}"#),
            200,
            bank("HALF_2", "1"),
        ),
        step(
            "a float again",
            "GET /c/bank/HALF_2",
            Nothing,
            200,
            bank("HALF_2", "1.0"),
        ),
        step(
            "deleted",
            "DELETE /c/bank/HALF_2",
            Nothing,
            200,
            says("Done"),
        ),
        step(
            "deleted, missing",
            "DELETE /c/bank/NOPE",
            Nothing,
            200,
            says("Done"),
        ),
        step(
            "is deleted",
            "GET /c/bank/HALF_2",
            Nothing,
            404,
            says("bank 'HALF_2' not found"),
        ),
    ]
}
