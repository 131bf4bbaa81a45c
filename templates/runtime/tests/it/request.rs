//! What is sent for what is set: built, never sent.

use super::support::{
    Fake, GET_CALENDAR, GET_THING, GET_THINGS, POST_THINGS, answer, builder, client,
};
use crate::runtime::{
    Call, ClientBuilder, ConfigErrorKind, Error, InputErrorKind, Number, RequestParts,
};

fn things() -> RequestParts {
    RequestParts::new(&client("http://localhost:1/base/"), &GET_THINGS)
}

fn uri(parts: RequestParts) -> String {
    let request = Call::<()>::new(parts).into_request();
    request.expect("nothing is refused").uri().to_string()
}

fn refusal(parts: RequestParts) -> String {
    match Call::<()>::new(parts).into_request() {
        Err(error @ Error::Input(_)) => error.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn path_values_are_encoded_whole() {
    let parts = RequestParts::new(&client("http://localhost:1"), &GET_THING)
        .path("partId", &"ü%2e ..")
        .path("thingId", &"a/b?c#{partId}");
    assert_eq!(
        uri(parts),
        "http://localhost:1/api/v2/things/a%2Fb%3Fc%23%7BpartId%7D/parts/%C3%BC%252e%20.."
    );
}

#[test]
fn path_values_that_change_the_endpoint_are_refused() {
    for bad in ["", ".", ".."] {
        let parts = RequestParts::new(&client("http://localhost:1"), &GET_THING)
            .path("thingId", &bad)
            .path("partId", &"fine");
        assert!(
            refusal(parts).contains("getThing: `thingId` is refused"),
            "{bad:?}"
        );
    }
}

#[test]
fn a_path_parameter_that_is_not_filled_is_refused() {
    let parts = RequestParts::new(&client("http://localhost:1"), &GET_THING).path("thingId", &"a");
    assert!(refusal(parts).contains("`partId` is refused"));
}

#[test]
fn nothing_unset_is_sent_and_false_and_zero_are() {
    assert_eq!(uri(things()), "http://localhost:1/base/api/v2/things");
    let parts = things().query("a", &false).query("b", &0).query("c", &"");
    assert_eq!(
        uri(parts),
        "http://localhost:1/base/api/v2/things?a=false&b=0&c="
    );
}

#[test]
fn setting_again_replaces() {
    let parts = things()
        .query("a", &1)
        .query("b", &2)
        .query("a", &"x y+&=ü");
    assert_eq!(
        uri(parts),
        "http://localhost:1/base/api/v2/things?a=x%20y%2B%26%3D%C3%BC&b=2"
    );
}

#[test]
fn setting_again_replaces_what_stands_in_the_middle() {
    let parts = things()
        .query("a b", &1)
        .query_list("id", ["x", "y"], true)
        .query("c", &"long enough to move what follows")
        .query("d", &4)
        .query_list("id", ["z"], true)
        .query("c", &"")
        .query("a b", &"ä");
    assert_eq!(
        uri(parts),
        "http://localhost:1/base/api/v2/things?a%20b=%C3%A4&id=z&c=&d=4"
    );
}

#[test]
fn lists_are_joined_or_repeated() {
    let parts = things().query_list("id", ["a,b", "c d"], false);
    assert_eq!(
        uri(parts),
        "http://localhost:1/base/api/v2/things?id=a%2Cb,c%20d"
    );
    let parts = things().query_list("id", ["a,b", ""], true);
    assert_eq!(
        uri(parts),
        "http://localhost:1/base/api/v2/things?id=a%2Cb&id="
    );
    let parts = things().query_list("id", Vec::<String>::new(), false);
    assert!(refusal(parts).contains("`id` is refused: an empty list"));
}

#[test]
fn numbers_dates_and_times_have_one_spelling() {
    let time: jiff::Timestamp = "2024-01-31T10:30:00.5+01:00".parse().expect("a time");
    let parts = things()
        .query("a", &Number::from(2.0))
        .query("b", &Number::from(-0.0))
        .query("c", &Number::from(u64::MAX))
        .query("d", &Number::from(1e21))
        .query("e", &time)
        .query("f", &jiff::civil::date(2024, 1, 31));
    assert_eq!(
        uri(parts),
        "http://localhost:1/base/api/v2/things?a=2&b=0&c=18446744073709551615\
         &d=1000000000000000000000&e=2024-01-31T09%3A30%3A00.500Z&f=2024-01-31"
    );
    assert!(refusal(things().query("n", &Number::from(f64::NAN))).contains("finite"));
}

#[test]
fn header_fields_are_checked() {
    let parts = things().header("If-Match", &3);
    let call = Call::<()>::new(parts).header("X-Mine", "a");
    let request = call.into_request().expect("nothing is refused");
    assert_eq!(request.headers()["if-match"], "3");
    assert_eq!(request.headers()["x-mine"], "a");
    assert!(request.headers().get("authorization").is_none());
    for (name, value) in [("no name", "a"), ("X-A", "a\r\nX-B: b")] {
        let call = Call::<()>::new(things()).header(name, value);
        let error = call.into_request().expect_err("refused").to_string();
        assert!(
            error.contains(&format!("`{name}` is refused: not a header field")),
            "{error}"
        );
    }
}

#[test]
fn bodies_are_json() {
    let post = || RequestParts::new(&client("http://localhost:1"), &POST_THINGS);
    let call = Call::<()>::new(post().body(&["a"]));
    let request = call.into_request().expect("nothing is refused");
    assert_eq!(request.headers()["content-type"], "application/json");
    assert_eq!(request.body(), r#"["a"]"#);
    let unspeakable = std::collections::BTreeMap::from([((1, 2), 3)]);
    assert!(refusal(post().body(&unspeakable)).contains("JSON"));
}

#[test]
fn an_answer_is_asked_for_in_its_media_type() {
    let accept = |operation, builder: ClientBuilder| {
        let client = builder.build().expect("the settings are right");
        let call = client.call::<String>(operation);
        let request = call.into_request().expect("nothing is refused");
        request.headers()["accept"]
            .to_str()
            .expect("text")
            .to_owned()
    };
    assert_eq!(accept(&GET_THINGS, builder()), "application/json");
    assert_eq!(accept(&GET_CALENDAR, builder()), "text/calendar");
    // The operation knows better than a client's default; the caller knows best.
    let default = || builder().default_header("Accept", "text/html");
    assert_eq!(accept(&GET_THINGS, default()), "text/html");
    assert_eq!(accept(&GET_CALENDAR, default()), "text/calendar");
    let client = builder().build().expect("the settings are right");
    let call = client.call::<String>(&GET_CALENDAR).header("Accept", "*/*");
    let request = call.into_request().expect("nothing is refused");
    assert_eq!(request.headers()["accept"], "*/*");
}

#[test]
fn regions_are_found_by_name() {
    let base = |name: &str| {
        builder()
            .region_name(name)
            .build()
            .map(|it| it.base_url().to_owned())
    };
    assert_eq!(
        base("eu-west-1").expect("a region"),
        "https://api.mypurecloud.ie"
    );
    assert!(
        base("mars")
            .expect_err("no region")
            .to_string()
            .contains("`mars`")
    );
    let default = builder().build().expect("the settings are right");
    assert_eq!(default.base_url(), "https://api.mypurecloud.com");
}

#[test]
fn a_log_in_host_is_found_or_missed() {
    let none = || crate::runtime::ClientBuilder::new(&[]).base_url("http://localhost");
    none().build().expect("it logs in nowhere");
    none()
        .access_token("mine")
        .build()
        .expect("it logs in nowhere");
    let granted = none().client_credentials("id", "s3cret");
    assert!(matches!(granted.clone().build(), Err(Error::Config(_))));
    let elsewhere = granted.login_url("http://localhost/login");
    elsewhere.build().expect("it is told where");
    let wrong = none().access_token("mine").login_url("localhost");
    assert!(matches!(wrong.build(), Err(Error::Config(_))));
    let misspelt = builder().base_url("http://localhost").region_name("mars");
    assert!(matches!(misspelt.build(), Err(Error::Config(_))));
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let one = std::num::NonZeroU32::MIN;
    for (builder, kind) in [
        (
            builder().rate_limit(one, std::time::Duration::ZERO),
            ConfigErrorKind::RateLimit,
        ),
        (builder().user_agent("two\nlines"), ConfigErrorKind::Header),
        (
            builder().default_header("no name", "a"),
            ConfigErrorKind::Header,
        ),
        (
            builder().default_header("X-A", "two\nlines"),
            ConfigErrorKind::Header,
        ),
        (builder().region_name("mars"), ConfigErrorKind::Region),
        (builder().base_url("ftp://a"), ConfigErrorKind::Url),
        (builder().proxy("no proxy"), ConfigErrorKind::Proxy),
        (
            builder()
                .transport(Fake::new(|_, _| answer(200, "")))
                .proxy("http://proxy"),
            ConfigErrorKind::Transport,
        ),
        (builder().root_certificates("no PEM"), ConfigErrorKind::Tls),
        (
            builder()
                .base_url("http://api.example.com")
                .access_token("t"),
            ConfigErrorKind::PlainHttp,
        ),
    ] {
        let Err(Error::Config(error)) = builder.build() else {
            panic!("{kind:?} is not found")
        };
        assert_eq!(error.kind(), kind, "{error}");
    }
    for (text, kind) in [
        ("client_id = 'id'", ConfigErrorKind::Credentials),
        ("no toml", ConfigErrorKind::Settings),
    ] {
        let Err(Error::Config(error)) = builder().toml(text) else {
            panic!("{text} is taken")
        };
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[test]
fn what_is_refused_has_a_kind_and_a_copy_of_the_call_is_refused_too() {
    let client = client("https://api.example.com");
    let call = || Call::<()>::new(things());
    let raw = |path: &str| client.request(http::Method::GET, path.to_owned());
    for (outcome, kind) in [
        (
            raw("/a/{b}").path("b", "").into_request(),
            InputErrorKind::EmptyPathValue,
        ),
        (
            raw("/a/{b}").path("b", "..").into_request(),
            InputErrorKind::DotSegment,
        ),
        (
            raw("/a/{b}").into_request(),
            InputErrorKind::MissingPathValue,
        ),
        (
            raw("/a").path("b", "c").into_request(),
            InputErrorKind::UnknownPathValue,
        ),
        (
            raw("/a/{b}").path("b", "c").path("b", "d").into_request(),
            InputErrorKind::UnknownPathValue,
        ),
        (raw("/a?b").into_request(), InputErrorKind::Path),
        (raw("/a b").into_request(), InputErrorKind::Uri),
        (
            raw("/a").query_list::<i64>("b", []).into_request(),
            InputErrorKind::EmptyList,
        ),
        (
            raw("/a").query("b", f64::NAN).into_request(),
            InputErrorKind::NotFinite,
        ),
        (
            raw("/a")
                .body(&std::collections::BTreeMap::from([(vec![1], 1)]))
                .clone()
                .into_request(),
            InputErrorKind::NotJson,
        ),
        (
            call().header("no name", "a").clone().into_request(),
            InputErrorKind::HeaderName,
        ),
        (
            call().header("X-A", "two\nlines").into_request(),
            InputErrorKind::HeaderValue,
        ),
    ] {
        let Err(Error::Input(error)) = outcome else {
            panic!("{kind:?} is not refused")
        };
        assert_eq!(error.kind(), kind, "{error}");
    }
    let missing = raw("/a/{b}/{c}").path("b", "x").into_request();
    let text = missing.expect_err("refused").to_string();
    assert_eq!(text, "GET: `c` is refused: the path parameter has no value");
}

#[test]
fn base_urls_are_checked() {
    for bad in [
        "",
        "ftp://a",
        "https://user:word@a",
        "https://a?b",
        "https://a#b",
    ] {
        let error = builder().base_url(bad).build().expect_err(bad);
        assert!(matches!(error, Error::Config(_)), "{error:?}");
    }
}
