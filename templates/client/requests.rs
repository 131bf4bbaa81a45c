
use {krate}::{Client, Error, Request};

fn client() -> Client {
    Client::builder().base_url("https://api.example").build().expect("the settings are right")
}

/// A value of which this is the JSON.
#[allow(dead_code, reason = "only bodies need it")]
fn json<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("the example is of that type")
}

#[track_caller]
fn check(request: Result<Request, Error>, expected: &str) {
    let request = request.expect("the example's arguments are not refused");
    let target = request.uri().to_string();
    let target = target.strip_prefix("https://api.example").expect("paths are relative to it");
    let mut shown = format!("{} {target}", request.method());
    let mut headers: Vec<String> = request
        .headers()
        .iter()
        .filter(|(name, value)| {
            *name != "user-agent" && (*name != "accept" || *value != "application/json")
        })
        .map(|(name, value)| format!("\n{name}: {}", value.to_str().expect("it is text")))
        .collect();
    headers.sort();
    shown.extend(headers);
    if !request.body().is_empty() {
        shown += "\n\n";
        shown += std::str::from_utf8(request.body()).expect("JSON is UTF-8");
    }
    assert_eq!(shown, expected);
}
